"""A short memory of what happened, for people who look into the sandbox."""

from collections import deque
from dataclasses import dataclass
from threading import Lock

from sandbox.core.clock import Clock, iso


@dataclass(frozen=True)
class Entry:
    """One thing that happened; never holds a secret."""

    number: int
    at: str
    kind: str
    text: str


class Journal:
    """Keeps the last entries in memory."""

    def __init__(self, clock: Clock, size: int = 500) -> None:
        self._clock = clock
        self._entries: deque[Entry] = deque(maxlen=size)
        self._lock = Lock()
        self._count = 0

    def note(self, kind: str, text: str) -> None:
        """Add an entry."""
        with self._lock:
            self._count += 1
            self._entries.append(Entry(self._count, iso(self._clock.now()), kind, text))

    def after(self, number: int) -> list[Entry]:
        """Return the entries later than a number, oldest first."""
        with self._lock:
            return [entry for entry in self._entries if entry.number > number]
