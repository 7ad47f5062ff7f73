"""Tables of the exchange: where users are paid, what was agreed, and what became of it."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import ForeignKey, Integer, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from sandbox.core.db import Base, ExactDecimal, InstanceKeyRow, InstanceRow, UtcDateTime


class State(StrEnum):
    """Where an order is."""

    PENDING = "pending"
    PAID_IN = "paid_in"
    APPROVED = "approved"
    PAYING_OUT = "paying_out"
    PAID_OUT = "paid_out"
    CANCELLED = "cancelled"
    REFUNDING = "refunding"
    REFUNDED = "refunded"
    FAILED = "failed"


COUNTED = (State.APPROVED, State.PAYING_OUT, State.PAID_OUT)
"""States whose worth counts against the limits."""


class PaymentDetail(InstanceRow, Base):
    """An IBAN or an address of a user."""

    __tablename__ = "exchange_details"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id"), index=True)
    key: Mapped[str] = mapped_column(String(10))
    address: Mapped[str] = mapped_column(String(100))
    """As the user wrote it: clients look for exactly that."""

    account: Mapped[str] = mapped_column(String(100))
    """The form it is compared in."""

    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    verified_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Contract(InstanceRow, Base):
    """What is paid in which way becomes what, and goes where."""

    __tablename__ = "exchange_contracts"
    __table_args__ = (UniqueConstraint("instance_id", "reference"),)
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id"), index=True)
    reference: Mapped[str] = mapped_column(String(20))
    incoming_key: Mapped[str] = mapped_column(String(10))
    incoming_detail_id: Mapped[str | None] = mapped_column(ForeignKey("exchange_details.id"))
    outgoing_key: Mapped[str] = mapped_column(String(10))
    outgoing_detail_id: Mapped[str] = mapped_column(ForeignKey("exchange_details.id"))
    amount: Mapped[Decimal | None] = mapped_column(ExactDecimal)
    network_key: Mapped[str] = mapped_column(String(60))
    deposit_account: Mapped[str | None] = mapped_column(String(60))
    """Name of the chain account whose address takes the coins."""

    deposit_address: Mapped[str | None] = mapped_column(String(100), index=True)
    """That address, in lower case."""

    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Order(InstanceRow, Base):
    """One exchange under a contract."""

    __tablename__ = "exchange_orders"
    __table_args__ = (UniqueConstraint("instance_id", "payment_id"),)
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    contract_id: Mapped[str] = mapped_column(ForeignKey("exchange_contracts.id"), index=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id"), index=True)
    state: Mapped[str] = mapped_column(String(20), index=True)
    reason: Mapped[str | None] = mapped_column(String(40))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    incoming_amount: Mapped[Decimal] = mapped_column(ExactDecimal)
    outgoing_amount: Mapped[Decimal] = mapped_column(ExactDecimal)
    course: Mapped[Decimal] = mapped_column(ExactDecimal)
    eur: Mapped[Decimal] = mapped_column(ExactDecimal)
    fee_eur: Mapped[Decimal] = mapped_column(ExactDecimal)
    crypto_fee: Mapped[Decimal] = mapped_column(ExactDecimal)
    payment_id: Mapped[str | None] = mapped_column(String(170))
    """The bank's transfer, or the network, the coins' transaction and the reference of the contract."""

    payer: Mapped[str | None] = mapped_column(String(100))
    payer_name: Mapped[str | None] = mapped_column(String(140))
    paid_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    approved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    log_position: Mapped[int | None] = mapped_column(Integer)
    """How far the network's log was read when coins were about to be sent."""

    sending_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    payout_id: Mapped[str | None] = mapped_column(String(100))
    refund_id: Mapped[str | None] = mapped_column(String(100))


class ExchangeCursor(InstanceKeyRow, Base):
    """How far the exchange read the bank's arrivals or a network's log."""

    __tablename__ = "exchange_cursors"
    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    position: Mapped[int] = mapped_column(Integer)


def details_of(session: Session, user_id: str, key: str) -> Sequence[PaymentDetail]:
    """Return a user's details of one method, oldest first."""
    statement = select(PaymentDetail).where(
        PaymentDetail.user_id == user_id, PaymentDetail.key == key, PaymentDetail.removed_at.is_(None)
    )
    return session.scalars(statement.order_by(PaymentDetail.created_at, PaymentDetail.id)).all()


def contracts_of(session: Session, user_id: str) -> Sequence[Contract]:
    """Return a user's contracts in force, newest first."""
    statement = select(Contract).where(Contract.user_id == user_id, Contract.closed_at.is_(None))
    return session.scalars(statement.order_by(Contract.created_at.desc(), Contract.id)).all()


def contract_with(session: Session, reference: str) -> Contract | None:
    """Return a contract by its reference."""
    return session.scalars(select(Contract).where(Contract.reference == reference)).one_or_none()


def contracts_at(session: Session, network_key: str, addresses: Sequence[str]) -> dict[str, Contract]:
    """Return the contracts whose coins arrive at some addresses (in lower case), by address."""
    statement = select(Contract).where(
        Contract.network_key == network_key, Contract.deposit_address.in_(addresses)
    )
    return {row.deposit_address or "": row for row in session.scalars(statement)}


def networks_with_deposits(session: Session) -> list[str]:
    """Return the networks on which coins may arrive."""
    statement = select(Contract.network_key).where(Contract.deposit_address.is_not(None)).distinct()
    return sorted(session.scalars(statement))


def any_contract(session: Session) -> bool:
    """Say whether anybody ever agreed on anything."""
    return session.scalars(select(Contract.id).limit(1)).first() is not None


def orders_of(session: Session, user_id: str, offset: int, limit: int) -> Sequence[Order]:
    """Return a page of a user's orders, newest first."""
    statement = select(Order).where(Order.user_id == user_id)
    return session.scalars(
        statement.order_by(Order.created_at.desc(), Order.id).offset(offset).limit(limit)
    ).all()


def of_contract(session: Session, contract_id: str) -> Sequence[Order]:
    """Return the orders of a contract, oldest first."""
    statement = select(Order).where(Order.contract_id == contract_id)
    return session.scalars(statement.order_by(Order.created_at, Order.id)).all()


def in_state(session: Session, *states: State) -> Sequence[Order]:
    """Return the orders in some states, those paid first first."""
    statement = select(Order).where(Order.state.in_(states))
    return session.scalars(statement.order_by(Order.created_at, Order.id)).all()


def exchanged_since(session: Session, user_id: str, moment: datetime) -> Decimal:
    """Return what a user exchanged from a moment on, in EUR."""
    statement = select(Order).where(
        Order.user_id == user_id, Order.state.in_(COUNTED), Order.approved_at >= moment
    )
    return sum((order.eur for order in session.scalars(statement)), Decimal(0))


def is_known_payment(session: Session, payment_id: str) -> bool:
    """Say whether a payment that arrived became an order already."""
    return session.scalars(select(Order.id).where(Order.payment_id == payment_id)).first() is not None


def position(session: Session, name: str) -> int:
    """Return how far something was read."""
    row = session.get(ExchangeCursor, name)
    return row.position if row else 0
