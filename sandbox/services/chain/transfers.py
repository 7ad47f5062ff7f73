"""The ordered log of executed transfers, with named cursors for those who read it."""

from __future__ import annotations

from collections.abc import Callable

from sandbox.services.chain.model import ChainNetwork, Transfer
from sandbox.services.chain.storage import Database, Row

SCHEMA = """
CREATE TABLE IF NOT EXISTS transfer(
    sequence INTEGER PRIMARY KEY AUTOINCREMENT, network_key TEXT NOT NULL, tx_id TEXT NOT NULL,
    sender TEXT NOT NULL, recipient TEXT NOT NULL, units TEXT NOT NULL, data BLOB NOT NULL,
    block INTEGER NOT NULL, timestamp INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS transfer_recipient ON transfer(network_key, recipient, sequence);
CREATE INDEX IF NOT EXISTS transfer_sender ON transfer(network_key, sender, sequence);
CREATE TABLE IF NOT EXISTS cursor(
    consumer TEXT NOT NULL, network_key TEXT NOT NULL, sequence INTEGER NOT NULL,
    PRIMARY KEY(consumer, network_key)) WITHOUT ROWID;
"""

COLUMNS = "sequence, network_key, tx_id, sender, recipient, units, data, block, timestamp"


class TransferLog:
    """Reads and writes the transfers of one node's database."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.held_from: Callable[[], int | None] = lambda: None
        """Tells the first block that consumers do not see yet; None if they see all."""

    def append(
        self,
        network_key: str,
        *,
        tx_id: str,
        sender: str,
        recipient: str,
        units: int,
        data: bytes,
        block: int,
        timestamp: int,
    ) -> None:
        """Adds a transfer; call it inside the database transaction that stores the chain's own rows."""
        self._database.run(
            "INSERT INTO transfer(network_key, tx_id, sender, recipient, units, data, block, timestamp)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            network_key,
            tx_id,
            sender,
            recipient,
            str(units),
            data,
            block,
            timestamp,
        )

    def after(
        self, network: ChainNetwork, sequence: int, limit: int, recipient: str | None = None
    ) -> list[Transfer]:
        """Transfers behind a position, oldest first."""
        to = "AND recipient = ?" if recipient is not None else ""
        values: list[object] = [network.key, sequence, *([recipient] if recipient is not None else [])]
        held = self.held_from()
        if held is not None:
            to += " AND block < ?"
            values.append(held)
        rows = self._database.all(
            f"SELECT {COLUMNS} FROM transfer WHERE network_key = ? AND sequence > ? {to}"  # noqa: S608 - constants
            " ORDER BY sequence LIMIT ?",
            *values,
            limit,
        )
        return [_transfer(network, row) for row in rows]

    def newest(self, network: ChainNetwork, limit: int, address: str | None = None) -> list[Transfer]:
        """Latest transfers, newest first; with an address those it sent or received."""
        party = "AND (sender = ? OR recipient = ?)" if address is not None else ""
        values = (network.key, *([address, address] if address is not None else []), limit)
        rows = self._database.all(
            f"SELECT {COLUMNS} FROM transfer WHERE network_key = ? {party}"  # noqa: S608 - constants
            " ORDER BY sequence DESC LIMIT ?",
            *values,
        )
        return [_transfer(network, row) for row in rows]

    def of_transaction(self, network: ChainNetwork, tx_id: str) -> list[Transfer]:
        """Transfers that one transaction made on a network."""
        rows = self._database.all(
            f"SELECT {COLUMNS} FROM transfer WHERE network_key = ? AND tx_id = ? ORDER BY sequence",  # noqa: S608 - constants
            network.key,
            tx_id,
        )
        return [_transfer(network, row) for row in rows]

    def withdraw_above(self, block: int) -> None:
        """Forgets the transfers of blocks that were taken back; their sequences are not used again."""
        self._database.run("DELETE FROM transfer WHERE block > ?", block)

    def cursor(self, consumer: str, network_key: str) -> int:
        """Last acknowledged position of a consumer."""
        return self._database.number(
            "SELECT sequence FROM cursor WHERE consumer = ? AND network_key = ?", consumer, network_key
        )

    def acknowledge(self, consumer: str, network_key: str, sequence: int) -> None:
        """Moves a cursor forward; it never goes back."""
        self._database.run(
            "INSERT INTO cursor VALUES (?, ?, ?)"
            " ON CONFLICT DO UPDATE SET sequence = max(sequence, excluded.sequence)",
            consumer,
            network_key,
            sequence,
        )


def _transfer(network: ChainNetwork, row: Row) -> Transfer:
    sequence, key, tx_id, sender, recipient, units, data, block, timestamp = row
    return Transfer(
        sequence=sequence,
        network_key=key,
        tx_id=tx_id,
        sender=sender,
        recipient=recipient,
        amount=network.from_units(int(units)),
        data=data,
        block=block,
        timestamp=timestamp,
    )
