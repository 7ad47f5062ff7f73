"""An IOTA node: ledger, RPC methods and the sandbox's own accounts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from sandbox.services.chain import transfers
from sandbox.services.chain.errors import AddressError, RpcError
from sandbox.services.chain.iota import digests, params, schema, signature, validation
from sandbox.services.chain.iota.execution import REFERENCE_GAS_PRICE, Coin
from sandbox.services.chain.iota.explorer import IotaExplorer
from sandbox.services.chain.iota.ledger import Effects, Ledger
from sandbox.services.chain.iota.methods import IotaMethods
from sandbox.services.chain.iota.transaction import ObjectRef, encode_transfer
from sandbox.services.chain.keys import TREASURY, IotaAccount, iota_account
from sandbox.services.chain.model import ChainNetwork, Fate, Signed
from sandbox.services.chain.node import Changed, Clock, Payment
from sandbox.services.chain.storage import Database
from sandbox.services.chain.transfers import TransferLog

BUDGET = 5_000_000
"""Nanos set aside for gas; a payment costs less than three million."""
ADDRESS_CHARACTERS = 66


class IotaNode:
    """Serves one IOTA Rebased network."""

    def __init__(
        self, path: Path, network: ChainNetwork, *, seed: str, clock: Clock, changed: Changed
    ) -> None:
        self._network = network
        self._seed = seed
        self._changed = changed
        self._treasury = iota_account(seed, network.key, TREASURY)
        self._database = Database(path, schema.SCHEMA + transfers.SCHEMA)
        self.log = TransferLog(self._database)
        self.ledger = Ledger(
            self._database,
            network_key=network.key,
            treasury=self._treasury.address,
            clock=clock,
            on_stored=self._log_transaction,
        )
        self.log.held_from = self.ledger.held_from
        self.explorer = IotaExplorer(self.ledger, network)
        self._methods = IotaMethods(self.ledger)

    def call(self, method: str, values: list[Any]) -> Any:
        """Answers a JSON-RPC call, or raises RpcError."""
        return self._methods.call(method, values)

    def normal_address(self, address: str) -> str:
        """The address in lower case; AddressError if it is malformed."""
        try:
            if len(address) == ADDRESS_CHARACTERS:
                return digests.hex_text(params.address(address))
        except RpcError:
            pass
        raise AddressError(f"{address!r} is no IOTA address. It must be 0x and 64 hex digits.")

    def shown_address(self, address: str) -> str:
        """IOTA addresses have one form only."""
        return address

    def balance(self, network: ChainNetwork, address: str) -> int:
        """Nanos that an address has."""
        del network
        return self.ledger.coins.balance(params.address(address))[1]

    def send(self, network: ChainNetwork, sender: str, to: str, units: int, data: bytes) -> str:
        """Sends one coin from a named account; IOTA transfers carry no data."""
        signed = self.sign(network, Payment(sender, to, units, data))
        self.hand_over(signed.raw)
        return signed.tx_id

    def sign(self, network: ChainNetwork, payment: Payment) -> Signed:
        """Signs a payment; the treasury gives what is missing for its gas."""
        del network
        account = iota_account(self._seed, self._network.key, payment.sender)
        held = self.ledger.coins.balance(account.address)[1]
        if payment.sender != TREASURY and payment.units <= held < payment.units + BUDGET:
            self.hand_over(self._signed(self._treasury, account.address, BUDGET).raw)
        return self._signed(account, params.address(payment.to), payment.units)

    def hand_over(self, raw: bytes) -> None:
        """Executes a signed payment; once more changes nothing."""
        signed, _, transaction = raw.partition(b"\n")
        self.ledger.submit(transaction, [signed.decode()], own=True)

    def fate(self, tx_id: str) -> Fate:
        """What became of a transaction; it has landed once its checkpoint is there."""
        digest = digests.base58_bytes(tx_id)
        row = self._database.one("SELECT number, effects FROM tx WHERE digest = ?", digest)
        if row is None:
            return "unknown"
        if row[0] > self.ledger.newest_checkpoint():
            return "waiting"
        return "landed" if json.loads(row[1])["status"]["status"] == "success" else "reverted"

    def last_final(self) -> int:
        """The newest checkpoint: none is ever taken back."""
        return self.ledger.newest_checkpoint()

    def is_void(self, raw: bytes) -> bool:
        """Whether nobody has it: what the node refuses is kept nowhere, and coins get new versions."""
        _, _, transaction = raw.partition(b"\n")
        tx_id = digests.base58_text(digests.transaction_digest(transaction))
        return self.fate(tx_id) == "unknown"

    def _signed(self, account: IotaAccount, recipient: bytes, units: int) -> Signed:
        raw = encode_transfer(
            sender=account.address,
            payment=[
                ObjectRef(coin.id, coin.version, coin.digest)
                for coin in self._payment(account.address, units)
            ],
            recipient=recipient,
            amount=units,
            gas_price=REFERENCE_GAS_PRICE,
            gas_budget=BUDGET,
        )
        tx_id = digests.base58_text(digests.transaction_digest(raw))
        return Signed(tx_id, signature.sign(raw, account).encode() + b"\n" + raw, None)

    def release(self) -> None:
        """Lets the checkpoints come that were held back."""
        self.ledger.hold(None)
        self._changed()

    def copy_to(self, path: Path) -> None:
        """Writes the whole chain into a new file."""
        self._database.copy_to(path)

    def close(self) -> None:
        """Closes the database."""
        self._database.close()

    def _payment(self, owner: bytes, units: int) -> list[Coin]:
        chosen: list[Coin] = []
        together = 0
        for coin in self.ledger.coins.page(owner, None, validation.MAX_PAYMENT_COINS):
            chosen.append(coin)
            together += coin.balance
            if together >= units + BUDGET:
                return chosen
        raise validation.refused(
            f"Balance of gas object {together} is lower than the needed amount: {units + BUDGET}"
        )

    def _log_transaction(self, effects: Effects, number: int, milliseconds: int) -> None:
        for owner, amount in effects.changes.items():
            if amount > 0:
                self.log.append(
                    self._network.key,
                    tx_id=digests.base58_text(effects.digest),
                    sender=digests.hex_text(effects.sender),
                    recipient=digests.hex_text(owner),
                    units=amount,
                    data=b"",
                    block=number,
                    timestamp=milliseconds // 1000,
                )
        self._changed()
