"""Sending money: what is asked for, what it costs, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Payment:
    """One intent to send; ``payment_id`` is made once by the app and identifies it for ever.

    Sending the same ``payment_id`` twice never moves money twice. ``amount`` is in main units.
    """

    payment_id: str
    network_key: str
    recipient: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class FeeEstimate:
    """Network fee in ``symbol``: what is likely and what it can be at most, both in main units."""

    network_key: str
    symbol: str
    likely: Decimal
    at_most: Decimal


class PaymentState(StrEnum):
    """What is known about a payment that was started."""

    SUBMITTING = "submitting"
    SUBMITTED = "submitted"
    UNKNOWN = "unknown"
    CONFIRMED = "confirmed"
    FAILED = "failed"
    NOT_SENT = "not_sent"


@dataclass(frozen=True, slots=True)
class PendingPayment:
    """A started payment as the journal on this device knows it; ``tx_id`` once it is known."""

    payment: Payment
    state: PaymentState
    started_at: datetime
    tx_id: str | None
