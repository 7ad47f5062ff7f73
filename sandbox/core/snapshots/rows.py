"""A database's rows in a file of SQLite, and back: the one form of snapshots, whatever the database."""

import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import JSON, Connection, Engine, MetaData, Table, delete, func, insert, select, text

from sandbox.core.db import Base, Database
from sandbox.core.snapshots.files import copy_database
from sandbox.core.snapshots.manifest import SnapshotError

_BATCH = 1000
_LIFT = text(
    "SELECT setval(name::regclass, greatest(coalesce(pg_sequence_last_value(name::regclass), 1), :highest)) "
    "FROM pg_get_serial_sequence(:table, :column) AS name WHERE name IS NOT NULL"
)
_READING = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}


def address_of(path: Path) -> str:
    """Return the address of a file of SQLite."""
    return f"sqlite:///{path.as_posix()}"


def is_file(db: Database, path: Path) -> bool:
    """Say whether a database is this file."""
    return db.engine.dialect.name == "sqlite" and db.engine.url.database == path.as_posix()


def save(db: Database, path: Path) -> None:
    """Write all rows of all instances, as they are at one moment, into a new file."""
    if db.engine.dialect.name == "sqlite":
        with _reading(Path(str(db.engine.url.database))) as source:
            copy_database(source, path)
        source.close()
        return
    target = Database(address_of(path))
    target.create()
    with db.engine.connect().execution_options(**_READING) as source_rows, target.engine.begin() as into:
        _copy(source_rows, into)
    target.close()
    _as_one_file(path)


def load(path: Path, db: Database) -> None:
    """Put all rows of a file in the place of a database's own, in one transaction."""
    source = Database(address_of(path))
    source.create()
    with source.engine.connect() as rows, db.engine.begin() as into:
        db.stop_writers(into)
        _copy(rows, into)
        _lift_counters(db.engine, into)
    source.close()


def _reading(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)


def last_position(db: Database) -> int:
    """Return the position of the last event of all instances."""
    table = Base.metadata.tables["outbox"]
    with db.engine.connect() as connection:
        return connection.scalar(select(func.max(table.c.id))) or 0


def check(path: Path) -> None:
    """Refuse a file that is no whole database, or holds more than tables of rows."""
    try:
        with _reading(path) as found:
            found.execute("PRAGMA trusted_schema=OFF")
            sound = found.execute("PRAGMA quick_check(1)").fetchone()
            odd = found.execute("SELECT 1 FROM sqlite_master WHERE type IN ('trigger', 'view')").fetchone()
        found.close()
    except sqlite3.Error as error:
        raise SnapshotError(f"The file {path.name} is no database.") from error
    if sound != ("ok",):
        raise SnapshotError(f"The database {path.name} is damaged.")
    if odd is not None:
        raise SnapshotError(f"The database {path.name} holds triggers or views; a snapshot has none.")


def revision_of(path: Path) -> str | None:
    """Return the version of the tables in a file, None if it does not say."""
    with _reading(path) as found:
        try:
            row = found.execute("SELECT version_num FROM alembic_version").fetchone()
        except sqlite3.Error:
            row = None
    found.close()
    return None if row is None else str(row[0])


def finish_file(path: Path) -> None:
    """Bring the tables of a file up to date and leave it without side files."""
    db = Database(address_of(path))
    try:
        db.create()
    finally:
        db.close()
    _as_one_file(path)
    with sqlite3.connect(path) as found:
        tables = {name for (name,) in found.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    found.close()
    if not tables >= set(Base.metadata.tables):
        missing = min(set(Base.metadata.tables) - tables)
        raise SnapshotError(f"The table {missing} is missing in {path.name}.")


def go_on_from(path: Path, position: int) -> None:
    """Let the next event of a file have a position that was never given; forget calls without an end."""
    with sqlite3.connect(path) as found:
        changed = found.execute(
            "UPDATE sqlite_sequence SET seq = max(seq, ?) WHERE name = 'outbox'", (position,)
        )
        if changed.rowcount == 0:
            found.execute("INSERT INTO sqlite_sequence(name, seq) VALUES ('outbox', ?)", (position,))
        found.execute("DELETE FROM idempotent_calls WHERE status IS NULL")
    found.close()


def _copy(source: Connection, into: Connection) -> None:
    tables = [_plain(table) for table in Base.metadata.sorted_tables]
    for table in reversed(tables):
        into.execute(delete(table))
    for table in tables:
        found = source.execute(select(table)).mappings()
        while batch := [dict(row) for row in found.fetchmany(_BATCH)]:
            into.execute(insert(table), batch)


def _plain(table: Table) -> Table:
    """Return a table whose missing JSON values are missing, and not the JSON text `null`."""
    copy = table.to_metadata(MetaData())
    for column in copy.columns:
        if isinstance(column.type, JSON):
            kind: Any = JSON(none_as_null=True)
            column.type = kind
    return copy


def _lift_counters(engine: Engine, into: Connection) -> None:
    if engine.dialect.name != "postgresql":
        return
    for table in Base.metadata.sorted_tables:
        column = table.autoincrement_column
        if column is None:
            continue
        highest = into.scalar(select(func.max(column))) or 1
        into.execute(_LIFT, {"table": table.name, "column": column.name, "highest": highest})


def _as_one_file(path: Path) -> None:
    with sqlite3.connect(path) as found:
        found.execute("PRAGMA journal_mode=DELETE")
    found.close()
    path.chmod(0o600)
