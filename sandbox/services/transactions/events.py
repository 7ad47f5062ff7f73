"""What the outbox is told about purchases."""

from typing import Literal

from sqlalchemy.orm import Session, object_session

from sandbox.core.outbox import record
from sandbox.services.transactions.repository import Purchase, SystemPayment

Happening = Literal["created", "committed", "changed", "paid_out", "payout_sent_again", "paid_twice"]
RefundStep = Literal["refund_due", "refund_sent", "refunded"]


def tell(purchase: Purchase, what: Happening, **more: str) -> None:
    """Write down what happened to a purchase, in the transaction that changes it."""
    session = object_session(purchase)
    assert session is not None, "a purchase changes within a transaction"
    state = {
        "id": purchase.id,
        "state": purchase.state,
        "reasons": list(purchase.reasons),
        "sender": purchase.sender_name,
        "receiver": purchase.receiver_name,
        "network_key": purchase.network_key,
        "amount": f"{purchase.amount:f}",
        "payout": f"{purchase.payout:f}",
        "committed_tx": purchase.committed_tx,
        "incoming_tx": purchase.incoming_tx,
        "outgoing_tx": purchase.outgoing_tx,
    }
    record(session, f"purchase.{what}", purchase.id, state | more)


def tell_payment(
    session: Session, payment: SystemPayment, what: RefundStep, purchase: Purchase | None
) -> None:
    """Write down what becomes of a payment that goes back; the subject is its purchase or transaction."""
    state = {
        "state": purchase.state if purchase else "none",
        "network_key": payment.network_key,
        "tx_id": payment.tx_id,
        "sender": payment.sender,
        "amount": f"{payment.amount:f}",
        "reason": payment.refund_reason,
        "refund_amount": f"{payment.refund_amount:f}",
        "refund_tx": payment.refund_tx,
    }
    record(session, f"purchase.{what}", purchase.id if purchase else payment.tx_id, state)
