"""The demo's networks: balances, fees and transfers that confirm as the clock goes on."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from app.core.model import (
    Direction,
    FeeEstimate,
    Network,
    NetworkKind,
    TransactionStatus,
    WalletTransaction,
)
from app.gateway.addresses import checksum_address
from app.gateway.demo.clock import DemoClock

CONFIRMED_AFTER: Final = timedelta(seconds=6)
BURNED_BY: Final = "0x" + "0" * 40

_ETH: Final = Network(
    key="ETH",
    display_name="Ethereum",
    symbol="ETH",
    decimals=18,
    kind=NetworkKind.EVM,
    is_testnet=False,
    can_do_purchases=True,
    fee_symbol="ETH",
    chain_id=31337,
    explorer_url="https://explorer.example/eth",
)
_EURX: Final = replace(
    _ETH,
    key="EURX",
    display_name="Euro token",
    symbol="EURX",
    decimals=6,
    kind=NetworkKind.ERC20,
    contract_address="0x5FbDB2315678afecb367f032d93F642f64180aa3",
)
_IOTA: Final = Network(
    key="iota_rebased_mainnet",
    display_name="IOTA",
    symbol="IOTA",
    decimals=9,
    kind=NetworkKind.IOTA,
    is_testnet=False,
    can_do_purchases=True,
    fee_symbol="IOTA",
    explorer_url="https://explorer.example/iota",
)
_IOTA_TEST: Final = replace(
    _IOTA,
    key="iota_rebased_testnet",
    display_name="IOTA Testnet",
    is_testnet=True,
    explorer_url="https://explorer.example/iota-testnet",
)
NETWORKS: Final = (_ETH, _EURX, _IOTA_TEST, _IOTA)
_BY_KEY: Final = {network.key: network for network in NETWORKS}

RATES: Final = {
    "ETH": Decimal("2449.10"),
    "EURX": Decimal("1.00"),
    "iota_rebased_testnet": Decimal("0.187"),
    "iota_rebased_mainnet": Decimal("0.187"),
}

# Likely and highest fee of one transfer, in the fee coin.
_FEES: Final = {
    NetworkKind.EVM: (Decimal("0.000042"), Decimal("0.000063")),
    NetworkKind.ERC20: (Decimal("0.000102"), Decimal("0.000153")),
    NetworkKind.IOTA: (Decimal("0.001988"), Decimal("0.005")),
}


def network_of(key: str) -> Network:
    """The network with that key; KeyError when there is none."""
    return _BY_KEY[key]


def address_of(phrase: str, kind: NetworkKind) -> str:
    """The one address a phrase has on a kind of network; made up, but always the same."""
    family = "iota" if kind is NetworkKind.IOTA else "evm"
    digest = hashlib.sha256(f"{family} {phrase}".encode()).hexdigest()
    return f"0x{digest}" if family == "iota" else checksum_address(digest[:40])


def estimate(network: Network) -> FeeEstimate:
    """What one transfer costs."""
    likely, at_most = _FEES[network.kind]
    return FeeEstimate(network.key, network.fee_symbol, likely=likely, at_most=at_most)


def fee_network(network: Network) -> Network:
    """The network whose coin pays the fee."""
    return _ETH if network.kind is NetworkKind.ERC20 else network


@dataclass
class Transfer:
    """One transfer on a demo chain."""

    tx_id: str
    network_key: str
    sender: str
    receiver: str
    amount: Decimal
    fee: Decimal
    at: datetime
    block: int
    fails: bool = False


@dataclass
class DemoChains:
    """All chains of the demo; ``confirmed_after`` is how long a transfer stays pending."""

    clock: DemoClock
    confirmed_after: timedelta = CONFIRMED_AFTER
    transfers: list[Transfer] = field(default_factory=list)

    def fund(self, network_key: str, receiver: str, amount: Decimal, *, ago: timedelta = timedelta()) -> str:
        """The faucet: a transfer from nowhere, confirmed like any other. Returns its id."""
        return self.submit(network_key, BURNED_BY, receiver, amount, fee=Decimal(0), ago=ago)

    def submit(
        self,
        network_key: str,
        sender: str,
        receiver: str,
        amount: Decimal,
        *,
        fee: Decimal,
        fails: bool = False,
        ago: timedelta = timedelta(),
    ) -> str:
        """Add a transfer; ``fails`` lets it be executed and fail."""
        number = len(self.transfers) + 1
        tx_id = "0x" + hashlib.sha256(f"{network_key} {number}".encode()).hexdigest()
        at = self.clock.now() - ago
        self.transfers.append(
            Transfer(tx_id, network_key, sender, receiver, amount, fee, at, 1000 + number, fails)
        )
        return tx_id

    def balance(self, network_key: str, address: str) -> Decimal:
        """What the address holds; a pending payment has already left, a pending receipt not yet arrived."""
        total = Decimal(0)
        for transfer in self.transfers:
            confirmed = self.status(transfer) is TransactionStatus.CONFIRMED
            if transfer.network_key == network_key:
                if transfer.receiver == address and confirmed:
                    total += transfer.amount
                if transfer.sender == address and not transfer.fails:
                    total -= transfer.amount
            payer = fee_network(network_of(transfer.network_key))
            if transfer.sender == address and payer.key == network_key:
                total -= transfer.fee
        return total

    def status(self, transfer: Transfer) -> TransactionStatus:
        """Pending until the clock has gone on far enough."""
        if self.clock.now() < transfer.at + self.confirmed_after:
            return TransactionStatus.PENDING
        return TransactionStatus.FAILED if transfer.fails else TransactionStatus.CONFIRMED

    def seen_from(self, address: str, network_key: str) -> list[WalletTransaction]:
        """The address's transactions, newest first."""
        mine = [
            transfer
            for transfer in self.transfers
            if transfer.network_key == network_key and address in {transfer.sender, transfer.receiver}
        ]
        mine.sort(key=lambda transfer: (transfer.at, transfer.block), reverse=True)
        return [self._view(transfer, address) for transfer in mine]

    def _view(self, transfer: Transfer, address: str) -> WalletTransaction:
        pending = self.status(transfer) is TransactionStatus.PENDING
        direction = Direction.IN if transfer.receiver == address else Direction.OUT
        if transfer.sender == transfer.receiver:
            direction = Direction.SELF
        return WalletTransaction(
            tx_id=transfer.tx_id,
            network_key=transfer.network_key,
            direction=direction,
            status=self.status(transfer),
            amount=transfer.amount,
            fee=None if direction is Direction.IN else transfer.fee,
            sender=transfer.sender,
            receiver=transfer.receiver,
            at=None if pending else transfer.at,
            block=None if pending else transfer.block,
        )
