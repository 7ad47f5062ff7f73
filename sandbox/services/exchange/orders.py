"""Orders as the SDK reads them."""

from decimal import Decimal

from sqlalchemy.orm import Session

from sandbox.core.auth import CurrentUser
from sandbox.core.clock import iso
from sandbox.core.context import Context
from sandbox.services.exchange.details import detail_out
from sandbox.services.exchange.errors import OrderNotFoundError
from sandbox.services.exchange.rules import Key, method_of
from sandbox.services.exchange.schemas import OrderList, OrderOut
from sandbox.services.exchange.tables import COUNTED, Contract, Order, PaymentDetail, State, orders_of

_NUMBERS = {State.CANCELLED: 1, State.REFUNDED: 2, State.FAILED: 3, State.PAID_OUT: 4}
"""In the order in which the SDK's types name them; everything else is pending."""


class Orders:
    """The orders of users."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def listed(self, user: CurrentUser, page: int, size: int) -> OrderList:
        """Return a page of the user's orders, newest first."""
        with self._context.db.read() as session:
            rows = orders_of(session, user.id, min(page * size, 2**31), size)
            found = [_out(session, row) for row in rows]
        return OrderList(count=len(found), start=min(page, 2**31 - 1), limit=size, orders=found)

    def get(self, user: CurrentUser, order_id: str) -> OrderOut:
        """Return one order."""
        with self._context.db.read() as session:
            row = session.get(Order, order_id)
            if row is None or row.user_id != user.id:
                raise OrderNotFoundError
            return _out(session, row)


def _out(session: Session, row: Order) -> OrderOut:
    contract = session.get_one(Contract, row.contract_id)
    incoming, outgoing = method_of(contract.incoming_key), method_of(contract.outgoing_key)
    from_bank = incoming.key == Key.SEPA
    refunds = row.state in {State.REFUNDING, State.REFUNDED}
    one, course = Decimal(1), row.course
    payer = _detail(session, contract.incoming_detail_id)
    return OrderOut(
        id=row.id,
        is_payed_out=row.state == State.PAID_OUT,
        is_approved=row.state in COUNTED or row.approved_at is not None,
        is_canceled=row.state == State.CANCELLED,
        fees_amount_eur=float(row.fee_eur),
        crypto_fees=float(row.crypto_fee),
        contract_id=row.contract_id,
        incoming_payment_method_id=incoming.id,
        incoming_payment_method_currency=incoming.currency,
        incoming_amount=float(row.incoming_amount),
        incoming_course=float(one if from_bank else course),
        outgoing_payment_method_id=outgoing.id,
        outgoing_payment_method_currency=outgoing.currency,
        outgoing_amount=float(row.outgoing_amount),
        outgoing_course=float(course if from_bank else one),
        refund_amount=float(row.incoming_amount) if refunds else None,
        refund_course=1.0 if refunds else None,
        refund_payment_method_id=incoming.id if refunds else None,
        status=_NUMBERS.get(State(row.state), 0),
        creation_date=iso(row.created_at),
        incoming_payment_detail=detail_out(payer),
        outgoing_payment_detail=detail_out(_detail(session, contract.outgoing_detail_id)),
        refund_payment_detail=detail_out(payer) if refunds and payer and payer.account == row.payer else None,
    )


def _detail(session: Session, detail_id: str | None) -> PaymentDetail | None:
    return session.get(PaymentDetail, detail_id) if detail_id else None
