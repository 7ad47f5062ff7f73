"""One line of the activity: a transaction on a chain, or a payment on its way to one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from app.core.model.network import Network
from app.core.model.payment import PaymentState, PendingPayment
from app.core.model.wallet import Direction, TransactionStatus, WalletTransaction


class ActivityStatus(StrEnum):
    """How far it is; ``UNKNOWN`` means that nobody can say yet whether it went out."""

    SUBMITTING = "submitting"
    UNKNOWN = "unknown"
    PENDING = "pending"
    CONFIRMED = "confirmed"
    FAILED = "failed"
    NOT_SENT = "not_sent"


_OF_PAYMENT = {
    PaymentState.SUBMITTING: ActivityStatus.SUBMITTING,
    PaymentState.SUBMITTED: ActivityStatus.PENDING,
    PaymentState.UNKNOWN: ActivityStatus.UNKNOWN,
    PaymentState.CONFIRMED: ActivityStatus.CONFIRMED,
    PaymentState.FAILED: ActivityStatus.FAILED,
    PaymentState.NOT_SENT: ActivityStatus.NOT_SENT,
}
_OF_TRANSACTION = {
    TransactionStatus.PENDING: ActivityStatus.PENDING,
    TransactionStatus.CONFIRMED: ActivityStatus.CONFIRMED,
    TransactionStatus.FAILED: ActivityStatus.FAILED,
}


@dataclass(frozen=True, slots=True)
class ActivityItem:
    """What a row and the details show; ``key`` is unique and stays the same while the status changes.

    ``other`` is the address at the other end. ``started_at`` is known for payments of this device only.
    """

    key: str
    network: Network
    direction: Direction
    status: ActivityStatus
    amount: Decimal
    other: str
    at: datetime | None
    tx_id: str | None
    fee: Decimal | None = None
    block: int | None = None
    started_at: datetime | None = None

    @property
    def settled(self) -> bool:
        """Whether nothing about it will change any more."""
        return self.status in (ActivityStatus.CONFIRMED, ActivityStatus.FAILED, ActivityStatus.NOT_SENT)

    @property
    def moved(self) -> Decimal:
        """By how much the balance on the network has changed because of it, fees aside."""
        nothing = self.status in (ActivityStatus.FAILED, ActivityStatus.NOT_SENT)
        waiting = self.direction is Direction.IN and self.status is not ActivityStatus.CONFIRMED
        if nothing or waiting or self.direction is Direction.SELF:
            return Decimal(0)
        return self.amount if self.direction is Direction.IN else -self.amount


def item_of_transaction(transaction: WalletTransaction, network: Network) -> ActivityItem:
    """The line of a transaction."""
    incoming = transaction.direction is Direction.IN
    return ActivityItem(
        key=f"{network.key}/{transaction.tx_id}",
        network=network,
        direction=transaction.direction,
        status=_OF_TRANSACTION[transaction.status],
        amount=transaction.amount,
        other=transaction.sender if incoming else transaction.receiver,
        at=transaction.at,
        tx_id=transaction.tx_id,
        fee=transaction.fee,
        block=transaction.block,
    )


def item_of_payment(pending: PendingPayment, network: Network) -> ActivityItem:
    """The line of a payment whose end is not known."""
    return ActivityItem(
        key=f"{network.key}/{pending.tx_id or pending.payment.payment_id}",
        network=network,
        direction=Direction.OUT,
        status=_OF_PAYMENT[pending.state],
        amount=pending.payment.amount,
        other=pending.payment.recipient,
        at=None,
        tx_id=pending.tx_id,
        started_at=pending.started_at,
    )
