"""A sealed block with its transactions, receipts and logs, as the database holds it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from etopay_sandbox_evm import Outcome, SealedBlock, Transaction

from sandbox.services.chain.evm import undo, views
from sandbox.services.chain.evm.state import store_changes
from sandbox.services.chain.storage import Database

Executed = list[tuple[Transaction, Outcome]]
Fields = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Head:
    """The newest block."""

    number: int
    hash: str
    state_root: str
    timestamp: int
    base_fee: int
    gas_used: int


def read_head(database: Database) -> Head:
    """The newest block."""
    row = database.one(
        "SELECT number, hash, state_root, timestamp, base_fee, gas_used FROM block"
        " ORDER BY number DESC LIMIT 1"
    )
    assert row is not None, "a chain has a genesis block"
    return Head(*row)


def store_block(database: Database, fields: Fields, sealed: SealedBlock, executed: Executed) -> Head:
    """Writes a block and the state it leaves; call it inside a database transaction."""
    number, base_fee = int(fields["number"]), fields["base_fee"]
    undo.record_before(database, number, [outcome for _, outcome in executed])
    _store_header(database, fields, sealed)
    cumulative = logs_before = 0
    for index, (transaction, outcome) in enumerate(executed):
        cumulative += outcome.gas_used
        place = views.place_view(sealed.hash, number, index)
        logs = views.log_views(transaction, outcome, place, logs_before)
        receipt = views.receipt_view(
            transaction, outcome, place, logs=logs, cumulative=cumulative, base_fee=base_fee
        )
        database.run(
            "INSERT INTO tx VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            transaction.hash,
            number,
            index,
            str(transaction.effective_gas_price(base_fee) - base_fee),
            outcome.gas_used,
            transaction.encode(),
            json.dumps(views.mined_view(transaction, place, base_fee)),
            json.dumps(receipt),
        )
        database.run_many(
            "INSERT INTO log VALUES (?, ?, ?, ?)",
            [
                (number, logs_before + offset, log["address"], json.dumps(log))
                for offset, log in enumerate(logs)
            ],
        )
        logs_before += len(logs)
        store_changes(database, outcome)
    return Head(number, sealed.hash, sealed.state_root, fields["timestamp"], base_fee, sealed.gas_used)


def delete_blocks_above(database: Database, number: int) -> None:
    """Removes blocks with what they hold; the state is taken back apart from this."""
    database.run("DELETE FROM log WHERE block > ?", number)
    database.run("DELETE FROM tx WHERE block > ?", number)
    database.run("DELETE FROM block WHERE number > ?", number)


def _store_header(database: Database, fields: Fields, sealed: SealedBlock) -> None:
    body = views.block_view(
        sealed,
        {
            "number": hex(fields["number"]),
            "parentHash": fields["parent_hash"],
            "timestamp": hex(fields["timestamp"]),
            "baseFeePerGas": hex(fields["base_fee"]),
            "gasLimit": hex(fields["gas_limit"]),
            "miner": fields["beneficiary"],
        },
    )
    database.run(
        "INSERT INTO block VALUES (?, ?, ?, ?, ?, ?, ?)",
        fields["number"],
        sealed.hash,
        sealed.state_root,
        fields["timestamp"],
        fields["base_fee"],
        sealed.gas_used,
        json.dumps(body),
    )
