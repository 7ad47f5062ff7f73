"""When the user last did anything, for the lock that comes after idle minutes."""

from __future__ import annotations

import time


class _Touch:
    def __init__(self) -> None:
        self.note()

    def note(self) -> None:
        self._monotonic, self._wall = time.monotonic(), time.time()

    def idle_seconds(self) -> float:
        return max(time.monotonic() - self._monotonic, time.time() - self._wall)


_last = _Touch()


def note() -> None:
    """The user did something just now."""
    _last.note()


def idle_seconds() -> float:
    """How long the user has done nothing.

    The longer of two clocks: one of them stands still while some systems sleep, the other can be set back.
    """
    return _last.idle_seconds()
