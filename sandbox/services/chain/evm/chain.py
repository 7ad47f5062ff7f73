"""The EVM chain itself: genesis, the door for transactions, and mining."""

from __future__ import annotations

import json
from collections.abc import Callable

from etopay_sandbox_evm import BlockContext, RefusedError, Transaction, keccak256

from sandbox.services.chain.errors import SERVER_ERROR, RpcError
from sandbox.services.chain.evm import fates, pool, views
from sandbox.services.chain.evm.blocks import Executed, Fields, Head, read_head, store_block
from sandbox.services.chain.evm.fees import GAS_LIMIT, INITIAL_BASE_FEE, next_base_fee
from sandbox.services.chain.evm.mining import INSTANT, Mining, load_mining, store_mining
from sandbox.services.chain.evm.pool import Pool, Waiting
from sandbox.services.chain.evm.state import load_engine
from sandbox.services.chain.plans import Plans
from sandbox.services.chain.storage import Database

BENEFICIARY = "0x" + "c0" * 20
NO_HASH = "0x" + "00" * 32
OUTCOMES = ("stuck", "dropped", "reverted")

MinedHook = Callable[[Head, Executed], None]
Also = Callable[[], None]


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
        self.pool = Pool(database)
        self.plans = Plans(database)
        self.mining = load_mining(database)
        self._clock = clock
        self._on_mined = on_mined
        if database.one("SELECT 1 FROM block") is None:
            self._create_genesis(allocation)
        self.engine = load_engine(database, chain_id)

    def head(self) -> Head:
        """The newest block."""
        return read_head(self.database)

    def next_block(self) -> BlockContext:
        """The block that would be mined now."""
        return BlockContext(**self.next_fields(self.head()))

    def pending_nonce(self, address: str) -> int:
        """Nonce that the next transaction of this account must have."""
        return pool.next_nonce(self.engine.nonce(address), self.pool.of(address))

    def expected_balance(self, address: str) -> int:
        """Wei of an account once what waits is executed, in the order in which it came."""
        wei = self.engine.balance(address)
        for one in self.pool.all():
            if one.transaction.sender == address:
                wei -= one.transaction.cost
            elif one.transaction.to == address and one.fate is None:
                wei += one.transaction.value
        return wei

    def use_mining(self, mining: Mining) -> None:
        """Changes when blocks are made; going to instant mining makes a block of what waits."""
        store_mining(self.database, mining)
        self.mining = mining
        if mining == INSTANT and any(one.fate != "stuck" for one in self.pool.all()):
            self.mine()

    def submit(self, transaction: Transaction, *, own: bool = False) -> str:
        """Lets a transaction in, or refuses it as geth would; with instant mining it is executed at once.

        A transaction of the sandbox's own falls only under plans that name its sender.
        """
        known = "SELECT 1 FROM tx WHERE hash = ?1 UNION SELECT 1 FROM pool WHERE hash = ?1"
        if self.database.one(known, transaction.hash):
            raise RpcError(SERVER_ERROR, "already known")
        replaced = self._admit(transaction, own=own)
        without = frozenset() if fates.can_revert(transaction) else frozenset({"reverted"})
        plan = self.plans.matching(transaction.sender, without=without, named=own)
        outcome = None if plan is None else plan.outcome

        def also() -> None:
            if plan is not None:
                self.plans.use(plan)
            if replaced is not None:
                self.pool.remove([replaced.transaction.hash], for_good=True)

        newcomer = Waiting(transaction, "reverted" if outcome == "reverted" else None)
        if outcome == "dropped":
            with self.database.transaction():
                also()
        elif outcome == "stuck":
            self._keep_waiting(Waiting(transaction, "stuck"), also)
        elif self.mining == INSTANT and transaction.nonce == self.engine.nonce(transaction.sender):
            self.mine(newcomer, replaced=replaced, also=also)
        else:
            self._keep_waiting(newcomer, also)
        return transaction.hash

    def mine(
        self,
        newcomer: Waiting | None = None,
        *,
        replaced: Waiting | None = None,
        also: Also = lambda: None,
    ) -> int:
        """Makes the next block from the pool and an admitted newcomer; gives its number."""
        head = self.head()
        gone = None if replaced is None else replaced.transaction.hash
        candidates = [one for one in self.pool.all() if one.transaction.hash != gone]
        candidates += [newcomer] if newcomer is not None else []
        fields = self.next_fields(head)
        context = BlockContext(**fields)
        try:
            executed, refused = self._execute(pool.in_turn(candidates), context)
            _require_accepted(newcomer, refused)
            sealed = context.seal(head.state_root, executed)
            done = {*refused, *(transaction.hash for transaction, _ in executed)}
            with self.database.transaction():
                also()
                self._on_mined(store_block(self.database, fields, sealed, executed), executed)
                self.pool.remove(done)
                if newcomer is not None and newcomer.transaction.hash not in done:
                    self.pool.put(newcomer)
                elif newcomer is not None:
                    self.pool.decide(newcomer.transaction.hash, newcomer.fate)
        except BaseException:
            # Memory is ahead of the disk now: what was acknowledged is what the disk has.
            self.reload()
            raise
        self.engine.set_block_hash(head.number + 1, sealed.hash)
        return head.number + 1

    def reload(self) -> None:
        """Takes the state anew from the disk."""
        self.engine = load_engine(self.database, self.chain_id)

    def next_fields(self, head: Head) -> Fields:
        """What the block after this one is made from."""
        return {
            "number": head.number + 1,
            "timestamp": max(int(self._clock()), head.timestamp),
            "base_fee": next_base_fee(head.base_fee, head.gas_used),
            "gas_limit": GAS_LIMIT,
            "parent_hash": head.hash,
            "beneficiary": BENEFICIARY,
        }

    def store_empty(self, fields: Fields, state_root: str) -> None:
        """Stores a block without transactions; call it inside a database transaction."""
        sealed = BlockContext(**fields).seal(state_root, [])
        self._on_mined(store_block(self.database, fields, sealed, []), [])

    def _admit(self, transaction: Transaction, *, own: bool) -> Waiting | None:
        """Checks at the door; gives the transaction that this one takes the place of."""
        mine = self.pool.of(transaction.sender)
        replaced = next((one for one in mine if one.transaction.nonce == transaction.nonce), None)
        if replaced is not None:
            pool.require_better(replaced.transaction, transaction)
        elif len(self.pool.all()) >= pool.MAX_WAITING:
            raise RpcError(SERVER_ERROR, "txpool is full")
        expected = pool.next_nonce(self.engine.nonce(transaction.sender), mine)
        reserved = sum(one.transaction.cost for one in mine if one is not replaced)
        short = self.engine.balance(transaction.sender) < transaction.cost + reserved
        if own and short and self.mining != INSTANT and self._is_provided_for(transaction):
            return replaced
        # With instant mining nobody would ever fill a gap, and the wallet would wait for good.
        gap = transaction.nonce > expected and self.mining != INSTANT
        try:
            self.engine.admit(
                transaction,
                self.next_block(),
                next_nonce=transaction.nonce if gap or replaced is not None else expected,
                reserved=reserved,
            )
        except RefusedError as error:
            raise RpcError(SERVER_ERROR, str(error)) from None
        return replaced

    def _is_provided_for(self, transaction: Transaction) -> bool:
        """Whether what the treasury gave for it waits ahead of it; both then go into the same block."""
        return self.expected_balance(transaction.sender) >= transaction.cost

    def _keep_waiting(self, waiting: Waiting, also: Also) -> None:
        with self.database.transaction():
            also()
            self.pool.put(waiting)

    def _execute(self, candidates: list[Waiting], context: BlockContext) -> tuple[Executed, dict[str, str]]:
        executed: Executed = []
        refused: dict[str, str] = {}
        held: set[str] = set()
        gas_left = GAS_LIMIT
        head = self.head()
        base_fee = next_base_fee(head.base_fee, head.gas_used)
        for one in candidates:
            transaction = one.transaction
            too_big = transaction.gas_limit > gas_left or transaction.max_fee_per_gas < base_fee
            gap = transaction.nonce > self.engine.nonce(transaction.sender)
            if too_big or gap or one.fate == "stuck" or transaction.sender in held:
                held.add(transaction.sender)
                continue
            try:
                if one.fate == "reverted" and fates.can_revert(transaction):
                    outcome = fates.execute_reverting(self.engine, transaction, context)
                else:
                    outcome = self.engine.execute(transaction, context)
            except RefusedError as error:
                refused[transaction.hash] = str(error)
                continue
            gas_left -= outcome.gas_used
            executed.append((transaction, outcome))
        return executed, refused

    def _create_genesis(self, allocation: dict[str, int]) -> None:
        text = json.dumps(sorted(allocation.items()))
        fields: Fields = {
            "number": 0,
            "timestamp": int(self._clock()),
            "base_fee": INITIAL_BASE_FEE,
            "gas_limit": GAS_LIMIT,
            "parent_hash": NO_HASH,
            "beneficiary": BENEFICIARY,
        }
        with self.database.transaction():
            self.database.run_many(
                "INSERT INTO account VALUES (?, ?, 0, NULL)",
                [(address, str(balance)) for address, balance in allocation.items()],
            )
            self.store_empty(fields, views.hex_data(keccak256(text.encode())))


def _require_accepted(newcomer: Waiting | None, refused: dict[str, str]) -> None:
    if newcomer is not None and newcomer.transaction.hash in refused:
        raise RpcError(SERVER_ERROR, refused[newcomer.transaction.hash])
