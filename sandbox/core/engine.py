"""What engines share: one task that steps, keeps still when told to, and ends between two steps."""

import asyncio
import contextlib
import logging
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator

from sandbox.core.context import Context
from sandbox.core.instances import current_instance


class Engine(ABC):
    """Moves things on by itself, in all instances; all it knows is in the database."""

    def __init__(self, name: str, pause: float, context: Context) -> None:
        self._name = name
        self._context = context
        self._pause = pause
        self._task: asyncio.Task[None] | None = None
        self._gate = asyncio.Lock()

    def start(self) -> None:
        """Begin to work."""
        self._task = asyncio.create_task(self._run(), name=self._name)

    async def stop(self) -> None:
        """Finish the step at hand and end."""
        if self._task:
            async with self._gate:
                self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    @contextlib.asynccontextmanager
    async def paused(self) -> AsyncIterator[None]:
        """Keep still while everything is exchanged under the engine."""
        async with self._gate:
            yield

    def reload(self) -> None:  # noqa: B027 — most know nothing else
        """Forget what is known besides the database, which was exchanged."""

    async def step(self) -> None:
        """Do everything that can be done now."""
        async with self._gate:
            failures: list[Exception] = []
            for instance in await asyncio.to_thread(self._context.db.instances):
                current = current_instance.set(instance)
                try:
                    await self._work()
                except Exception as error:  # noqa: BLE001 — the others go on, then it is raised
                    failures.append(error)
                finally:
                    current_instance.reset(current)
            if failures:
                raise failures[0]

    async def _run(self) -> None:
        log = logging.getLogger(f"sandbox.{self._name}")
        while True:
            try:
                await self.step()
            except Exception:
                log.exception("a step failed and will be tried again")
                await asyncio.sleep(1)
            await self._rest()

    @abstractmethod
    async def _work(self) -> None:
        """Take one step in the current instance; nobody else takes one meanwhile."""

    async def _rest(self) -> None:
        """Wait a little; what chains execute and a clock that is moved end it at once."""
        waits = {
            asyncio.create_task(self._context.chains.wait_for_change(self._pause)),
            asyncio.create_task(self._context.clock.pause(self._pause)),
        }
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
