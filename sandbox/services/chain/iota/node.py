"""An IOTA node: ledger, RPC methods and the sandbox's own accounts."""

from __future__ import annotations

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
from sandbox.services.chain.model import ChainNetwork
from sandbox.services.chain.node import Changed, Clock
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
        del network, data
        account = iota_account(self._seed, self._network.key, sender)
        held = self.ledger.coins.balance(account.address)[1]
        if sender != TREASURY and units <= held < units + BUDGET:
            self._transfer(self._treasury, account.address, BUDGET)
        return self._transfer(account, params.address(to), units)

    def _transfer(self, account: IotaAccount, recipient: bytes, units: int) -> str:
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
        return digests.base58_text(self.ledger.submit(raw, [signature.sign(raw, account)], own=True))

    def release(self) -> None:
        """Lets the checkpoints come that were held back."""
        self.ledger.hold(None)
        self._changed()

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
