"""Coins in the database."""

from __future__ import annotations

from collections.abc import Iterable

from sandbox.services.chain.iota import digests
from sandbox.services.chain.iota.execution import Coin
from sandbox.services.chain.storage import Database

COLUMNS = "id, owner, version, digest, balance, previous, rebate"


class CoinStore:
    """Reads and writes coins."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, coin_id: bytes) -> Coin | None:
        """A coin that exists."""
        row = self._database.one(f"SELECT {COLUMNS} FROM coin WHERE id = ?", coin_id)  # noqa: S608 - constants
        return Coin(*row) if row else None

    def balance(self, owner: bytes) -> tuple[int, int]:
        """How many coins an address has, and their nanos."""
        row = self._database.one(
            "SELECT count(*), coalesce(sum(balance), 0) FROM coin WHERE owner = ?", owner
        )
        return (int(row[0]), int(row[1])) if row else (0, 0)

    def page(self, owner: bytes, after: Coin | None, limit: int) -> list[Coin]:
        """Coins of an address, the largest first."""
        behind = "AND (balance < ? OR (balance = ? AND id > ?))" if after is not None else ""
        position = (after.balance, after.balance, after.id) if after is not None else ()
        rows = self._database.all(
            f"SELECT {COLUMNS} FROM coin WHERE owner = ? {behind} ORDER BY balance DESC, id LIMIT ?",  # noqa: S608 - constants
            owner,
            *position,
            limit,
        )
        return [Coin(*row) for row in rows]

    def put(self, coins: Iterable[Coin]) -> None:
        """Stores coins in their new version."""
        self._database.run_many(
            "INSERT OR REPLACE INTO coin VALUES (?, ?, ?, ?, ?, ?, ?)",
            [
                (coin.id, coin.owner, coin.version, coin.digest, coin.balance, coin.previous, coin.rebate)
                for coin in coins
            ],
        )

    def delete(self, coin_ids: Iterable[bytes]) -> None:
        """Removes coins."""
        self._database.run_many("DELETE FROM coin WHERE id = ?", [(one,) for one in coin_ids])


def new_version(coin: Coin, *, version: int, previous: bytes, rebate: int) -> Coin:
    """The coin as a transaction leaves it behind, with its digest."""
    owner = coin.owner
    assert owner is not None, "a transaction that leaves a coin without an owner fails"
    digest = digests.coin_digest(
        coin_id=coin.id, owner=owner, version=version, balance=coin.balance, previous=previous, rebate=rebate
    )
    return Coin(coin.id, owner, version, digest, coin.balance, previous, rebate)
