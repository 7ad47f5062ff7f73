"""World state: kept in the engine's memory, stored account by account."""

from __future__ import annotations

from etopay_sandbox_evm import Engine, Outcome

from sandbox.services.chain.storage import Database

BLOCK_HASHES_SEEN = 256


def load_engine(database: Database, chain_id: int) -> Engine:
    """An engine that holds what the database holds."""
    engine = Engine(chain_id)
    for address, balance, nonce, code in database.all("SELECT address, balance, nonce, code FROM account"):
        engine.set_account(address, int(balance), nonce, code)
    for address, position, value in database.all("SELECT address, position, value FROM slot"):
        engine.set_storage(address, int(position, 16), int(value, 16))
    for number, block_hash in database.all(
        "SELECT number, hash FROM block ORDER BY number DESC LIMIT ?", BLOCK_HASHES_SEEN
    ):
        engine.set_block_hash(number, block_hash)
    return engine


def store_changes(database: Database, outcome: Outcome) -> None:
    """Writes what a transaction changed; call it inside a database transaction."""
    for change in outcome.changes:
        if change.storage_cleared:
            database.run("DELETE FROM slot WHERE address = ?", change.address)
        if change.destroyed:
            database.run("DELETE FROM account WHERE address = ?", change.address)
            continue
        database.run(
            "INSERT INTO account VALUES (?, ?, ?, ?) ON CONFLICT(address) DO UPDATE SET"
            " balance = excluded.balance, nonce = excluded.nonce, code = coalesce(excluded.code, code)",
            change.address,
            str(change.balance),
            change.nonce,
            change.code,
        )
        database.run_many(
            "INSERT OR REPLACE INTO slot VALUES (?, ?, ?)",
            [(change.address, hex(position), hex(value)) for position, value in change.storage],
        )
