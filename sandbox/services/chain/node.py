"""What every node gives to the hub; all calls of one node come from one thread."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Protocol

from sandbox.services.chain.model import ChainNetwork, Fate, Signed, Transfer
from sandbox.services.chain.transfers import TransferLog

Clock = Callable[[], float]
"""Unix seconds."""
Changed = Callable[[], None]
"""Told after something new was executed; may come from any thread."""


@dataclass(frozen=True, slots=True)
class Payment:
    """What one of the sandbox's own accounts is to pay, in base units."""

    sender: str
    to: str
    units: int
    data: bytes = b""
    after: int | None = None
    """The highest nonce that is given away already."""


Kind = Literal["tx", "block", "address", "object"]
"""What an explorer has pages for."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A line of an explorer page; with a kind its value leads to the page of that name."""

    name: str
    value: str
    kind: Kind | None = None


@dataclass(frozen=True, slots=True)
class BlockLine:
    """A block (a checkpoint on IOTA) in a list."""

    number: int
    hash: str
    timestamp: int
    transactions: int


@dataclass(frozen=True, slots=True)
class BlockDetails:
    """A block as the explorer shows it."""

    line: BlockLine
    facts: list[Fact]
    tx_ids: list[str]


@dataclass(frozen=True, slots=True)
class WaitingLine:
    """A transaction that is in no block yet."""

    tx_id: str
    sender: str
    note: str


@dataclass(frozen=True, slots=True)
class TransactionDetails:
    """A transaction as the explorer shows it; times are Unix seconds."""

    tx_id: str
    status: str
    block: int | None
    timestamp: int | None
    sender: str
    fee: str
    facts: list[Fact] = field(default_factory=list)


class Explorer(Protocol):
    """What a node shows to people."""

    def details(self, tx_id: str) -> TransactionDetails | None:
        """A transaction, or None if there is none of this id."""

    def blocks(self, before: int | None, limit: int) -> list[BlockLine]:
        """Blocks below a number, the newest first."""

    def block(self, reference: str) -> BlockDetails | None:
        """A block by its number or hash."""

    def object_facts(self, identifier: str) -> list[Fact] | None:
        """An object, on chains that have such."""

    def waiting(self) -> list[WaitingLine]:
        """What is in no block yet."""

    def find(self, text: str) -> tuple[Kind, str] | None:
        """What a text names: the kind of its page and its name there."""


class ChainNode(Protocol):
    """A node with one or more networks."""

    log: TransferLog

    @property
    def explorer(self) -> Explorer:
        """What it shows to people."""

    def call(self, method: str, values: list[Any]) -> Any:
        """Answers a JSON-RPC call, or raises RpcError."""

    def normal_address(self, address: str) -> str:
        """The address as the log stores it; AddressError if it is malformed."""

    def shown_address(self, address: str) -> str:
        """A stored address as users see it."""

    def balance(self, network: ChainNetwork, address: str) -> int:
        """Base units that an address has."""

    def sign(self, network: ChainNetwork, payment: Payment) -> Signed | None:
        """Signs a payment without sending it; None while its gas is on the way, RpcError if it cannot be."""

    def hand_over(self, raw: bytes) -> None:
        """Takes a signed payment, also once more; RpcError if it is refused now."""

    def fate(self, tx_id: str) -> Fate:
        """What became of a transaction, as far as the node itself knows."""

    def last_final(self) -> int:
        """The newest block (checkpoint on IOTA) that nothing can take back."""

    def is_void(self, raw: bytes) -> bool:
        """Whether a payment that was just refused can never be executed any more."""

    def copy_to(self, path: Path) -> None:
        """Writes the whole chain into a new file; ChainControlError if it is not the sandbox's own."""

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
