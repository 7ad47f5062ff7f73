"""What a worker answered, told to the keeper, whose console shows it."""

import asyncio
from dataclasses import asdict

from sandbox.core.clock import iso
from sandbox.core.errors import StartError
from sandbox.core.traffic import Exchange, TrafficLog
from sandbox.workers.door import KeeperAwayError, KeeperDoor

_PAUSE_SECONDS = 0.5
_AT_ONCE = 20
"""As many as fit into a body, however long they are."""


class Reports:
    """Hands the log's exchanges on; those that the keeper could not take in time are gone."""

    def __init__(self, log: TrafficLog, door: KeeperDoor) -> None:
        self._log = log
        self._door = door
        self._last = 0
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to work."""
        self._task = asyncio.create_task(self._run(), name="reports")

    async def stop(self) -> None:
        """Hand on what is left, and end."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            await asyncio.to_thread(self._hand_on)

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(_PAUSE_SECONDS)
            await asyncio.to_thread(self._hand_on)

    def _hand_on(self) -> None:
        waiting = [one for one in self._log.all() if one.id > self._last]
        for start in range(0, len(waiting), _AT_ONCE):
            some = waiting[start : start + _AT_ONCE]
            try:
                self._door.report([_written(one) for one in some])
            except (KeeperAwayError, StartError):
                return
            self._last = some[-1].id


def _written(one: Exchange) -> dict[str, object]:
    return {name: value for name, value in asdict(one).items() if name != "id"} | {"at": iso(one.at)}
