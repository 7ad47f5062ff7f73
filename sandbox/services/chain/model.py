"""Values that the chain service hands to the rest of the sandbox: networks and transfers."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal, localcontext
from typing import Literal

from sandbox.services.chain.errors import AmountError

ETH = "ETH"
EURX = "EURX"
IOTA_TESTNET = "iota_rebased_testnet"
IOTA_MAINNET = "iota_rebased_mainnet"
IOTA_COIN_TYPE = "0x2::iota::IOTA"
EVM_CHAIN_ID = 31337


@dataclass(frozen=True, slots=True)
class ChainNetwork:
    """One network as wallets see it; `node_key` names the node that serves it."""

    key: str
    node_key: str
    display_name: str
    symbol: str
    decimals: int
    chain_id: int | None = None
    contract_address: str | None = None
    coin_type: str | None = None

    @property
    def node_path(self) -> str:
        """Path of the JSON-RPC endpoint below the address where `router` is mounted."""
        return f"/nodes/{self.node_key}"

    @property
    def block_name(self) -> str:
        """What a block is called there."""
        return "Block" if self.coin_type is None else "Checkpoint"

    def to_units(self, amount: Decimal) -> int:
        """Base units of an amount in main units; AmountError if it is negative, not finite or too fine."""
        if not amount.is_finite() or amount < 0:
            raise AmountError(f"{amount} is no amount of {self.symbol}. Give a number of zero or more.")
        with localcontext() as context:
            context.prec = 100
            units = amount.scaleb(self.decimals)
            if units != units.to_integral_value():
                raise AmountError(
                    f"{amount} {self.symbol} is finer than the {self.decimals} decimals of the network."
                )
            return int(units)

    def from_units(self, units: int) -> Decimal:
        """Amount in main units of a number of base units, exact."""
        with localcontext() as context:
            context.prec = 100
            return Decimal(units).scaleb(-self.decimals)

    def written(self, amount: Decimal) -> str:
        """The amount with its symbol and without idle zeros, for people."""
        text = f"{amount:f}"
        return f"{text.rstrip('0').rstrip('.') if '.' in text else text} {self.symbol}"


Fate = Literal["landed", "final", "reverted", "waiting", "unknown"]
"""What became of a transaction: it moved coins, no reorganisation can take it back any more, it failed, it is
on its way, or nobody has it."""

Handed = Literal["taken", "later", "never"]
"""Whether a node has a signed transfer now, may take it another time, or can never execute it."""


@dataclass(frozen=True, slots=True)
class Signed:
    """A transfer that is signed; whoever has its bytes can hand it over, any number of times."""

    tx_id: str
    raw: bytes = field(repr=False)
    nonce: int | None
    """Its place among those of its account; None on IOTA, where coins have versions instead."""


@dataclass(frozen=True, slots=True)
class Transfer:
    """One executed movement of value, in the order in which the chain executed it."""

    sequence: int
    """Position in the node's event log; grows, never reused until a reset. Use it as the cursor."""
    network_key: str
    tx_id: str
    sender: str
    recipient: str
    amount: Decimal
    """Main units of the network (ETH, EURX or IOTA)."""
    data: bytes
    """Calldata of the transaction (a purchase id in ASCII, say); empty on IOTA."""
    block: int
    """Block number, or checkpoint number on IOTA."""
    timestamp: int
    """Chain time, Unix seconds."""
