"""Running the sandbox: from an empty folder to a process that answers, and back."""

import asyncio
import contextlib
import logging
import os
import signal
import socket
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import uvicorn
from fastapi import FastAPI
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from sandbox.chain_port import HubChains
from sandbox.control.seed_file import load_seed
from sandbox.control.seeding import apply_seed
from sandbox.control.seeds import Seed
from sandbox.core.clock import SandboxClock
from sandbox.core.connection import ConnectionProtocol
from sandbox.core.db import Database
from sandbox.core.errors import StartError
from sandbox.core.handing import ChainUnavailableError
from sandbox.core.ports import ChainRefusedError
from sandbox.core.process import (
    EXIT_ENVIRONMENT,
    EXIT_USAGE,
    READY_FILE,
    clear_ready_file,
    lock_folder,
    open_port,
    prepare_folder,
    watch_parent,
    write_ready_file,
)
from sandbox.core.settings import Settings
from sandbox.core.snapshots import Shelf, exchange
from sandbox.main import create_app
from sandbox.services.chain import ChainHub, ExternalNodeError, read_external
from sandbox.services.chain import router as chain_router

log = logging.getLogger("sandbox")
_DEFAULT_SEED = Path(__file__).parent / "seeds" / "default.toml"


@dataclass(frozen=True)
class Start:
    """How the sandbox is to be started."""

    settings: Settings
    host: str
    port: int
    seed_file: Path | None
    ready_file: Path | None
    public_url: str | None
    parent_pid: int | None


class _Server(uvicorn.Server):
    """A server that leaves signals to us: its own way would end the process before we tidied up."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.up = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then let it be known."""
        await super().startup(sockets)
        self.up.set()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Change no signal handler."""
        yield


async def serve(start: Start) -> None:
    """Start everything, run until asked to stop, and stop cleanly."""
    folder = start.settings.data.absolute()
    prepare_folder(folder)
    with lock_folder(folder):
        # Not before: while another sandbox has the folder, the file is its own.
        ready_files = {folder / READY_FILE, *((start.ready_file.absolute(),) if start.ready_file else ())}
        for file in ready_files:
            clear_ready_file(file)
        Shelf(folder).tidy()
        # A restore that was cut short is finished first: the seed may be another one now.
        exchange.finish_files(folder, with_database=not start.settings.database_url)
        seed = _seed_for(folder, start.seed_file)
        settings = _with_seed(start.settings.model_copy(update={"data": folder}), seed)
        db = open_database(settings)
        exchange.finish_rows(folder, db)
        listener = open_port(start.host, start.port, _known_port(db))
        clock = SandboxClock(db)
        hub = await _open_chains(settings, clock)
        try:
            db.remember("port", str(listener.getsockname()[1]))
            url = start.public_url or _address_of(listener, start.host)
            settings = settings.model_copy(update={"public_url": url.rstrip("/")})
            app = create_app(settings, db, HubChains(hub), chain_router(hub), clock)
            app.state.seed = seed
            await _plant(seed, app)
            await run(app, listener, settings, start.parent_pid, ready_files)
        finally:
            await hub.close()
            db.close()
            for file in ready_files:
                file.unlink(missing_ok=True)


async def run(
    app: FastAPI,
    listener: socket.socket,
    settings: Settings,
    parent_pid: int | None,
    ready_files: Iterable[Path],
) -> None:
    """Serve until asked to stop."""
    config = uvicorn.Config(
        app,
        http=ConnectionProtocol,
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=3,
    )
    server = _Server(config)

    def stop() -> None:
        server.should_exit = True
        app.state.context.faults.clear()

    _on_signals(stop)
    if parent_pid:
        loop = asyncio.get_running_loop()

        def stop_from_thread() -> None:
            loop.call_soon_threadsafe(stop)

        watch_parent(parent_pid, stop_from_thread)
    running = asyncio.create_task(server.serve(sockets=[listener]))
    up = asyncio.create_task(server.up.wait())
    await asyncio.wait({running, up}, return_when=asyncio.FIRST_COMPLETED)
    up.cancel()
    if server.started:
        log.info("ready: %s (data in %s)", settings.public_url, settings.data)
        content = {
            "address": _address_of(listener, str(listener.getsockname()[0])),
            "backend": f"{settings.public_url}/api",
            "idp": settings.idp,
            "sandbox": settings.public_url,
            "data": str(settings.data),
            "pid": os.getpid(),
        }
        for file in ready_files:
            write_ready_file(file, content)
    await running


def _on_signals(stop: Callable[[], None]) -> None:
    loop = asyncio.get_running_loop()
    asking = [signal.SIGINT, signal.SIGTERM]
    hangup = getattr(signal, "SIGHUP", None)  # Windows has none
    if hangup is not None and signal.getsignal(hangup) is not signal.SIG_IGN:
        asking.append(hangup)
    for number in asking:
        try:
            loop.add_signal_handler(number, stop)
        except NotImplementedError:  # Windows
            signal.signal(number, lambda *_: loop.call_soon_threadsafe(stop))


def _seed_for(folder: Path, given: Path | None) -> Seed:
    """Return the seed to use: the given one, the one of last time, or the default."""
    kept = folder / "seed.toml"
    source = given or (kept if kept.exists() else _DEFAULT_SEED)
    seed = load_seed(source)
    if source != kept:
        kept.write_text(source.read_text(encoding="utf-8"), encoding="utf-8")
        kept.chmod(0o600)
    return seed


def _with_seed(settings: Settings, seed: Seed) -> Settings:
    if seed.admin is None:
        return settings
    return Settings.model_validate(
        settings.model_dump() | {"admin_username": seed.admin.username, "admin_password": seed.admin.password}
    )


def open_database(settings: Settings, *, worker: bool = False) -> Database:
    """Open the database, and see that no other sandbox has it; its tables are the keeper's business."""
    place, advice = f"in {settings.data}", "Use another folder with --data."
    if settings.database_url:
        place, advice = "at ETOPAY_SANDBOX_DATABASE_URL", "See whether the server runs and lets this user in."
    try:
        db = Database(settings.sqlalchemy_url)
        db.claim(worker=worker)
        if not worker:
            db.create()
    except ArgumentError as error:
        raise StartError(
            "ETOPAY_SANDBOX_DATABASE_URL is no address of a database, such as "
            "postgresql+psycopg://user:password@host/name.",
            EXIT_USAGE,
        ) from error
    except SQLAlchemyError as error:
        raise StartError(
            f"The database {place} cannot be opened ({type(error).__name__}). {advice}", EXIT_ENVIRONMENT
        ) from error
    if not settings.database_url:
        (settings.data / "sandbox.sqlite").chmod(0o600)
    return db


