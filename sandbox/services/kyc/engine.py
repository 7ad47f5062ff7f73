"""Ends reviews when their time has come, also while nobody asks."""

import asyncio

from sandbox.core.context import Context
from sandbox.core.engine import Engine
from sandbox.services.kyc.postident.cases import Cases
from sandbox.services.kyc.viviswap.desk import Desk


class ReviewEngine(Engine):
    """One task that looks whether a review is due."""

    def __init__(self, context: Context, pause: float = 1.0) -> None:
        super().__init__("kyc", pause, context)
        self._cases = Cases(context)
        self._desk = Desk(context)

    async def _work(self) -> None:
        await asyncio.to_thread(self._desk.settle)
        await asyncio.to_thread(self._cases.settle)
