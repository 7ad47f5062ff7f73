"""`/_sandbox/purchases`: every purchase, and how each came to where it is."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from sqlalchemy import select

from sandbox.control.payment_desk import PaymentOut, payments_for
from sandbox.core import outbox
from sandbox.core.clock import iso
from sandbox.core.context import Ctx
from sandbox.core.errors import NotFoundError
from sandbox.core.wire import Amount, Out
from sandbox.services.transactions.repository import Purchase

router = APIRouter(tags=["control room"], prefix="/_sandbox/purchases")
_UNKNOWN: dict[int | str, dict[str, Any]] = {404: {"description": "There is no such purchase."}}
_STEPS = 200


class PurchaseLine(Out):
    """A purchase at a glance."""

    id: str
    state: str
    reasons: list[str]
    sender: str
    receiver: str
    network_key: str
    amount: Amount
    payout: Amount
    created_at: str
    changed_at: str
    incoming_tx: str | None
    outgoing_tx: str | None


class PurchaseLines(Out):
    """Purchases, newest first."""

    purchases: list[PurchaseLine]


class StepOut(Out):
    """Something that happened to a purchase."""

    at: str
    what: str
    state: str


class PurchaseStory(Out):
    """A purchase with its payments and what happened to it, oldest first."""

    purchase: PurchaseLine
    payments: list[PaymentOut]
    steps: list[StepOut]


@router.get("")
def list_purchases(context: Ctx, limit: Annotated[int, Query(ge=1, le=500)] = 100) -> PurchaseLines:
    """Return the newest purchases of all users."""
    with context.db.read() as session:
        rows = session.scalars(
            select(Purchase).order_by(Purchase.created_at.desc(), Purchase.id).limit(limit)
        )
        return PurchaseLines(purchases=[_line(row) for row in rows])


@router.get("/{purchase_id}", responses=_UNKNOWN)
def show_purchase(context: Ctx, purchase_id: str) -> PurchaseStory:
    """Return a purchase with its steps."""
    with context.db.read() as session:
        row = session.get(Purchase, purchase_id)
        if row is None:
            raise NotFoundError("There is no such purchase.")
        found = outbox.events(session, after=0, limit=_STEPS, kind="purchase", subject=row.id)
        steps = [
            StepOut(at=iso(one.at), what=one.kind.partition(".")[2], state=str(one.payload.get("state", "")))
            for one in found
        ]
        return PurchaseStory(purchase=_line(row), payments=payments_for(session, row.id), steps=steps)


def _line(row: Purchase) -> PurchaseLine:
    return PurchaseLine(
        id=row.id,
        state=row.state,
        reasons=list(row.reasons),
        sender=row.sender_name,
        receiver=row.receiver_name,
        network_key=row.network_key,
        amount=row.amount,
        payout=row.payout,
        created_at=iso(row.created_at),
        changed_at=iso(row.changed_at),
        incoming_tx=row.incoming_tx,
        outgoing_tx=row.outgoing_tx,
    )
