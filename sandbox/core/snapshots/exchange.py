"""Putting a snapshot in the place of the state: prepared aside, then moved in.

The folder `restoring` is the mark: from the moment it has this name, the new state counts, and whoever starts
on the data folder finishes the move first. So a kill at any moment leaves the old state or the new one.
"""

import logging
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import delete

from sandbox.core.clock import CLOCK_FACT, REAL, Setting, read_setting, written_setting
from sandbox.core.db import Database, Fact
from sandbox.core.outbox import record
from sandbox.core.snapshots import rows
from sandbox.core.snapshots.files import copy_file, fresh, sync_folder, sync_tree, take_place
from sandbox.core.snapshots.manifest import DATABASE, FILES, Manifest, verify_files

RESTORING = "restoring"
_PREPARING = "restoring.new"
log = logging.getLogger("sandbox.snapshots")


@dataclass(frozen=True)
class Kept:
    """What of the present state outlives it."""

    port: str | None = None
    last_event: int = 0


class _Still:
    """A clock that shows the moment of a snapshot."""

    def __init__(self, moment: datetime) -> None:
        self._moment = moment

    def now(self) -> datetime:
        """Return the moment."""
        return self._moment


def prepare(source: Path, manifest: Manifest, target: Path) -> Path:
    """Copy a snapshot's files after checking them, with tables as this version has them."""
    verify_files(source, manifest)
    fresh(target)
    for path in FILES:
        copy_file(source / path, target / path)
    rows.finish_file(target / DATABASE)
    return target


def prepare_beside(source: Path, manifest: Manifest, data: Path) -> Path:
    """The same beside the state that will be replaced."""
    return prepare(source, manifest, data / _PREPARING)


def adapt(database: Path, manifest: Manifest, kept: Kept) -> None:
    """Make a prepared database go on from here: port, clock, and positions of events."""
    rows.go_on_from(database, kept.last_event)
    db = Database(rows.address_of(database))
    setting = read_setting(db.fact(CLOCK_FACT))
    if setting.mode == "running":
        setting = Setting("running", setting.rate, manifest.created_at, datetime.now(UTC))
    moment = manifest.created_at if setting != REAL else datetime.now(UTC)
    db.clock = _Still(moment)  # type: ignore[assignment]
    with db.write() as session:
        session.merge(Fact(name=CLOCK_FACT, value=written_setting(setting)))
        session.execute(delete(Fact).where(Fact.name == "port"))
        if kept.port is not None:
            session.add(Fact(name="port", value=kept.port))
        record(session, "sandbox.restored", "sandbox", {"state": "restored", "snapshot": manifest.name})
    db.close()
    rows.finish_file(database)


def decide(data: Path) -> None:
    """Let what is prepared count from now on, whatever happens."""
    prepared = data / _PREPARING
    sync_tree(prepared)
    prepared.rename(data / RESTORING)
    sync_folder(data)


def is_decided(data: Path) -> bool:
    """Say whether what was prepared counts already, moved in or not."""
    return not (data / _PREPARING).is_dir()


def move_in(data: Path, db: Database) -> None:
    """Put what counts in its place; nobody may use database or chains meanwhile."""
    own = rows.is_file(db, data / DATABASE)
    db.engine.dispose()
    finish_files(data, with_database=own)
    if not own:
        finish_rows(data, db)


def finish_files(data: Path, *, with_database: bool) -> None:
    """Move everything in that is not yet; the database too, if it is a file of the data folder."""
    shutil.rmtree(data / _PREPARING, ignore_errors=True)
    marked = data / RESTORING
    if not marked.is_dir():
        return
    for path in FILES:
        source = marked / path
        if source.exists() and (with_database or path != DATABASE):
            take_place(source, data / path)
    if not (marked / DATABASE).exists():
        _finished(data)


def finish_rows(data: Path, db: Database) -> None:
    """Put the rows in where the database is no file of the data folder."""
    source = data / RESTORING / DATABASE
    if source.exists():
        rows.load(source, db)
        _finished(data)


def _finished(data: Path) -> None:
    shutil.rmtree(data / RESTORING)
    sync_folder(data)
    log.info("a snapshot was put in place")
