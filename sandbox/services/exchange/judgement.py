"""Whether a paid order is carried out, and at which price."""

from datetime import timedelta
from decimal import Decimal

from sqlalchemy.orm import Session

from sandbox.core.context import Context
from sandbox.core.errors import UnavailableError
from sandbox.services.exchange.arrivals import late
from sandbox.services.exchange.rules import (
    Key,
    Price,
    method_of,
    price_of_coins,
    price_of_euros,
)
from sandbox.services.exchange.tables import (
    COUNTED,
    Contract,
    Order,
    PaymentDetail,
    State,
    exchanged_since,
    of_contract,
)

_OLDEST_RATE = timedelta(minutes=15)
WRONG_ACCOUNT = "WrongAccount"
LATE = "Late"
TOO_SMALL, TOO_LARGE = "TooSmall", "TooLarge"
PAID_TWICE = "PaidTwice"
NOT_VERIFIED, OVER_LIMIT = "NotVerified", "LimitExceeded"


def objection(session: Session, contract: Contract, order: Order) -> str | None:
    """Return why a payment must go back whatever it is worth, None if it need not."""
    if late(contract, order):
        return LATE
    method = method_of(contract.incoming_key)
    if method.key == Key.SEPA:
        detail = session.get(PaymentDetail, contract.incoming_detail_id or "")
        if detail is None or detail.account != order.payer:
            return WRONG_ACCOUNT
    elif _other_payment(session, contract, order):
        return PAID_TWICE
    if order.incoming_amount < method.min_amount:
        return TOO_SMALL
    return TOO_LARGE if order.incoming_amount > method.max_amount else None


def _other_payment(session: Session, contract: Contract, order: Order) -> bool:
    """Say whether another payment of the contract is carried out already, or comes before this one."""
    rows = list(of_contract(session, contract.id))
    place = rows.index(order)
    return any(
        other.state in COUNTED or (other.state == State.PAID_IN and before < place)
        for before, other in enumerate(rows)
        if other is not order
    )


def price(context: Context, contract: Contract, order: Order) -> Price | None:
    """Return what a payment becomes at the rate of the moment; None while there is no recent one."""
    now = context.clock.now()
    try:
        quote = context.rates.quote(contract.network_key, now)
    except UnavailableError:
        return None
    if now - quote.at > _OLDEST_RATE:
        return None
    settings = context.settings
    fee_rate, spread = settings.exchange_fee_rate, settings.exchange_spread
    if contract.incoming_key == Key.SEPA:
        return price_of_coins(
            order.incoming_amount,
            quote.rate,
            fee_rate=fee_rate,
            spread=spread,
            network_fee=method_of(contract.outgoing_key).network_fee,
            decimals=context.networks.get(contract.network_key).decimals,
        )
    return price_of_euros(order.incoming_amount, quote.rate, fee_rate=fee_rate, spread=spread)


def over_limit(context: Context, session: Session, order: Order, eur: Decimal) -> str | None:
    """Return why the user may not exchange so much now, None if she may."""
    limits = context.kyc.limits(session, order.user_id)
    if not limits.allow_trading:
        return NOT_VERIFIED
    now = context.clock.now()
    day = now.replace(hour=0, minute=0, second=0, microsecond=0)
    month = day.replace(day=1)
    for start, most in ((day, limits.daily_eur), (month, limits.monthly_eur)):
        if exchanged_since(session, order.user_id, start) + eur > most:
            return OVER_LIMIT
    return None


def take_price(context: Context, order: Order, found: Price) -> None:
    """Write a price into its order."""
    order.eur = found.eur
    order.fee_eur = found.fee_eur
    order.crypto_fee = found.crypto_fee
    order.course = found.course
    order.outgoing_amount = found.payout
    order.approved_at = context.clock.now()
