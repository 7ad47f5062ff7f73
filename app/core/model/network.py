"""Networks as the backend offers them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class NetworkKind(StrEnum):
    """The protocol family, which decides the form of addresses and fees."""

    EVM = "evm"
    ERC20 = "erc20"
    IOTA = "iota"


@dataclass(frozen=True, slots=True)
class Network:
    """One network of the wallet.

    ``decimals`` is the number of places after the point that an amount may have. ``fee_symbol`` is the coin
    that pays the network fee (the chain's own coin, also for a token). ``chain_id`` and
    ``contract_address`` are set for EVM kinds only. ``explorer_url`` has no trailing slash.
    """

    key: str
    display_name: str
    symbol: str
    decimals: int
    kind: NetworkKind
    is_testnet: bool
    can_do_purchases: bool
    fee_symbol: str
    chain_id: int | None = None
    contract_address: str | None = None
    explorer_url: str | None = None
