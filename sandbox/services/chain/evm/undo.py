"""What the state was before each of the newest blocks, so that they can be taken back."""

from __future__ import annotations

import json
from typing import Any

from etopay_sandbox_evm import Outcome

from sandbox.services.chain.storage import Database

KEPT_BLOCKS = 128


def record_before(database: Database, number: int, outcomes: list[Outcome]) -> None:
    """Keeps the accounts and slots that a block is about to change; call it before they are stored."""
    accounts: dict[str, Any] = {}
    cleared: set[str] = set()
    slots: dict[str, dict[str, str | None]] = {}
    for change in (change for outcome in outcomes for change in outcome.changes):
        accounts[change.address] = _account(database, change.address)
        positions = slots.setdefault(change.address, {})
        if change.storage_cleared:
            cleared.add(change.address)
            positions |= dict(
                database.all("SELECT position, value FROM slot WHERE address = ?", change.address)
            )
        for position in (hex(position) for position, _ in change.storage):
            positions[position] = _slot(database, change.address, position)
    body = json.dumps({"accounts": accounts, "cleared": sorted(cleared), "slots": slots})
    database.run("INSERT OR REPLACE INTO undo VALUES (?, ?)", number, body)
    database.run("DELETE FROM undo WHERE block <= ?", number - KEPT_BLOCKS)


def take_back(database: Database, number: int) -> None:
    """Restores the state before a block; later blocks must have been taken back already."""
    row = database.one("SELECT body FROM undo WHERE block = ?", number)
    assert row is not None, "who takes a block back looks first how far that goes"
    body = json.loads(row[0])
    for address, account in body["accounts"].items():
        database.run("DELETE FROM account WHERE address = ?", address)
        if account is not None:
            balance, nonce, code = account
            stored = None if code is None else bytes.fromhex(code)
            database.run("INSERT INTO account VALUES (?, ?, ?, ?)", address, balance, nonce, stored)
    for address in body["cleared"]:
        database.run("DELETE FROM slot WHERE address = ?", address)
    for address, positions in body["slots"].items():
        for position, value in positions.items():
            database.run("DELETE FROM slot WHERE address = ? AND position = ?", address, position)
            if value is not None:
                database.run("INSERT INTO slot VALUES (?, ?, ?)", address, position, value)
    database.run("DELETE FROM undo WHERE block = ?", number)


def depth_kept(database: Database) -> int:
    """How many of the newest blocks can be taken back."""
    return database.number("SELECT count(*) FROM undo WHERE block > 1")


def _account(database: Database, address: str) -> list[Any] | None:
    row = database.one("SELECT balance, nonce, code FROM account WHERE address = ?", address)
    return None if row is None else [row[0], row[1], None if row[2] is None else row[2].hex()]


def _slot(database: Database, address: str, position: str) -> str | None:
    row = database.one("SELECT value FROM slot WHERE address = ? AND position = ?", address, position)
    return None if row is None else str(row[0])
