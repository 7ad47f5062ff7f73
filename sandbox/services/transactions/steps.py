"""What moves a purchase from one state to the next, and how long it rests in each."""

from collections.abc import Sequence
from datetime import timedelta

from sandbox.core.context import Context
from sandbox.core.instances import own_account
from sandbox.services.transactions.events import tell
from sandbox.services.transactions.repository import Purchase, State

NOT_VERIFIED = "ReceiverNotVerified"
NO_ADDRESS = "ReceiverHasNoAddress"
NOT_PAID, PAID_TOO_LITTLE = "NotPaid", "PaidTooLittle"
PAYMENT_GONE = "PaymentTakenBack"
PAYOUT_REFUSED, PAYOUT_REVERTED = "PayoutRefused", "PayoutReverted"


def system_account() -> str:
    """Return the name of the chain account that collects payments and pays receivers."""
    return own_account("purchases")


def move(context: Context, purchase: Purchase, state: State, reasons: Sequence[str] = ()) -> None:
    """Put a purchase into a state, and write that down for whoever follows."""
    purchase.state = state
    purchase.reasons = list(reasons)
    purchase.changed_at = context.clock.now()
    tell(purchase, "changed")


def rested(context: Context, purchase: Purchase) -> bool:
    """Say whether a purchase was long enough in its state."""
    delay = timedelta(seconds=context.settings.purchase_delay_seconds)
    return context.clock.now() - purchase.changed_at >= delay


def overdue(context: Context, purchase: Purchase) -> bool:
    """Say whether a purchase has waited for its payment long enough."""
    limit = timedelta(seconds=context.settings.payment_timeout_seconds)
    return context.clock.now() - purchase.changed_at > limit
