"""Transactions that wait for a block, and what was decided about each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from etopay_sandbox_evm import Transaction

from sandbox.services.chain.errors import SERVER_ERROR, RpcError
from sandbox.services.chain.storage import Database

Fate = Literal["stuck", "reverted"]

MAX_WAITING = 4096
REPLACEMENT_PERCENT = 110


@dataclass(frozen=True, slots=True)
class Waiting:
    """A transaction in the pool; a stuck one is never mined, a reverted one fails when it is."""

    transaction: Transaction
    fate: Fate | None = None


class Pool:
    """The pool of one chain, in the order of arrival."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._decoded: dict[str, Transaction] = {}

    def all(self) -> list[Waiting]:
        """Everything that waits."""
        rows = self._database.all(
            "SELECT pool.hash, raw, kind FROM pool LEFT JOIN fate ON fate.hash = pool.hash ORDER BY position"
        )
        # Recovering a sender costs more than all the rest here, so it is done once for each transaction.
        known = self._decoded
        self._decoded = {name: known.get(name) or Transaction.decode(raw) for name, raw, _ in rows}
        return [Waiting(self._decoded[name], kind) for name, _, kind in rows]

    def of(self, sender: str) -> list[Waiting]:
        """What waits of one sender."""
        return [one for one in self.all() if one.transaction.sender == sender]

    def find(self, tx_hash: str) -> Waiting | None:
        """One transaction of the pool."""
        return next((one for one in self.all() if one.transaction.hash == tx_hash), None)

    def put(self, waiting: Waiting) -> None:
        """Adds a transaction at the end; call it inside a database transaction."""
        transaction = waiting.transaction
        self._database.run(
            "INSERT INTO pool(hash, raw) VALUES (?, ?)", transaction.hash, transaction.encode()
        )
        self.decide(transaction.hash, waiting.fate)

    def decide(self, tx_hash: str, fate: Fate | None) -> None:
        """Changes what is to become of a transaction."""
        if fate is None:
            self._database.run("DELETE FROM fate WHERE hash = ?", tx_hash)
        else:
            self._database.run("INSERT OR REPLACE INTO fate VALUES (?, ?)", tx_hash, fate)

    def fate(self, tx_hash: str) -> Fate | None:
        """What was decided about a transaction, mined or not."""
        row = self._database.one("SELECT kind FROM fate WHERE hash = ?", tx_hash)
        return None if row is None else row[0]

    def remove(self, hashes: Iterable[str], *, for_good: bool = False) -> None:
        """Takes transactions out; a mined one may come back, a dropped one is gone for good."""
        rows = [(one,) for one in hashes]
        self._database.run_many("DELETE FROM pool WHERE hash = ?", rows)
        if for_good:
            self._database.run_many("DELETE FROM fate WHERE hash = ?", rows)

    def put_first(self, transactions: Iterable[Transaction]) -> None:
        """Puts transactions that were mined once in front of those that wait."""
        behind = self.all()
        self._database.run("DELETE FROM pool")
        for transaction in (*transactions, *(one.transaction for one in behind)):
            self._append(transaction)

    def _append(self, transaction: Transaction) -> None:
        self._database.run(
            "INSERT INTO pool(hash, raw) VALUES (?, ?)", transaction.hash, transaction.encode()
        )


def next_nonce(start: int, waiting: Iterable[Waiting]) -> int:
    """First nonce from `start` on that nothing of one sender uses."""
    used = {one.transaction.nonce for one in waiting}
    while start in used:
        start += 1
    return start


def in_turn(waiting: list[Waiting]) -> list[Waiting]:
    """In the order of arrival, with each sender's places filled by rising nonce."""
    queues: dict[str, list[Waiting]] = {}
    for one in sorted(waiting, key=lambda one: -one.transaction.nonce):
        queues.setdefault(one.transaction.sender, []).append(one)
    return [queues[one.transaction.sender].pop() for one in waiting]


def require_better(old: Transaction, new: Transaction) -> None:
    """Refuses a replacement that does not raise both fees by a tenth, as geth does."""
    pairs = (
        (old.max_fee_per_gas, new.max_fee_per_gas),
        (_tip(old), _tip(new)),
    )
    if any(100 * offered < REPLACEMENT_PERCENT * before or offered <= before for before, offered in pairs):
        raise RpcError(SERVER_ERROR, "replacement transaction underpriced")


def _tip(transaction: Transaction) -> int:
    tip = transaction.max_priority_fee_per_gas
    return transaction.max_fee_per_gas if tip is None else tip
