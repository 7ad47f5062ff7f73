"""Names of the accounts on this device, for the screens before any PIN: nothing secret."""

from __future__ import annotations

import json
import logging
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from app.core.errors import Action, AppError, ErrorCode

_log = logging.getLogger(__name__)
_NAME: Final = "accounts.json"


@dataclass(frozen=True, slots=True)
class Entry:
    """One account; ``last_used`` grows with each use of any account."""

    display_name: str
    last_used: int


class Directory:
    """The file; one that is damaged only costs the names."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / _NAME
        self._entries = self._read()

    def get(self, username: str) -> Entry:
        """The entry, or a plain one."""
        return self._entries.get(username, Entry(username, 0))

    def use(self, username: str, display_name: str | None = None) -> None:
        """Note that the account is used now. Errors: STORAGE."""
        latest = max((entry.last_used for entry in self._entries.values()), default=0)
        name = display_name or self.get(username).display_name
        self._entries[username] = Entry(name, latest + 1)
        self._write()

    def remove(self, username: str) -> None:
        """Forget the account. Errors: STORAGE."""
        if self._entries.pop(username, None) is not None:
            self._write()

    def _read(self) -> dict[str, Entry]:
        try:
            content = json.loads(self._path.read_text(encoding="utf-8"))
            return {
                str(name): Entry(str(entry["display_name"]), int(entry["last_used"]))
                for name, entry in content.items()
            }
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            _log.warning("The names of the accounts cannot be read; usernames are shown instead.")
            return {}

    def _write(self) -> None:
        content = json.dumps({name: asdict(entry) for name, entry in self._entries.items()})
        temporary = self._path.with_suffix(".new")
        try:
            temporary.unlink(missing_ok=True)
            with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(self._path)
        except OSError:
            raise AppError(ErrorCode.STORAGE, Action.RETRY) from None
