"""The EVM node: chain, RPC methods, the euro token and the sandbox's own accounts."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from etopay_sandbox_evm import Transaction, checksummed

from sandbox.services.chain import transfers
from sandbox.services.chain.errors import AddressError, RpcError
from sandbox.services.chain.evm import calls, params, schema, token
from sandbox.services.chain.evm.blocks import Executed, Head
from sandbox.services.chain.evm.chain import EvmChain
from sandbox.services.chain.evm.control import ControlMethods
from sandbox.services.chain.evm.explorer import EvmExplorer
from sandbox.services.chain.evm.fees import GAS_LIMIT, SUGGESTED_TIP, next_base_fee
from sandbox.services.chain.evm.methods import EvmMethods
from sandbox.services.chain.evm.mining import Mining
from sandbox.services.chain.evm.reader import EvmReader
from sandbox.services.chain.evm.reorg import Afterwards, reorganise
from sandbox.services.chain.evm.undo import KEPT_BLOCKS
from sandbox.services.chain.keys import TREASURY, EvmAccount, evm_account
from sandbox.services.chain.model import ETH, EURX, EVM_CHAIN_ID, ChainNetwork, Fate, Signed
from sandbox.services.chain.node import Changed, Clock, Payment, WaitingLine
from sandbox.services.chain.storage import Database
from sandbox.services.chain.transfers import TransferLog

# The contract must have the same address for every seed, so its creator hangs on no seed.
DEPLOYER = evm_account("", "deployer")
CONTRACT_ADDRESS = token.first_contract_address(DEPLOYER.address)
ETHER = 10**18
TREASURY_WEI = 1_000_000_000 * ETHER
MOST_LOST_WEI = ETHER // 100
"""What reverted payments may have cost an account in gas, so that it lacks that of what it owes."""


NETWORKS = (
    ChainNetwork(ETH, ETH, "Ethereum", "ETH", 18, chain_id=EVM_CHAIN_ID),
    ChainNetwork(
        EURX,
        ETH,
        "Euro token",
        "EURX",
        6,
        chain_id=EVM_CHAIN_ID,
        contract_address=checksummed(CONTRACT_ADDRESS),
    ),
)


class EvmNode:
    """Serves ETH and EURX."""

    def __init__(
        self,
        path: Path,
        *,
        seed: str,
        clock: Clock,
        changed: Changed,
        rescheduled: Callable[[Mining], None] = lambda _: None,
    ) -> None:
        self._seed = seed
        self._changed = changed
        self._rescheduled = rescheduled
        self._database = Database(path, schema.SCHEMA + transfers.SCHEMA)
        self.log = TransferLog(self._database)
        treasury = evm_account(seed, TREASURY)
        self.chain = EvmChain(
            self._database,
            chain_id=EVM_CHAIN_ID,
            allocation={treasury.address: TREASURY_WEI, DEPLOYER.address: ETHER},
            clock=clock,
            on_mined=self._log_block,
        )
        self._methods = EvmMethods(self.chain)
        self._control = ControlMethods(self)
        self.explorer = EvmExplorer(EvmReader(self.chain), NETWORKS[0], self._waiting)
        if not self.chain.engine.code(CONTRACT_ADDRESS):
            self._submit(DEPLOYER, None, 0, token.creation_code(treasury.address))

    def call(self, method: str, values: list[Any]) -> Any:
        """Answers a JSON-RPC call, or raises RpcError."""
        answer = self._control.find(method)
        return self._methods.call(method, values) if answer is None else answer(values)

    def normal_address(self, address: str) -> str:
        """The address in lower case; AddressError if it is malformed."""
        try:
            return params.address(address, "address")
        except RpcError:
            raise AddressError(f"{address!r} is no EVM address. It must be 0x and 40 hex digits.") from None

    def shown_address(self, address: str) -> str:
        """The address with its EIP-55 checksum."""
        return checksummed(address)

    def balance(self, network: ChainNetwork, address: str) -> int:
        """Wei of an address, or its millionths of EURX."""
        if network.key == ETH:
            return self.chain.engine.balance(address)
        message = calls.Message(calls.NOBODY, CONTRACT_ADDRESS, token.balance_call(address), 0, 100_000)
        return int.from_bytes(calls.call(self.chain, message))

    def send(self, network: ChainNetwork, sender: str, to: str, units: int, data: bytes) -> str:
        """Sends from a named account."""
        signed = self.sign(network, Payment(sender, to, units, data))
        self.hand_over(signed.raw)
        return signed.tx_id

    def sign(self, network: ChainNetwork, payment: Payment) -> Signed:
        """Signs a payment; the treasury gives what is missing for its gas."""
        account = evm_account(self._seed, payment.sender)
        to, units, data = payment.to, payment.units, payment.data
        if network.key == EURX:
            to, units, data = CONTRACT_ADDRESS, 0, token.transfer_call(to, units) + data
        if payment.sender != TREASURY:
            self._provide_gas(calls.Message(account.address, to, data, units, GAS_LIMIT))
        signed = self._signed(account, to, units, data, payment.after)
        return Signed(signed.hash, signed.encode(), signed.nonce)

    def hand_over(self, raw: bytes) -> None:
        """Takes a signed payment; once more changes nothing."""
        transaction = Transaction.decode(raw)
        if self.fate(transaction.hash) == "unknown":
            self._provide(transaction.sender, transaction.value, transaction.cost)
            self.chain.submit(transaction, own=True)

    def fate(self, tx_id: str) -> Fate:
        """What became of a transaction."""
        row = self._database.one("SELECT receipt FROM tx WHERE hash = ?", tx_id)
        if row is not None:
            return "reverted" if json.loads(row[0])["status"] == "0x0" else "landed"
        return "unknown" if self.chain.pool.find(tx_id) is None else "waiting"

    def last_final(self) -> int:
        """The newest block that no reorganisation reaches."""
        return self.chain.head().number - KEPT_BLOCKS

    def is_void(self, raw: bytes) -> bool:
        """Whether another transaction has its nonce for good."""
        transaction = Transaction.decode(raw)
        used = self.chain.engine.nonce(transaction.sender) > transaction.nonce
        return used and self.fate(transaction.hash) == "unknown"

    def mine(self) -> int:
        """Makes a block of what waits; its number."""
        number = self.chain.mine()
        self._changed()
        return number

    def use_mining(self, mining: Mining) -> None:
        """Changes when blocks are made; it is kept for the next start."""
        self.chain.use_mining(mining)
        self._rescheduled(mining)
        self._changed()

    def reorganise(self, depth: int, afterwards: Afterwards) -> list[str]:
        """Replaces the newest blocks by empty ones; the hashes of the transactions that were in them."""
        orphans = reorganise(self.chain, depth, afterwards, self.log.withdraw_above)
        self._changed()
        return orphans

    def copy_to(self, path: Path) -> None:
        """Writes the whole chain into a new file."""
        self._database.copy_to(path)

    def close(self) -> None:
        """Closes the database."""
        self._database.close()

    def _waiting(self) -> list[WaitingLine]:
        notes = {"stuck": "Held back until it is released", "reverted": "Will fail"}
        return [
            WaitingLine(
                one.transaction.hash,
                checksummed(one.transaction.sender),
                notes.get(one.fate or "", "Waits for a block"),
            )
            for one in self.chain.pool.all()
        ]

    def _submit(self, account: EvmAccount, to: str | None, value: int, data: bytes) -> str:
        return self.chain.submit(self._signed(account, to, value, data), own=True)

    def _signed(
        self, account: EvmAccount, to: str | None, value: int, data: bytes, after: int | None = None
    ) -> Transaction:
        message = calls.Message(account.address, to, data, value, GAS_LIMIT)
        return Transaction.sign(
            key=account.key,
            chain_id=self.chain.chain_id,
            nonce=max(self.chain.pending_nonce(account.address), -1 if after is None else after + 1),
            to=to,
            value=value,
            data=data,
            gas_limit=calls.estimate_gas(self.chain, message),
            max_fee_per_gas=self._max_fee(),
            max_priority_fee_per_gas=SUGGESTED_TIP,
        )

    def _max_fee(self) -> int:
        head = self.chain.head()
        return 2 * next_base_fee(head.base_fee, head.gas_used) + SUGGESTED_TIP

    def _provide_gas(self, message: calls.Message) -> None:
        lost = message.value - self.chain.expected_balance(message.sender)
        if 0 < lost <= MOST_LOST_WEI:
            self._submit(evm_account(self._seed, TREASURY), message.sender, lost, b"")
        # The treasury's own transaction may raise the base fee of the next block.
        needed = message.value + 2 * self._max_fee() * calls.estimate_gas(self.chain, message)
        self._provide(message.sender, message.value, needed)

    def _provide(self, address: str, value: int, needed: int) -> None:
        """Lets the treasury give an account what it lacks for gas, as long as it has what it pays."""
        held = self.chain.expected_balance(address)
        treasury = evm_account(self._seed, TREASURY)
        if address != treasury.address and value <= held < needed:
            self._submit(treasury, address, needed - held, b"")

    def _log_block(self, head: Head, executed: Executed) -> None:
        for transaction, outcome in executed:
            if not outcome.success or transaction.to is None:
                continue
            if transaction.value or transaction.to != CONTRACT_ADDRESS:
                self._log(
                    head,
                    transaction,
                    ETH,
                    sender=transaction.sender,
                    recipient=transaction.to,
                    units=transaction.value,
                )
            for log in outcome.logs:
                moved = token.read_transfer(log) if log.address == CONTRACT_ADDRESS else None
                if moved is not None:
                    self._log(
                        head,
                        transaction,
                        EURX,
                        sender=moved.sender,
                        recipient=moved.recipient,
                        units=moved.units,
                    )
        self._changed()

    def _log(
        self, head: Head, transaction: Transaction, key: str, *, sender: str, recipient: str, units: int
    ) -> None:
        self.log.append(
            key,
            tx_id=transaction.hash,
            sender=sender,
            recipient=recipient,
            units=units,
            data=transaction.data,
            block=head.number,
            timestamp=head.timestamp,
        )
