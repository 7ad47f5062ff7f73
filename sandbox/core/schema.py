"""The tables' version: a new database gets today's tables, an older one is brought up to date."""

import re
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Engine,
    MetaData,
    NullPool,
    String,
    Table,
    create_engine,
    event,
    inspect,
    select,
    text,
)

from sandbox.core.errors import StartError

FOLDER = Path(__file__).parents[1] / "migrations"
FIRST = "0001"
"""The tables of the sandboxes that did not know migrations."""

MIGRATED = "2"
"""What those sandboxes find as the version of the tables, so that they refuse them."""

_NAME = re.compile(r"([0-9]{4})_[a-z0-9_]+\.py")
_versions = Table("alembic_version", MetaData(), Column("version_num", String(32), primary_key=True))


def revisions() -> list[str]:
    """Return all versions of the tables, oldest first, from the names of their files."""
    names = (_NAME.fullmatch(file.name) for file in (FOLDER / "versions").iterdir())
    return sorted(name[1] for name in names if name)


def prepare(engine: Engine, tables: MetaData, facts: Table) -> None:
    """Create the tables, or bring older ones up to date with all that they hold."""
    known = revisions()
    with engine.begin() as connection:
        found = _version(connection, facts)
        if found is None:
            tables.create_all(connection)
            _versions.create(connection)
            connection.execute(_versions.insert().values(version_num=known[-1]))
            connection.execute(facts.insert().values(name="schema_version", value=MIGRATED))
            return
    if found not in known:
        raise StartError(
            f"The data folder was written by another version of the sandbox (tables {found}, "
            f"this one knows {known[-1]}). Use another folder with --data.",
            3,
        )
    if found != known[-1]:
        _upgrade(engine, found)


def _version(connection: Connection, facts: Table) -> str | None:
    present = inspect(connection)
    if present.has_table(_versions.name):
        return str(connection.scalars(select(_versions.c.version_num)).one())
    if not present.has_table(facts.name):
        return None
    old = connection.scalars(select(facts.c.value).where(facts.c.name == "schema_version")).one_or_none()
    return FIRST if old in {None, "1"} else str(old)


def _upgrade(engine: Engine, found: str) -> None:
    # Loading Alembic takes longer than the rest of the start, and most starts find nothing to do.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", FOLDER.as_posix().replace("%", "%%"))
    worker = create_engine(engine.url, poolclass=NullPool, hide_parameters=True)
    on_sqlite = engine.dialect.name == "sqlite"
    if on_sqlite:
        event.listen(worker, "connect", _without_references)
        event.listen(worker, "begin", _begin)
    with worker.begin() as connection:
        config.attributes["connection"] = connection
        if not inspect(connection).has_table(_versions.name):
            command.stamp(config, found)
        command.upgrade(config, "head")
        broken = connection.execute(text("PRAGMA foreign_key_check")).all() if on_sqlite else ()
        if broken:
            raise StartError("The tables could not be brought up to date: rows of others are missing.", 3)
    worker.dispose()


def _without_references(connection: Any, _record: Any) -> None:
    # A table that is written anew is dropped, which would take the rows that refer to it along.
    connection.isolation_level = None
    for pragma in ("synchronous=FULL", "foreign_keys=OFF", "busy_timeout=15000"):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    connection.execute(text("BEGIN IMMEDIATE"))
