"""What every node gives to the hub; all calls of one node come from one thread."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from sandbox.services.chain.model import ChainNetwork, Transfer
from sandbox.services.chain.transfers import TransferLog

Clock = Callable[[], float]
"""Unix seconds."""
Changed = Callable[[], None]
"""Told after something new was executed; may come from any thread."""


@dataclass(frozen=True, slots=True)
class TransactionDetails:
    """A transaction as the explorer shows it; times are Unix seconds."""

    tx_id: str
    status: str
    block: int | None
    timestamp: int | None
    sender: str
    fee: str
    facts: list[tuple[str, str]] = field(default_factory=list)


class ChainNode(Protocol):
    """A node with one or more networks."""

    log: TransferLog

    def call(self, method: str, values: list[Any]) -> Any:
        """Answers a JSON-RPC call, or raises RpcError."""

    def normal_address(self, address: str) -> str:
        """The address as the log stores it; AddressError if it is malformed."""

    def shown_address(self, address: str) -> str:
        """A stored address as users see it."""

    def balance(self, network: ChainNetwork, address: str) -> int:
        """Base units that an address has."""

    def send(self, network: ChainNetwork, sender: str, to: str, units: int, data: bytes) -> str:
        """Sends from a named account; the transaction id, or RpcError."""

    def details(self, tx_id: str) -> TransactionDetails | None:
        """A transaction, or None if there is none of this id."""

    def close(self) -> None:
        """Closes the database."""


def shown_transfers(node: ChainNode, transfers: list[Transfer]) -> list[Transfer]:
    """Transfers with addresses as users see them."""
    return [
        Transfer(
            sequence=one.sequence,
            network_key=one.network_key,
            tx_id=one.tx_id,
            sender=node.shown_address(one.sender),
            recipient=node.shown_address(one.recipient),
            amount=one.amount,
            data=one.data,
            block=one.block,
            timestamp=one.timestamp,
        )
        for one in transfers
    ]
