"""Running a worker: it finds its keeper, opens the shared database and serves."""

import asyncio
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from sandbox.control.worker_setup import fingerprints
from sandbox.core.clock import SandboxClock
from sandbox.core.errors import StartError
from sandbox.core.ports import Chains
from sandbox.core.process import EXIT_ENVIRONMENT, EXIT_USAGE, clear_ready_file, open_port
from sandbox.core.settings import Settings
from sandbox.main import create_app
from sandbox.serve import open_database, run
from sandbox.workers.chains import KeptChains, KeptNetwork
from sandbox.workers.door import KeeperAwayError, KeeperDoor

_PATIENCE_SECONDS = 60.0


@dataclass(frozen=True)
class WorkerStart:
    """How a worker is to be started."""

    settings: Settings
    keeper_url: str
    host: str
    port: int
    ready_file: Path | None
    parent_pid: int | None


async def serve_worker(start: WorkerStart) -> None:
    """Start, serve until asked to stop, and stop cleanly."""
    if not start.settings.database_url:
        raise StartError(
            "A worker shares a database with its keeper. Name it with ETOPAY_SANDBOX_DATABASE_URL.",
            EXIT_USAGE,
        )
    ready_files = [start.ready_file.absolute()] if start.ready_file else []
    for file in ready_files:
        clear_ready_file(file)
    door = KeeperDoor(start.keeper_url, start.settings.control_secret.get_secret_value())
    told = await asyncio.to_thread(_setup, door, start.keeper_url)
    _require_same(start.settings, told["settings"])
    settings = start.settings.model_copy(update={"public_url": told["public_url"]})
    db = open_database(settings, worker=True)
    listener = open_port(start.host, start.port)
    chains = KeptChains(door, [KeptNetwork(**one) for one in told["networks"]])
    # What moves coins is never asked of it: engines and control room are the keeper's.
    app = create_app(settings, db, cast("Chains", chains), clock=SandboxClock(db), door=door)
    try:
        await asyncio.to_thread(app.state.follower.refresh)
        await run(app, listener, settings, start.parent_pid, ready_files)
    finally:
        await door.close()
        db.close()
        for file in ready_files:
            file.unlink(missing_ok=True)


def _setup(door: KeeperDoor, url: str) -> dict[str, Any]:
    ends = time.monotonic() + _PATIENCE_SECONDS
    while True:
        try:
            return door.setup()
        except KeeperAwayError as error:
            if time.monotonic() > ends:
                raise StartError(f"No keeper answers at {url}. Start it first.", EXIT_ENVIRONMENT) from error
            time.sleep(0.5)


def _require_same(settings: Settings, kept: dict[str, str]) -> None:
    own = fingerprints(settings)
    different = sorted(name for name in own if own[name] != kept.get(name))
    if different:
        names = ", ".join(f"ETOPAY_SANDBOX_{name.upper()}" for name in different)
        raise StartError(f"The keeper was started with other settings than this worker: {names}.", EXIT_USAGE)
