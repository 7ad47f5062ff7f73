"""A task that comes round every so many seconds, whatever becomes of it."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import Awaitable, Callable

from sandbox.services.chain.errors import ChainError

logger = logging.getLogger(__name__)


class Repeater:
    """At most one repeated task at a time."""

    def __init__(self) -> None:
        self._task: asyncio.Task[None] | None = None

    def start(self, seconds: float, action: Callable[[], Awaitable[object]]) -> None:
        """Repeats an action from now on, in place of the one before."""
        self.stop()
        self._task = asyncio.create_task(_repeat(seconds, action))

    def stop(self) -> None:
        """Ends the repetition."""
        if self._task is not None:
            self._task.cancel()
            self._task = None


async def _repeat(seconds: float, action: Callable[[], Awaitable[object]]) -> None:
    well = True
    while True:
        await asyncio.sleep(seconds)
        try:
            await action()
        except (ChainError, sqlite3.Error, LookupError, TypeError, ValueError) as error:
            if well:
                logger.warning("A chain could not go on and is tried again every %s s: %s", seconds, error)
            well = False
        else:
            well = True
