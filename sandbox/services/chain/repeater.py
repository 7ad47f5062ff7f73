"""A task that comes round every so many seconds, whatever becomes of it."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import Awaitable, Callable

from sandbox.services.chain.errors import ChainError

Sleep = Callable[[float], Awaitable[object]]
"""Waits for so many seconds."""

SHORTEST_SECONDS = 0.05
"""However fast a clock goes, the machine has this long between two rounds."""

logger = logging.getLogger(__name__)


class Repeater:
    """At most one repeated task at a time."""

    def __init__(self) -> None:
        self._task: asyncio.Task[None] | None = None

    def start(
        self, seconds: float, action: Callable[[], Awaitable[object]], sleep: Sleep = asyncio.sleep
    ) -> None:
        """Repeats an action from now on, in place of the one before; `sleep` says whose seconds they are."""
        self.stop()
        self._task = asyncio.create_task(_repeat(seconds, action, sleep))

    def stop(self) -> None:
        """Ends the repetition."""
        if self._task is not None:
            self._task.cancel()
            self._task = None


async def _repeat(seconds: float, action: Callable[[], Awaitable[object]], sleep: Sleep) -> None:
    well = True
    while True:
        await asyncio.gather(sleep(seconds), asyncio.sleep(min(seconds, SHORTEST_SECONDS)))
        try:
            await action()
        except (ChainError, sqlite3.Error, LookupError, TypeError, ValueError) as error:
            if well:
                logger.warning("A chain could not go on and is tried again every %s s: %s", seconds, error)
            well = False
        else:
            well = True