async def _plant(seed: Seed, app: FastAPI) -> None:
    try:
        await apply_seed(seed, app.state.context, app.state.identity)
    except ChainRefusedError as error:
        raise StartError(f"The coins of the seed cannot be paid. {error.message}", EXIT_USAGE) from error
    except ChainUnavailableError as error:
        raise StartError(f"The coins of the seed are not paid. {error.message}", EXIT_ENVIRONMENT) from error


async def _open_chains(settings: Settings, clock: SandboxClock) -> ChainHub:
    folder = settings.data / "chains"
    try:
        external = read_external(
            settings.external_nodes,
            settings.external_node_key.get_secret_value(),
            settings.external_chain_ids,
        )
        hub = ChainHub(folder, clock=lambda: clock.now().timestamp(), external=external, sleep=clock.sleep)
        await hub.open()
    except ExternalNodeError as error:
        raise StartError(str(error), EXIT_USAGE) from error
    except (sqlite3.Error, OSError) as error:
        raise StartError(
            f"The chains in {folder} cannot be opened ({error}). Use another folder with --data.",
            EXIT_ENVIRONMENT,
        ) from error
    return hub


def _known_port(db: Database) -> int | None:
    port = db.fact("port")
    return int(port) if port else None


def _address_of(listener: socket.socket, host: str) -> str:
    # Wallets poll fast only where the node's host is a loopback name, so "everywhere" becomes loopback.
    port = listener.getsockname()[1]
    if host in {"0.0.0.0", "::", ""}:  # noqa: S104 — compared, not bound
        host = "127.0.0.1"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
