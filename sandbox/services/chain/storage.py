"""SQLite behind a chain: durable before a transaction is acknowledged, intact after a kill."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sandbox.services.chain.errors import StorageInUseError

Row = tuple[Any, ...]

LOCK_SECONDS = 1.0


class Database:
    """One SQLite file, used by one thread at a time."""

    def __init__(self, path: Path, schema: str) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._connection = sqlite3.connect(
            path, timeout=LOCK_SECONDS, isolation_level=None, check_same_thread=False
        )
        try:
            self._lock()
            self._connection.execute("PRAGMA synchronous=FULL")
            self._connection.executescript(schema)
        except BaseException as error:
            self._connection.close()
            if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_BUSY:
                raise StorageInUseError(
                    f"{path} is open in another process. Stop the other sandbox or take another data folder."
                ) from None
            raise

    def one(self, sql: str, *values: object) -> Row | None:
        """First row of a query, or None."""
        row: Row | None = self._connection.execute(sql, values).fetchone()
        return row

    def all(self, sql: str, *values: object) -> list[Row]:
        """All rows of a query."""
        return self._connection.execute(sql, values).fetchall()

    def number(self, sql: str, *values: object) -> int:
        """The single number that a query gives; 0 where there is none."""
        row = self.one(sql, *values)
        return int(row[0]) if row is not None and row[0] is not None else 0

    def run(self, sql: str, *values: object) -> None:
        """Executes a statement."""
        self._connection.execute(sql, values)

    def run_many(self, sql: str, rows: Iterable[Row]) -> None:
        """Executes a statement once for each row."""
        self._connection.executemany(sql, rows)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing; on disk when the block ends."""
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")

    def _lock(self) -> None:
        # The EVM's state is in memory too: a second process on the file would spoil it.
        self._connection.execute("PRAGMA locking_mode=EXCLUSIVE")
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("BEGIN IMMEDIATE")
        self._connection.execute("COMMIT")

    def copy_to(self, path: Path) -> None:
        """Writes all of it into a new file, without side files."""
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        copy = sqlite3.connect(path)
        try:
            self._connection.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")
        finally:
            copy.close()
        path.chmod(0o600)

    def close(self) -> None:
        """Closes the file; the object is of no use afterwards."""
        self._connection.close()


def delete_database(path: Path) -> None:
    """Removes a closed database with its side files."""
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
