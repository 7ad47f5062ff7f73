"""Ends reviews when their time has come, also while nobody asks."""

import asyncio
import contextlib
import logging

from sandbox.core.context import Context
from sandbox.services.kyc.postident.cases import Cases
from sandbox.services.kyc.viviswap.desk import Desk

log = logging.getLogger("sandbox.kyc")


class ReviewEngine:
    """One task that looks whether a review is due."""

    def __init__(self, context: Context, pause: float = 1.0) -> None:
        self._cases = Cases(context)
        self._desk = Desk(context)
        self._pause = pause
        self._clock = context.clock
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to work."""
        self._task = asyncio.create_task(self._run(), name="kyc")

    async def stop(self) -> None:
        """End."""
        if self._task:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def step(self) -> int:
        """End what is due; return how much it was."""
        return await asyncio.to_thread(self._desk.settle) + await asyncio.to_thread(self._cases.settle)

    async def _run(self) -> None:
        while True:
            try:
                await self.step()
            except Exception:
                log.exception("a step failed and will be tried again")
            await self._clock.pause(self._pause)
