"""The mails that the sandbox sent, for tests."""

import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

_PAUSE = 0.05


class Mails:
    """What the sandbox would have sent to people."""

    def __init__(self, control: Callable[..., Any]) -> None:
        self._control = control

    def all(self, **wanted: Any) -> list[dict[str, Any]]:
        """Return the mails, newest first; `to`, `subject`, `kind`, `since` and `after` choose some."""
        return list(self._control("GET", f"mails?{urlencode(wanted)}")["mails"])

    def wait(self, *, seconds: float = 10.0, **wanted: Any) -> dict[str, Any]:
        """Return the newest such mail with `text`, `html` and `links`, as soon as there is one."""
        ends = time.monotonic() + seconds
        while not (found := self.all(limit=1, **wanted)):
            if time.monotonic() >= ends:
                raise AssertionError(f"No mail with {wanted} was sent within {seconds:g} s.")
            time.sleep(_PAUSE)
        return dict(self._control("GET", f"mails/{found[0]['id']}"))

    def clear(self) -> None:
        """Delete all mails."""
        self._control("DELETE", "mails")
