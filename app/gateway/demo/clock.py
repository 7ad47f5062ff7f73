"""The time of the demo: real, or standing still until a test steps it."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta


class DemoClock:
    """Starts at ``start`` (default: now); runs on its own only when ``running``."""

    def __init__(self, start: datetime | None = None, *, running: bool = True) -> None:
        self._start = start or datetime.now(UTC)
        self._began = time.monotonic()
        self._stepped = timedelta()
        self._running = running

    def now(self) -> datetime:
        """The present moment in UTC."""
        passed = timedelta(seconds=time.monotonic() - self._began) if self._running else timedelta()
        return self._start + self._stepped + passed

    def step(self, seconds: float) -> None:
        """Jump ahead."""
        self._stepped += timedelta(seconds=seconds)
