"""`/_sandbox/payments`: what came to the system address, which purchase it pays, and what goes back."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from sqlalchemy import select
from sqlalchemy.orm import Session

from sandbox.core.clock import iso
from sandbox.core.context import Ctx
from sandbox.core.errors import ConflictError, NotFoundError
from sandbox.core.wire import Amount, Out
from sandbox.services.transactions.refunds import BY_HAND, give_back
from sandbox.services.transactions.repository import SystemPayment

router = APIRouter(tags=["control room"], prefix="/_sandbox/payments")
_REFUSALS: dict[int | str, dict[str, Any]] = {
    404: {"description": "There is no such payment."},
    409: {"description": "The payment pays a purchase, or goes back already."},
}


class PaymentOut(Out):
    """A payment for purchases, and what became of it."""

    network_key: str
    number: int
    tx_id: str
    sender: str
    amount: Amount
    seen_at: str | None
    purchase: str | None
    refund_reason: str | None
    refund_amount: Amount | None
    refund_tx: str | None
    refunded_at: str | None


class PaymentList(Out):
    """Payments, newest first."""

    payments: list[PaymentOut]


@router.get("")
def list_payments(context: Ctx, limit: Annotated[int, Query(ge=1, le=500)] = 100) -> PaymentList:
    """Return the newest payments that came to the system addresses."""
    newest = (SystemPayment.seen_at.desc(), SystemPayment.network_key, SystemPayment.sequence.desc())
    with context.db.read() as session:
        rows = session.scalars(select(SystemPayment).order_by(*newest).limit(limit))
        return PaymentList(payments=[_out(row) for row in rows])


@router.post("/{network_key}/{number}/refund", status_code=202, responses=_REFUSALS)
def refund_payment(
    context: Ctx, network_key: str, number: Annotated[int, Path(ge=0, lt=2**31)]
) -> PaymentOut:
    """Send a payment that pays no purchase back now, without waiting for a commit."""
    with context.db.write() as session:
        row = session.get(SystemPayment, (network_key, number))
        if row is None:
            raise NotFoundError("There is no such payment.")
        if row.purchase_id is not None or row.refund_reason is not None:
            raise ConflictError("This payment pays a purchase, or goes back already.")
        give_back(session, row, BY_HAND)
        return _out(row)


def payments_for(session: Session, purchase_id: str) -> list[PaymentOut]:
    """Return the payments that pay a purchase or were meant for it, oldest first."""
    rows = select(SystemPayment).where(SystemPayment.purchase_id == purchase_id)
    return [_out(row) for row in session.scalars(rows.order_by(SystemPayment.sequence))]


def _out(row: SystemPayment) -> PaymentOut:
    return PaymentOut(
        network_key=row.network_key,
        number=row.sequence,
        tx_id=row.tx_id,
        sender=row.sender,
        amount=row.amount,
        seen_at=iso(row.seen_at) if row.seen_at else None,
        purchase=row.purchase_id,
        refund_reason=row.refund_reason,
        refund_amount=row.refund_amount,
        refund_tx=row.refund_tx,
        refunded_at=iso(row.refunded_at) if row.refunded_at else None,
    )
