"""How long answers took, by part of the sandbox; kept in memory only."""

from collections import deque
from dataclasses import dataclass
from math import ceil
from threading import Lock

KEPT = 100_000
"""Of each part, the last ones; a number and no more each."""


@dataclass(frozen=True)
class Times:
    """The spread of some answers' milliseconds."""

    count: int
    p50: float
    p95: float
    p99: float
    longest: float


class Timings:
    """The milliseconds of the answers since the last time all was forgotten."""

    def __init__(self) -> None:
        self._by_part: dict[str, deque[float]] = {}
        self._lock = Lock()

    def add(self, path: str, milliseconds: float) -> None:
        """Note an answer under the first piece of its path."""
        part = path.split("/", 2)[1]
        with self._lock:
            self._by_part.setdefault(part, deque(maxlen=KEPT)).append(milliseconds)

    def of(self, parts: tuple[str, ...]) -> Times:
        """Return the spread over some parts, named by the first piece of their paths."""
        with self._lock:
            found = sorted(one for part in parts for one in self._by_part.get(part, ()))
        if not found:
            return Times(0, 0.0, 0.0, 0.0, 0.0)
        p50, p95, p99 = (found[ceil(share * len(found)) - 1] for share in (0.5, 0.95, 0.99))
        return Times(len(found), p50, p95, p99, found[-1])

    def clear(self) -> None:
        """Forget all."""
        with self._lock:
            self._by_part.clear()
