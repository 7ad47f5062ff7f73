"""Tables of the bank: accounts and the transfers between them."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import Boolean, Integer, String, UniqueConstraint, func, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from sandbox.core.db import Base, ExactDecimal, InstanceKeyRow, InstanceRow, UtcDateTime


class TransferState(StrEnum):
    """Where a transfer is."""

    ORDERED = "ordered"
    SETTLED = "settled"
    RETURNED = "returned"


class BankAccount(InstanceKeyRow, Base):
    """An account of the sandbox's bank, or one elsewhere that money came from or went to."""

    __tablename__ = "bank_accounts"
    __table_args__ = (UniqueConstraint("instance_id", "number"),)
    iban: Mapped[str] = mapped_column(String(34), primary_key=True)
    number: Mapped[int | None] = mapped_column(Integer)
    """Number at the sandbox's bank; none for accounts elsewhere."""

    holder: Mapped[str] = mapped_column(String(140))
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class BankTransfer(InstanceRow, Base):
    """One SEPA credit transfer."""

    __tablename__ = "bank_transfers"
    __table_args__ = (UniqueConstraint("instance_id", "arrival"),)
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    from_iban: Mapped[str] = mapped_column(String(34), index=True)
    from_name: Mapped[str] = mapped_column(String(140))
    to_iban: Mapped[str] = mapped_column(String(34), index=True)
    to_name: Mapped[str] = mapped_column(String(140))
    amount: Mapped[Decimal] = mapped_column(ExactDecimal)
    reference: Mapped[str] = mapped_column(String(140))
    is_instant: Mapped[bool] = mapped_column(Boolean)
    state: Mapped[str] = mapped_column(String(20), index=True)
    ordered_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    arrival: Mapped[int | None] = mapped_column(Integer)
    """Position among all transfers that arrived; what follows them reads on from the last it knows."""

    reason: Mapped[str | None] = mapped_column(String(4))
    """Why it was returned, as an ISO 20022 code."""

    returns: Mapped[str | None] = mapped_column(String(36))
    """The transfer whose money this one gives back."""


def due(session: Session, now: datetime) -> Sequence[BankTransfer]:
    """Return the transfers whose moment has come, earliest first."""
    statement = select(BankTransfer).where(
        BankTransfer.state == TransferState.ORDERED, BankTransfer.due_at <= now
    )
    return session.scalars(
        statement.order_by(BankTransfer.due_at, BankTransfer.ordered_at, BankTransfer.id)
    ).all()


def any_ordered(session: Session) -> bool:
    """Say whether any transfer is on its way."""
    statement = select(BankTransfer.id).where(BankTransfer.state == TransferState.ORDERED).limit(1)
    return session.scalars(statement).first() is not None


def any_return_of(session: Session, transfer_id: str) -> bool:
    """Say whether a transfer gives the money of another one back."""
    statement = select(BankTransfer.id).where(BankTransfer.returns == transfer_id).limit(1)
    return session.scalars(statement).first() is not None


def last_arrival(session: Session) -> int:
    """Return the position of the transfer that arrived last."""
    return session.scalar(select(func.max(BankTransfer.arrival))) or 0


def last_number(session: Session) -> int:
    """Return the highest account number that was given out."""
    return session.scalar(select(func.max(BankAccount.number))) or 0


def arrived_at(session: Session, iban: str, after: int) -> Sequence[BankTransfer]:
    """Return the transfers that arrived at an account behind a position, oldest first."""
    statement = select(BankTransfer).where(BankTransfer.to_iban == iban, BankTransfer.arrival > after)
    return session.scalars(statement.order_by(BankTransfer.arrival)).all()


def of_account(session: Session, iban: str, limit: int) -> Sequence[BankTransfer]:
    """Return the transfers from and to an account, newest first."""
    statement = select(BankTransfer).where(or_(BankTransfer.from_iban == iban, BankTransfer.to_iban == iban))
    order = (BankTransfer.ordered_at.desc(), BankTransfer.id)
    return session.scalars(statement.order_by(*order).limit(limit)).all()
