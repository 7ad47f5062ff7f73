"""The database: one engine, explicit transactions, portable column types."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, cast

from sqlalchemy import (
    Connection,
    DateTime,
    Dialect,
    Engine,
    String,
    TypeDecorator,
    create_engine,
    delete,
    event,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, sessionmaker

from sandbox.core import schema
from sandbox.core.clock import Clock, SandboxClock
from sandbox.core.errors import StartError
from sandbox.core.ids import new_id
from sandbox.core.instances import (
    DEFAULT_INSTANCE,
    HAS_CHANGED,
    InstanceKeyRow,
    InstanceRow,
    InstanceSession,
    current_instance,
)

__all__ = [
    "Base",
    "Database",
    "ExactDecimal",
    "Fact",
    "InstanceKeyRow",
    "InstanceRow",
    "UtcDateTime",
    "seed_fact",
]

_SNAPSHOT = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
_WRITE_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 7310))")
"""One writer at a time in an instance, as SQLite has it: the rules were written for that."""

_ONLY_ONE = text("SELECT pg_try_advisory_lock(7310)")
_PRESENT = text("SELECT pg_advisory_lock_shared(hashtextextended(:name, 7311))")
_IS_GONE = text("SELECT pg_try_advisory_xact_lock(hashtextextended(:name, 7311))")
_LET_GO = text("SELECT pg_advisory_unlock_all()")
_SEED_FACT = "seed:"
on_change: ContextVar[Callable[[Session], None] | None] = ContextVar("sandbox_on_change", default=None)
"""What is written along with any change that the running call makes, in the same transaction."""

_NEXT_INSTANCE = text("SELECT min(instance_id) FROM outbox_subjects WHERE instance_id > :last")
"""One step along an index: a list of all rows' instances would read all rows."""


def seed_fact(name: str, instance: str | None = None) -> str:
    """Name of the fact that a part of an instance's seed was put in; a reset forgets them."""
    return f"{_SEED_FACT}{instance or current_instance.get()}:{name}"


class Base(DeclarativeBase):
    """Base of all tables."""


class UtcDateTime(TypeDecorator[datetime]):
    """A moment, stored in UTC without zone and read back with it."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """Store in UTC."""
        return None if value is None else value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """Read as UTC."""
        return None if value is None else value.replace(tzinfo=UTC)


class ExactDecimal(TypeDecorator[Decimal]):
    """A decimal kept as text: SQLite's numbers are floats and would round."""

    impl = String(64)
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, _dialect: Dialect) -> str | None:
        """Store in plain notation."""
        return None if value is None else f"{value:f}"

    def process_result_value(self, value: str | None, _dialect: Dialect) -> Decimal | None:
        """Read back exactly."""
        return None if value is None else Decimal(value)


class Fact(Base):
    """One remembered value of the sandbox itself: schema version, port, cursors."""

    __tablename__ = "facts"
    name: Mapped[str] = mapped_column(String(200), primary_key=True)
    value: Mapped[str] = mapped_column(String(2000))


