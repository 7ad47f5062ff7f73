"""What an unlocked wallet shows: phrase, balances, rates and transactions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum


class Mnemonic:
    """A recovery phrase; shows nothing of itself but its length."""

    __slots__ = ("_words",)

    def __init__(self, phrase: str) -> None:
        self._words = tuple(phrase.split())

    def words(self) -> tuple[str, ...]:
        """The words in order."""
        return self._words

    def phrase(self) -> str:
        """The words joined by single spaces."""
        return " ".join(self._words)

    def __len__(self) -> int:
        return len(self._words)

    def __repr__(self) -> str:
        return f"Mnemonic({len(self._words)} words)"

    def __reduce__(self) -> str:
        raise TypeError("A recovery phrase is never pickled.")


@dataclass(frozen=True, slots=True)
class Balance:
    """Amount in main units, as read from the node at ``as_of`` (UTC)."""

    network_key: str
    amount: Decimal
    as_of: datetime


@dataclass(frozen=True, slots=True)
class ExchangeRate:
    """Euros for one unit of the network's coin, as read at ``as_of`` (UTC)."""

    network_key: str
    eur: Decimal
    as_of: datetime


class Direction(StrEnum):
    """Which way the money went, seen from this wallet."""

    IN = "in"
    OUT = "out"
    SELF = "self"


class TransactionStatus(StrEnum):
    """On-chain state; ``FAILED`` means executed but failed: nothing arrived, the fee is gone."""

    PENDING = "pending"
    CONFIRMED = "confirmed"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class WalletTransaction:
    """One on-chain transfer of this wallet.

    ``amount`` is positive and in main units of the network; ``fee`` is in ``Network.fee_symbol`` or None
    where unknown; ``at`` (UTC) is None while pending; ``block`` is a block or checkpoint number.
    """

    tx_id: str
    network_key: str
    direction: Direction
    status: TransactionStatus
    amount: Decimal
    fee: Decimal | None
    sender: str
    receiver: str
    at: datetime | None
    block: int | None
