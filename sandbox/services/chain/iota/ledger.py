"""The IOTA ledger: genesis, execution and checkpoints; one transaction makes one checkpoint."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass

from sandbox.services.chain.iota import digests, signature, validation, views
from sandbox.services.chain.iota.coins import CoinStore, new_version
from sandbox.services.chain.iota.execution import STORAGE_DEPOSIT, Coin, Execution, GasUsed, execute
from sandbox.services.chain.iota.schema import FROM_ADDRESS, TO_ADDRESS
from sandbox.services.chain.iota.transaction import TransactionData
from sandbox.services.chain.plans import Plans, read_switch, set_switch
from sandbox.services.chain.storage import Database

OUTCOMES = ("failed", "delayed", "contended")
ORDERED_FAILURE = "InsufficientCoinBalance in command 0"
TOTAL_SUPPLY = 4_600_000_000 * 10**9


@dataclass(frozen=True, slots=True)
class Effects:
    """What a transaction did, before it is stored (or instead, in a dry run)."""

    digest: bytes
    sender: bytes
    execution: Execution
    before: dict[bytes, Coin]
    after: dict[bytes, Coin]
    version: int
    gas_coin: bytes
    changes: dict[bytes, int]

    @property
    def view(self) -> views.Json:
        """The effects as JSON-RPC shows them."""
        return views.effects_view(
            digest=self.digest,
            error=self.execution.error,
            gas=self.execution.gas,
            before=self.before,
            after=self.after,
            created=self.execution.created,
            deleted=self.execution.deleted,
            gas_coin=self.gas_coin,
            version=self.version,
        )

    @property
    def object_changes(self) -> list[views.Json]:
        """What became of each object."""
        return views.object_changes_view(
            self.sender, self.before, self.after, self.execution.deleted, self.version
        )


StoredHook = Callable[[Effects, int, int], None]
"""Effects, checkpoint number and Unix milliseconds; runs inside the storing transaction."""


class Ledger:
    """Coins and transactions of one IOTA network."""

    def __init__(
        self,
        database: Database,
        *,
        network_key: str,
        treasury: bytes,
        clock: Callable[[], float],
        on_stored: StoredHook,
    ) -> None:
        self.database = database
        self.coins = CoinStore(database)
        self.plans = Plans(database)
        self.network_key = network_key
        self._clock = clock
        self._on_stored = on_stored
        if database.one("SELECT 1 FROM tx") is None:
            self._create_genesis(treasury)

    @property
    def genesis_digest(self) -> bytes:
        """Digest of the transaction that made the supply; it names the chain."""
        return digests.blake2b(b"genesis of the etopay sandbox", self.network_key.encode())

    def newest_number(self) -> int:
        """Number of the newest transaction, which is that of its checkpoint."""
        return self.database.number("SELECT max(number) FROM tx")

    def dry_run(self, raw: bytes) -> Effects:
        """What a transaction would do; nothing changes and no signature is needed."""
        return self._effects(raw, validation.read(raw))

    def submit(self, raw: bytes, signatures: list[str], *, own: bool = False) -> bytes:
        """Executes a signed transaction once; a second time its digest is all that comes back.

        A transaction of the sandbox's own falls only under plans that name its sender.
        """
        transaction = validation.read(raw)
        signature.verify(raw, signatures, transaction.sender)
        digest = digests.transaction_digest(raw)
        if self.database.one("SELECT 1 FROM tx WHERE digest = ?", digest) is None:
            self._submit_new(raw, signatures, transaction, own=own)
        return digest

    def _submit_new(
        self, raw: bytes, signatures: list[str], transaction: TransactionData, *, own: bool
    ) -> None:
        plan = self.plans.matching(digests.hex_text(transaction.sender), named=own)
        outcome = None if plan is None else plan.outcome
        effects = self._effects(raw, transaction, ORDERED_FAILURE if outcome == "failed" else None)
        with self.database.transaction():
            if plan is not None:
                self.plans.use(plan)
            if outcome == "delayed" and self.held_from() is None:
                self.hold(self.newest_number() + 1)
            if outcome != "contended":
                self._store(effects, raw, signatures)
        if outcome == "contended":
            raise validation.contended(transaction)

    def held_from(self) -> int | None:
        """First number that no checkpoint has yet; None if checkpoints keep up."""
        value = read_switch(self.database, "held from")
        return None if value is None else int(value)

    def hold(self, number: int | None) -> None:
        """Holds back the checkpoints from this number on; None lets them come."""
        set_switch(self.database, "held from", None if number is None else str(number))

    def newest_checkpoint(self) -> int:
        """Number of the newest checkpoint; transactions may be executed that have none yet."""
        held = self.held_from()
        return self.newest_number() if held is None else held - 1

    def _effects(self, raw: bytes, transaction: TransactionData, ordered: str | None = None) -> Effects:
        before = validation.check(transaction, self.coins)
        digest = digests.transaction_digest(raw)
        execution = execute(transaction, digest, before, ordered)
        version = max(coin.version for coin in before.values()) + 1
        after = {
            identifier: new_version(coin, version=version, previous=digest, rebate=STORAGE_DEPOSIT)
            for identifier, coin in execution.live.items()
        }
        return Effects(
            digest=digest,
            sender=transaction.sender,
            execution=execution,
            before=before,
            after=after,
            version=version,
            gas_coin=transaction.payment[0].id,
            changes=views.balance_changes(before.values(), after.values()),
        )

    def _create_genesis(self, treasury: bytes) -> None:
        digest = self.genesis_digest
        identifier = digests.object_id(digest, 0)
        minted = Coin(identifier, treasury, 0, b"", TOTAL_SUPPLY, b"", 0)
        coin = new_version(minted, version=1, previous=digest, rebate=STORAGE_DEPOSIT)
        execution = Execution(None, GasUsed(0, 0, 0, 0), {identifier: coin}, [identifier], [])
        effects = Effects(
            digest, bytes(32), execution, {}, {identifier: coin}, 1, identifier, {treasury: TOTAL_SUPPLY}
        )
        with self.database.transaction():
            self._store(effects, b"", [])

    def _store(self, effects: Effects, raw: bytes, signatures: list[str]) -> None:
        newest = self.database.one("SELECT number, checkpoint FROM tx ORDER BY number DESC LIMIT 1")
        number, previous = (newest[0] + 1, newest[1]) if newest else (0, b"")
        timestamp = int(self._clock() * 1000)
        self.coins.delete(effects.execution.deleted)
        self.coins.put(effects.after.values())
        self.database.run(
            "INSERT INTO tx VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            number,
            effects.digest,
            raw,
            json.dumps(signatures),
            json.dumps(effects.view),
            json.dumps(views.balance_changes_view(effects.changes)),
            json.dumps(effects.object_changes),
            timestamp,
            digests.checkpoint_digest(previous, number, effects.digest),
            effects.execution.gas.computation + effects.execution.gas.kept,
        )
        parties = {(effects.sender, FROM_ADDRESS)}
        parties |= {(coin.owner or b"", TO_ADDRESS) for coin in effects.after.values()}
        self.database.run_many(
            "INSERT INTO party VALUES (?, ?, ?)", [(address, role, number) for address, role in parties]
        )
        self._on_stored(effects, number, timestamp)