class Database:
    """Hands out transactions on one database."""

    def __init__(self, url: str) -> None:
        self.engine: Engine = create_engine(url, pool_size=20, max_overflow=40, hide_parameters=True)
        self.process = new_id()
        """Name of this process; others see by it whether we still run."""

        self.is_ours = True
        """Whether this process looks after the rows; a worker leaves that to its keeper."""

        self.clock: Clock = SandboxClock()
        """What writes the time of an event; the wiring sets the sandbox's clock."""
        self._session = sessionmaker(self.engine, class_=InstanceSession, expire_on_commit=False)
        self._claim: Connection | None = None
        self._on_sqlite = self.engine.dialect.name == "sqlite"
        if self._on_sqlite:
            event.listen(self.engine, "connect", _durable_sqlite)
            event.listen(self.engine, "begin", _lock_for_writing)

    @property
    def is_shared(self) -> bool:
        """Whether other processes may work on the database too."""
        return not self._on_sqlite

    def create(self) -> None:
        """Create the tables or bring them up to date; refuse a database of a later version."""
        schema.prepare(self.engine, Base.metadata, Base.metadata.tables[Fact.__tablename__])

    def claim(self, *, worker: bool = False) -> None:
        """Be the only sandbox on this database until the process ends, or raise StartError.

        A worker only lets the others see that it runs.
        """
        self.is_ours = not worker
        if self._on_sqlite:  # its folder is locked
            return
        connection = self.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        if not worker and not connection.scalar(_ONLY_ONE):
            connection.close()
            raise StartError(
                "Another sandbox uses this database. Stop it, or name another database with "
                "ETOPAY_SANDBOX_DATABASE_URL.",
                3,
            )
        connection.execute(_PRESENT, {"name": self.process})
        self._claim = connection

    def is_running(self, session: Session, process: str) -> bool:
        """Say whether a process that uses this database still runs: its lock ends with it."""
        if process == self.process:
            return True
        # An empty name is nobody's: a call was given up.
        if self._on_sqlite or not process:
            return False
        return not session.connection().scalar(_IS_GONE, {"name": process})

    def clear(self, session: Session) -> None:
        """Empty the tables of the session's instance, but for its signing keys and the sandbox's facts."""
        classes = {mapper.local_table: mapper.class_ for mapper in Base.registry.mappers}
        for table in reversed(Base.metadata.sorted_tables):
            if table.name not in {Fact.__tablename__, "signing_keys"}:
                session.execute(delete(classes[table]))
        own = seed_fact("", cast("InstanceSession", session).instance)
        session.execute(delete(Fact).where(Fact.name.startswith(own, autoescape=True)))

    @contextmanager
    def read(self, instance: str | None = None) -> Iterator[Session]:
        """Open a transaction that only reads, in the instance given or the current one."""
        with self._open(instance) as session:
            session.connection(
                execution_options={"sandbox_read_only": True} if self._on_sqlite else _SNAPSHOT
            )
            yield session

    @contextmanager
    def write(self, instance: str | None = None) -> Iterator[Session]:
        """Open a transaction that is committed at the end, or rolled back by an error."""
        with self._open(instance) as session, session.begin():
            if not self._on_sqlite:
                session.connection().execute(_WRITE_LOCK, {"name": instance or current_instance.get()})
            yield session
            session.flush()
            note = on_change.get()
            if note is not None and session.info.get(HAS_CHANGED):
                note(session)

    def stop_writers(self, connection: Connection) -> None:
        """Wait for the writers of all instances; none comes in until the connection's transaction ends."""
        stopped: set[str] = set()
        while not self._on_sqlite and (others := sorted(set(self.instances()) - stopped)):
            for name in others:
                connection.execute(_WRITE_LOCK, {"name": name})
            stopped.update(others)

    def _open(self, instance: str | None) -> Session:
        return self._session(instance=instance or current_instance.get(), info={"clock": self.clock})

    def instances(self) -> list[str]:
        """Return the instances in which anything ever happened, the default one first."""
        found = [DEFAULT_INSTANCE]
        with self.engine.connect().execution_options(sandbox_read_only=True) as connection:
            last = connection.scalar(_NEXT_INSTANCE, {"last": ""})
            while last is not None:
                found += [last] if last != DEFAULT_INSTANCE else []
                last = connection.scalar(_NEXT_INSTANCE, {"last": last})
        return found

    def fact(self, name: str) -> str | None:
        """Return a remembered value."""
        with self.read() as session:
            found = session.get(Fact, name)
            return found.value if found else None

    def remember(self, name: str, value: str) -> None:
        """Remember a value."""
        with self.write() as session:
            session.merge(Fact(name=name, value=value))

    def close(self) -> None:
        """Close all connections."""
        if self._claim is not None:
            self._claim.execute(_LET_GO)
            self._claim.close()
            self._claim = None
        self.engine.dispose()


def _durable_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves, see below
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=15000"):
        connection.execute(f"PRAGMA {pragma}")


def _lock_for_writing(connection: Any) -> None:
    # Taking the write lock first avoids "database is locked" when a reader turns into a writer.
    read_only = connection.get_execution_options().get("sandbox_read_only")
    connection.execute(text("BEGIN" if read_only else "BEGIN IMMEDIATE"))
