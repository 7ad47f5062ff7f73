"""Tables of purchases and of the payments seen at the system address."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Integer, String, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from sandbox.core.db import Base, ExactDecimal, InstanceKeyRow, InstanceRow, UtcDateTime


class State(StrEnum):
    """Where a purchase is, in the words of the SDK."""

    PENDING = "Pending"
    WAITING = "WaitingForVerification"
    VALID = "Valid"
    INVALID = "Invalid"
    INCOMING = "ProcessingIncoming"
    OUTGOING = "ProcessingOutgoing"
    COMPLETED = "Completed"
    FAILED = "Failed"


class Purchase(InstanceRow, Base):
    """One purchase."""

    __tablename__ = "purchases"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    sender_id: Mapped[str] = mapped_column(ForeignKey("users.id"), index=True)
    sender_name: Mapped[str] = mapped_column(String(100))
    receiver_id: Mapped[str] = mapped_column(ForeignKey("users.id"), index=True)
    receiver_name: Mapped[str] = mapped_column(String(100))
    network_key: Mapped[str] = mapped_column(String(60))
    amount: Mapped[Decimal] = mapped_column(ExactDecimal)
    payout: Mapped[Decimal] = mapped_column(ExactDecimal)
    fee_rate: Mapped[Decimal] = mapped_column(ExactDecimal)
    exchange_rate: Mapped[Decimal] = mapped_column(ExactDecimal)
    app_metadata: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    state: Mapped[str] = mapped_column(String(30), index=True)
    reasons: Mapped[list[str]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    committed_tx: Mapped[str | None] = mapped_column(String(100), index=True)
    incoming_tx: Mapped[str | None] = mapped_column(String(100))
    incoming_from: Mapped[str | None] = mapped_column(String(100))
    incoming_sequence: Mapped[int | None] = mapped_column(Integer)
    outgoing_tx: Mapped[str | None] = mapped_column(String(100))
    outgoing_to: Mapped[str | None] = mapped_column(String(100))

    def wire_status(self) -> str | dict[str, list[str]]:
        """Return the status as the SDK reads it."""
        if self.state in {State.WAITING, State.INVALID}:
            return {self.state: list(self.reasons)}
        return self.state


class FurtherPayment(InstanceKeyRow, Base):
    """A transaction that was named for a purchase after the one that pays it."""

    __tablename__ = "further_payments"
    network_key: Mapped[str] = mapped_column(String(60), primary_key=True)
    tx_id: Mapped[str] = mapped_column(String(100), primary_key=True)
    purchase_id: Mapped[str] = mapped_column(ForeignKey("purchases.id"), primary_key=True)


class SystemPayment(InstanceKeyRow, Base):
    """A transfer that arrived at the system address; it pays one purchase at most, or goes back."""

    __tablename__ = "system_payments"
    network_key: Mapped[str] = mapped_column(String(60), primary_key=True)
    sequence: Mapped[int] = mapped_column(Integer, primary_key=True)
    tx_id: Mapped[str] = mapped_column(String(100), index=True)
    sender: Mapped[str] = mapped_column(String(100))
    amount: Mapped[Decimal] = mapped_column(ExactDecimal)
    named_purchase: Mapped[str | None] = mapped_column(String(36), index=True)
    purchase_id: Mapped[str | None] = mapped_column(String(36), index=True)
    """The purchase it pays, or was meant for."""

    seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    refund_reason: Mapped[str | None] = mapped_column(String(40), index=True)
    refund_amount: Mapped[Decimal | None] = mapped_column(ExactDecimal)
    refund_tx: Mapped[str | None] = mapped_column(String(100))
    refunded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ChainCursor(InstanceKeyRow, Base):
    """How far the log of one network was read."""

    __tablename__ = "chain_cursors"
    network_key: Mapped[str] = mapped_column(String(60), primary_key=True)
    sequence: Mapped[int] = mapped_column(Integer)


def in_state(session: Session, *states: State) -> Sequence[Purchase]:
    """Return the purchases in some states, oldest first."""
    statement = select(Purchase).where(Purchase.state.in_(states))
    return session.scalars(statement.order_by(Purchase.created_at, Purchase.id)).all()


def any_open(session: Session) -> bool:
    """Say whether any purchase may still change by itself."""
    done = (State.INVALID, State.COMPLETED, State.FAILED)
    return (
        session.scalars(select(Purchase.id).where(Purchase.state.not_in(done)).limit(1)).first() is not None
    )


def of_user(
    session: Session,
    user_id: str,
    *,
    only_sent: bool,
    partner: str | None,
    day: date | None,
    offset: int,
    limit: int,
) -> Sequence[Purchase]:
    """Return a user's purchases, newest first."""
    statement = select(Purchase).order_by(Purchase.created_at.desc(), Purchase.id)
    mine = Purchase.sender_id == user_id
    statement = statement.where(mine if only_sent else or_(mine, Purchase.receiver_id == user_id))
    if partner is not None:
        statement = statement.where(or_(Purchase.sender_name == partner, Purchase.receiver_name == partner))
    if day is not None:
        begin, end = (datetime.combine(day, at, UTC) for at in (time.min, time.max))
        statement = statement.where(Purchase.created_at.between(begin, end))
    return session.scalars(statement.offset(offset).limit(limit)).all()


def unclaimed(session: Session) -> Sequence[SystemPayment]:
    """Return the payments that belong to no purchase (yet) and do not go back."""
    statement = select(SystemPayment).where(
        SystemPayment.purchase_id.is_(None), SystemPayment.refund_reason.is_(None)
    )
    return session.scalars(statement.order_by(SystemPayment.network_key, SystemPayment.sequence)).all()


def to_be_refunded(session: Session) -> Sequence[SystemPayment]:
    """Return the payments that go back and have not arrived there."""
    statement = select(SystemPayment).where(
        SystemPayment.refund_reason.is_not(None), SystemPayment.refunded_at.is_(None)
    )
    return session.scalars(statement.order_by(SystemPayment.network_key, SystemPayment.sequence)).all()


def committed_with(session: Session, payment: SystemPayment) -> Sequence[Purchase]:
    """Return the purchases that a payment's transaction was named for, oldest first."""
    statement = select(Purchase).where(
        Purchase.network_key == payment.network_key, Purchase.committed_tx == payment.tx_id
    )
    return session.scalars(statement.order_by(Purchase.created_at, Purchase.id)).all()


def committed_further(session: Session, payment: SystemPayment) -> Sequence[Purchase]:
    """Return the purchases that have another payment than this one, which was named for them too."""
    named = select(FurtherPayment.purchase_id).where(
        FurtherPayment.network_key == payment.network_key, FurtherPayment.tx_id == payment.tx_id
    )
    return session.scalars(select(Purchase).where(Purchase.id.in_(named)).order_by(Purchase.id)).all()


def payment_of(session: Session, purchase: Purchase) -> SystemPayment | None:
    """Return the payment that a purchase was paid with."""
    if purchase.incoming_sequence is None:
        return None
    return session.get(SystemPayment, (purchase.network_key, purchase.incoming_sequence))
