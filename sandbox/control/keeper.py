"""Saving and restoring the whole state, while nobody is inside."""

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any, Protocol

from fastapi import FastAPI

from sandbox.control.operations import Pausable
from sandbox.control.seed_file import load_seed, parse_seed
from sandbox.control.seeding import apply_seed
from sandbox.core import process
from sandbox.core.clock import SandboxClock
from sandbox.core.context import Context
from sandbox.core.errors import ConflictError, StartError
from sandbox.core.gate import BusyError, Gate
from sandbox.core.schema import revisions
from sandbox.core.snapshots import Manifest, Shelf, SnapshotError, exchange, package, rows
from sandbox.core.snapshots.files import copy_file
from sandbox.core.snapshots.manifest import (
    CHAINS,
    DATABASE,
    SEED,
    describe_files,
    product_version,
    write_manifest,
)

log = logging.getLogger("sandbox.snapshots")
_BROKEN_OFF = (
    "the snapshot %s could not be put in place; the sandbox ends, as part of its state is exchanged. "
    "Start it again: it finishes the restore first."
)


class Reloadable(Pausable, Protocol):
    """A part that works by itself, and may know things besides the database."""

    def reload(self) -> None:
        """Forget what is known besides the database."""
        ...


class Keeper:
    """Keeps the state of a running sandbox under names, and puts it back."""

    def __init__(self, app: FastAPI) -> None:
        self._app = app
        self._context: Context = app.state.context
        self._gate: Gate = app.state.gate
        self._engines: Sequence[Reloadable] = app.state.engines
        self._data: Path = self._context.settings.data
        self._restoring = asyncio.Lock()
        self.shelf = Shelf(self._data)

    async def save(self, name: str, *, replace: bool) -> Manifest:
        """Keep the present state under a name."""
        self._require_own_chains()
        self.shelf.require_free(name, replace=replace)
        with self.shelf.building() as built:
            async with self._alone():
                created_at = self._context.clock.now()
                faults = self._context.faults.kept()
                await asyncio.to_thread(rows.save, self._context.db, built / DATABASE)
                await self._context.chains.copy_to(built / CHAINS)
                await asyncio.to_thread(self._copy_seed, built)
            told = {"name": name, "created_at": created_at, "faults": faults}
            return await asyncio.to_thread(self._put, built, told, replace=replace)

    async def restore(self, name: str) -> Manifest:
        """Put a snapshot in the place of the present state."""
        self._require_own_chains()
        folder, manifest = self.shelf.find(name)
        self._require_same_realm(manifest)
        db = self._context.db
        if self._restoring.locked():
            raise BusyError("Another snapshot is being restored; try again when that is done.")
        async with self._restoring:
            # The long part first, while requests go on.
            prepared = await asyncio.to_thread(exchange.prepare_beside, folder, manifest, self._data)
            async with self._alone():
                kept = exchange.Kept(port=db.fact("port"), last_event=rows.last_position(db))
                await asyncio.to_thread(exchange.adapt, prepared / DATABASE, manifest, kept)
                try:
                    await asyncio.to_thread(exchange.decide, self._data)
                    await self._context.chains.exchange(lambda: exchange.move_in(self._data, db))
                    await self._reload(manifest)
                except BaseException as error:
                    if exchange.is_decided(self._data) or not isinstance(error, Exception):
                        # Rows and chains may be of two lives now; the next start finishes the move.
                        log.critical(_BROKEN_OFF, name, exc_info=True)
                        process.end_at_once()
                    raise
        log.info("the snapshot %s is in place", name)
        return manifest

    def export(self, name: str, target: Path) -> None:
        """Write a snapshot into one file."""
        folder, _ = self.shelf.find(name)
        package.pack(folder, target)

    def take_in(self, file: Path, name: str | None, *, replace: bool) -> Manifest:
        """Keep a snapshot that came as a file; what is wrong with it changes nothing here."""
        with self.shelf.building() as built:
            limit = self._context.settings.snapshot_limit
            manifest = package.unpack(file, built, limit=limit, name=name)
            self._require_same_realm(manifest)
            try:
                parse_seed((built / SEED).read_text(encoding="utf-8"), SEED)
            except (StartError, UnicodeDecodeError) as error:
                raise SnapshotError(f"The seed of the snapshot cannot be used. {error}") from error
            self.shelf.put(built, manifest.name, replace=replace)
            return manifest

    def _copy_seed(self, built: Path) -> None:
        copy_file(self._data / SEED, built / SEED)

    def _put(self, built: Path, told: dict[str, Any], *, replace: bool) -> Manifest:
        manifest = Manifest(
            version=product_version(),
            schema_revision=revisions()[-1],
            realm=self._context.settings.realm,
            files=describe_files(built),
            **told,
        )
        write_manifest(built, manifest)
        self.shelf.put(built, manifest.name, replace=replace)
        return manifest

    @asynccontextmanager
    async def _alone(self) -> AsyncIterator[None]:
        async with self._gate.alone(), AsyncExitStack() as stack:
            for engine in self._engines:
                await stack.enter_async_context(engine.paused())
            yield

    async def _reload(self, manifest: Manifest) -> None:
        """Take anew what is known besides the database."""
        identity = self._app.state.identity
        clock = self._context.clock
        if isinstance(clock, SandboxClock):
            clock.reload()
        identity.reload()
        for engine in self._engines:
            engine.reload()
        self._context.faults.restore(manifest.faults)
        self._app.state.seed = load_seed(self._data / SEED)
        await apply_seed(self._app.state.seed, self._context, identity)

    def _require_own_chains(self) -> None:
        if self._context.settings.external_nodes:
            raise ConflictError(
                "The sandbox uses a node elsewhere, whose chain cannot be kept in a snapshot nor taken back."
            )

    def _require_same_realm(self, manifest: Manifest) -> None:
        realm = self._context.settings.realm
        if manifest.realm != realm:
            raise SnapshotError(
                f"The snapshot is of the realm {manifest.realm!r}, this sandbox has {realm!r}: nobody could "
                "sign in. Set ETOPAY_SANDBOX_REALM."
            )
