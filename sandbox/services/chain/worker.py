"""One thread per node: SQLite and the EVM never block the event loop, and calls of a node never overlap."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Generic, TypeVar

from sandbox.services.chain.node import ChainNode

N = TypeVar("N", bound=ChainNode)
T = TypeVar("T")


class NodeWorker(Generic[N]):
    """Opens a node in its own thread and runs everything there."""

    def __init__(self, key: str, make: Callable[[], N], delete: Callable[[], None]) -> None:
        self._make = make
        self._delete = delete
        self._node: N | None = None
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix=f"chain-{key}")

    async def open(self) -> None:
        """Opens the node."""
        await self._submit(self._open)

    async def run(self, task: Callable[[N], T]) -> T:
        """Runs a task with the node; tasks of one node follow each other."""
        return await self._submit(lambda: task(self._require()))

    async def reset(self) -> None:
        """Deletes what the node stored and opens it anew."""
        await self._submit(self._reset)

    async def suspend(self) -> None:
        """Closes the node's file until the node is opened again."""
        await self._submit(self._close)

    async def close(self) -> None:
        """Closes the node and ends its thread; a second time does nothing."""
        if self._node is not None:
            await self._submit(self._close)
        self._thread.shutdown(wait=False)

    async def _submit(self, task: Callable[[], T]) -> T:
        future = asyncio.get_running_loop().run_in_executor(self._thread, task)
        # A caller that goes away must not make a half-done task look undone: it runs to its end.
        return await asyncio.shield(future)

    def _open(self) -> None:
        if self._node is None:
            self._node = self._make()

    def _close(self) -> None:
        if self._node is not None:
            self._node.close()
            self._node = None

    def _reset(self) -> None:
        self._close()
        self._delete()
        self._open()

    def _require(self) -> N:
        if self._node is None:
            raise RuntimeError("The chains are not open. Call ChainHub.open() first.")
        return self._node
