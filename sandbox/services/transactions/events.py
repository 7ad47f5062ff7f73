"""What the outbox is told about purchases."""

from typing import Literal

from sqlalchemy.orm import object_session

from sandbox.core.outbox import record
from sandbox.services.transactions.repository import Purchase

Happening = Literal["created", "committed", "changed", "paid_out", "paid_twice"]


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
