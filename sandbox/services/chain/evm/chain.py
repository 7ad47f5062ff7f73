"""The EVM chain itself: genesis, the door for transactions, and mining."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from etopay_sandbox_evm import BlockContext, Outcome, RefusedError, SealedBlock, Transaction, keccak256

from sandbox.services.chain.errors import SERVER_ERROR, RpcError
from sandbox.services.chain.evm import views
from sandbox.services.chain.evm.fees import GAS_LIMIT, INITIAL_BASE_FEE, next_base_fee
from sandbox.services.chain.evm.state import load_engine, store_changes
from sandbox.services.chain.storage import Database

BENEFICIARY = "0x" + "c0" * 20
NO_HASH = "0x" + "00" * 32

Executed = list[tuple[Transaction, Outcome]]
MinedHook = Callable[["Head", Executed], None]


@dataclass(frozen=True, slots=True)
class Head:
    """The newest block."""

    number: int
    hash: str
    state_root: str
    timestamp: int
    base_fee: int
    gas_used: int


class EvmChain:
    """State, pool and blocks of one chain; `on_mined` runs inside the transaction that stores a block."""

    def __init__(
        self,
        database: Database,
        *,
        chain_id: int,
        allocation: dict[str, int],
        clock: Callable[[], float],
        on_mined: MinedHook,
    ) -> None:
        self.database = database
        self.chain_id = chain_id
        self.instant = True
        self._clock = clock
        self._on_mined = on_mined
        if database.one("SELECT 1 FROM block") is None:
            self._create_genesis(allocation)
        self.engine = load_engine(database, chain_id)

    def head(self) -> Head:
        """The newest block."""
        row = self.database.one(
            "SELECT number, hash, state_root, timestamp, base_fee, gas_used FROM block"
            " ORDER BY number DESC LIMIT 1"
        )
        assert row is not None, "a chain has a genesis block"
        return Head(*row)

    def next_block(self) -> BlockContext:
        """The block that would be mined now."""
        head = self.head()
        return BlockContext(**self._next_fields(head))

    def pool(self) -> list[Transaction]:
        """Transactions that wait for a block, in the order of their arrival."""
        return [
            Transaction.decode(raw) for (raw,) in self.database.all("SELECT raw FROM pool ORDER BY position")
        ]

    def pending_nonce(self, address: str) -> int:
        """Nonce that the next transaction of this account must have."""
        waiting = sum(1 for transaction in self.pool() if transaction.sender == address)
        return self.engine.nonce(address) + waiting

    def submit(self, transaction: Transaction) -> str:
        """Lets a transaction in, or refuses it as geth would; with instant mining it is executed at once."""
        known = "SELECT 1 FROM tx WHERE hash = ?1 UNION SELECT 1 FROM pool WHERE hash = ?1"
        if self.database.one(known, transaction.hash):
            raise RpcError(SERVER_ERROR, "already known")
        mine = [waiting for waiting in self.pool() if waiting.sender == transaction.sender]
        next_nonce = self.engine.nonce(transaction.sender) + len(mine)
        if any(waiting.nonce == transaction.nonce for waiting in mine):
            raise RpcError(SERVER_ERROR, "replacement transaction underpriced")
        try:
            self.engine.admit(
                transaction,
                self.next_block(),
                next_nonce=next_nonce,
                reserved=sum(waiting.cost for waiting in mine),
            )
        except RefusedError as error:
            raise RpcError(SERVER_ERROR, str(error)) from None
        if self.instant:
            self.mine(transaction)
        else:
            with self.database.transaction():
                self._keep_waiting(transaction)
        return transaction.hash

    def mine(self, newcomer: Transaction | None = None) -> int:
        """Makes the next block from the pool and an admitted newcomer; gives its number."""
        head = self.head()
        candidates = self.pool() + ([newcomer] if newcomer is not None else [])
        fields = self._next_fields(head)
        context = BlockContext(**fields)
        try:
            executed, refused = self._execute(candidates, context)
            _require_accepted(newcomer, refused)
            sealed = context.seal(head.state_root, executed)
            with self.database.transaction():
                self._store(fields, sealed, executed)
                done = {*refused, *(transaction.hash for transaction, _ in executed)}
                self.database.run_many("DELETE FROM pool WHERE hash = ?", [(one,) for one in done])
                if newcomer is not None and newcomer.hash not in done:
                    self._keep_waiting(newcomer)
        except BaseException:
            # Memory is ahead of the disk now: what was acknowledged is what the disk has.
            self.engine = load_engine(self.database, self.chain_id)
            raise
        self.engine.set_block_hash(_number(fields), sealed.hash)
        return _number(fields)

    def _keep_waiting(self, transaction: Transaction) -> None:
        self.database.run("INSERT INTO pool(hash, raw) VALUES (?, ?)", transaction.hash, transaction.encode())

    def _next_fields(self, head: Head) -> dict[str, Any]:
        return {
            "number": head.number + 1,
            "timestamp": max(int(self._clock()), head.timestamp),
            "base_fee": next_base_fee(head.base_fee, head.gas_used),
            "gas_limit": GAS_LIMIT,
            "parent_hash": head.hash,
            "beneficiary": BENEFICIARY,
        }

    def _execute(
        self, candidates: list[Transaction], context: BlockContext
    ) -> tuple[Executed, dict[str, str]]:
        executed: Executed = []
        refused: dict[str, str] = {}
        waiting: set[str] = set()
        gas_left = GAS_LIMIT
        base_fee = next_base_fee(self.head().base_fee, self.head().gas_used)
        for transaction in candidates:
            too_big = transaction.gas_limit > gas_left or transaction.max_fee_per_gas < base_fee
            if too_big or transaction.sender in waiting:
                waiting.add(transaction.sender)
                continue
            try:
                outcome = self.engine.execute(transaction, context)
            except RefusedError as error:
                refused[transaction.hash] = str(error)
                continue
            gas_left -= outcome.gas_used
            executed.append((transaction, outcome))
        return executed, refused

    def _create_genesis(self, allocation: dict[str, int]) -> None:
        text = json.dumps(sorted(allocation.items()))
        fields: dict[str, Any] = {
            "number": 0,
            "timestamp": int(self._clock()),
            "base_fee": INITIAL_BASE_FEE,
            "gas_limit": GAS_LIMIT,
            "parent_hash": NO_HASH,
            "beneficiary": BENEFICIARY,
        }
        sealed = BlockContext(**fields).seal(views.hex_data(keccak256(text.encode())), [])
        with self.database.transaction():
            self.database.run_many(
                "INSERT INTO account VALUES (?, ?, 0, NULL)",
                [(address, str(balance)) for address, balance in allocation.items()],
            )
            self._store(fields, sealed, [])

    def _store(self, fields: dict[str, Any], sealed: SealedBlock, executed: Executed) -> None:
        number, base_fee = _number(fields), fields["base_fee"]
        body = views.block_view(
            sealed,
            {
                "number": hex(number),
                "parentHash": fields["parent_hash"],
                "timestamp": hex(fields["timestamp"]),
                "baseFeePerGas": hex(base_fee),
                "gasLimit": hex(fields["gas_limit"]),
                "miner": fields["beneficiary"],
            },
        )
        self.database.run(
            "INSERT INTO block VALUES (?, ?, ?, ?, ?, ?, ?)",
            number,
            sealed.hash,
            sealed.state_root,
            fields["timestamp"],
            base_fee,
            sealed.gas_used,
            json.dumps(body),
        )
        cumulative = logs_before = 0
        for index, (transaction, outcome) in enumerate(executed):
            cumulative += outcome.gas_used
            place = views.place_view(sealed.hash, number, index)
            logs = views.log_views(transaction, outcome, place, logs_before)
            receipt = views.receipt_view(
                transaction, outcome, place, logs=logs, cumulative=cumulative, base_fee=base_fee
            )
            self.database.run(
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
            self.database.run_many(
                "INSERT INTO log VALUES (?, ?, ?, ?)",
                [
                    (number, logs_before + offset, log["address"], json.dumps(log))
                    for offset, log in enumerate(logs)
                ],
            )
            logs_before += len(logs)
            store_changes(self.database, outcome)
        head = Head(number, sealed.hash, sealed.state_root, fields["timestamp"], base_fee, sealed.gas_used)
        self._on_mined(head, executed)


def _require_accepted(newcomer: Transaction | None, refused: dict[str, str]) -> None:
    if newcomer is not None and newcomer.hash in refused:
        raise RpcError(SERVER_ERROR, refused[newcomer.hash])


def _number(fields: dict[str, Any]) -> int:
    """Block number among the fields of a block to be made."""
    return int(fields["number"])
