"""Payments that pay nothing: found, and given back to whoever sent them, once."""

import asyncio
import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy.orm import Session

from sandbox.core.coins import CoinDesk, CoinOrder, unsettled
from sandbox.core.context import Context
from sandbox.core.handing import ChainUnavailableError
from sandbox.core.ports import ChainRefusedError
from sandbox.services.transactions.events import tell_payment
from sandbox.services.transactions.repository import (
    Purchase,
    State,
    SystemPayment,
    committed_further,
    committed_with,
    payment_of,
    to_be_refunded,
    unclaimed,
)
from sandbox.services.transactions.steps import system_account

log = logging.getLogger("sandbox.purchases")

LATE, NOT_PAYABLE, PAID_TWICE = "Late", "NotPayable", "PaidTwice"
UNMATCHED, OVERPAID = "Unmatched", "Overpaid"
BY_HAND = "ByHand"
_KIND = "payment"
_PATIENCE = timedelta(seconds=10)


def give_back(
    session: Session,
    payment: SystemPayment,
    reason: str,
    purchase: Purchase | None = None,
    amount: Decimal | None = None,
) -> None:
    """Decide that a payment, or a part of it, goes back to where it came from."""
    payment.refund_reason = reason
    payment.refund_amount = payment.amount if amount is None else amount
    if purchase is not None:
        payment.purchase_id = purchase.id
    tell_payment(session, payment, "refund_due", purchase)


def give_back_for(session: Session, purchase: Purchase, reason: str) -> None:
    """Give back what a purchase was paid with that comes to nothing; old payments may be unknown."""
    payment = payment_of(session, purchase)
    if payment is not None and payment.refund_reason is None:
        give_back(session, payment, reason, purchase)


def give_back_excess(session: Session, purchase: Purchase) -> None:
    """Give back what was paid beyond the amount of a purchase that is complete."""
    payment = payment_of(session, purchase)
    if payment is not None and payment.refund_reason is None and payment.amount > purchase.amount:
        give_back(session, payment, OVERPAID, purchase, payment.amount - purchase.amount)


def is_from(context: Context, session: Session, payment: SystemPayment, purchase: Purchase) -> bool:
    """Say whether a payment came from an address that its payer registered, and nobody else."""
    holders = context.addresses.holders(session, payment.network_key, payment.sender)
    return holders == {purchase.sender_id}


class Refunds:
    """Sends payments back, and follows them until nothing can take the refund away."""

    def __init__(self, context: Context, desk: CoinDesk) -> None:
        self._context = context
        self._desk = desk
        self._again_at: dict[tuple[str, str], datetime] = {}

    def decide(self) -> None:
        """Find the payments that pay no purchase and never will."""
        with self._context.db.write() as session:
            for payment in unclaimed(session):
                if payment.seen_at is None:  # from before refunds
                    continue
                twice = self._paid_twice(session, payment)
                purchase = twice or self._meant(session, payment)
                reason = PAID_TWICE if twice else self._reason(payment, purchase)
                if reason is not None:
                    give_back(session, payment, reason, purchase)

    def _paid_twice(self, session: Session, payment: SystemPayment) -> Purchase | None:
        """Return the purchase that a payment without a name was committed for when it had its payment."""
        if payment.named_purchase is not None:
            return None
        return self._first_of(session, payment, committed_further(session, payment))

    def _meant(self, session: Session, payment: SystemPayment) -> Purchase | None:
        """Return the purchase that a payment is for, in its payer's words."""
        named = session.get(Purchase, payment.named_purchase) if payment.named_purchase else None
        if named is not None:
            return named if named.network_key == payment.network_key else None
        return self._first_of(session, payment, committed_with(session, payment))

    def _first_of(
        self, session: Session, payment: SystemPayment, purchases: Sequence[Purchase]
    ) -> Purchase | None:
        """Return the first purchase whose payer this payment is from: nobody names another's payment."""
        mine = (one for one in purchases if is_from(self._context, session, payment, one))
        return next(mine, None)

    def _reason(self, payment: SystemPayment, purchase: Purchase | None) -> str | None:
        if purchase is None:
            waited = self._context.clock.now() - (payment.seen_at or self._context.clock.now())
            limit = timedelta(seconds=self._context.settings.unmatched_payment_seconds)
            return UNMATCHED if waited >= limit else None
        if purchase.incoming_tx is not None:
            return PAID_TWICE
        if purchase.state == State.INVALID:
            return NOT_PAYABLE
        return LATE if purchase.state == State.FAILED else None

    async def send(self, *, watch: bool) -> None:
        """Send what is due; with `watch` look also after refunds that a reorganisation may have taken."""
        for payment in await asyncio.to_thread(self._due, watch):
            await self._send(payment)

    def _due(self, watch: bool) -> list[SystemPayment]:
        now = self._context.clock.now()
        with self._context.db.read() as session:
            due = [one for one in to_be_refunded(session) if self._again_at.get(_mark(one), now) <= now]
            places = [_place(row.purpose) for row in unsettled(session, _KIND)] if watch else []
            again = [session.get_one(SystemPayment, place) for place in places]
        return due + [one for one in again if one.refunded_at is not None]

    async def _send(self, payment: SystemPayment) -> None:
        purpose = _purpose(payment)
        order = CoinOrder(
            purpose,
            payment.network_key,
            system_account(),
            payment.sender,
            payment.refund_amount or Decimal(0),
        )
        try:
            if payment.refund_tx is None and not await has_landed(
                self._context, payment.network_key, payment.tx_id
            ):
                return
            progress = await self._desk.pay(order)
        except (ChainUnavailableError, ChainRefusedError) as error:
            self._again_at[_mark(payment)] = self._context.clock.now() + _PATIENCE
            log.warning("refund of %s waits: %s", payment.tx_id, error.message)
            return
        if progress.state == "reverted":
            self._again_at[_mark(payment)] = self._context.clock.now() + _PATIENCE
            await self._desk.again(purpose)
        elif progress.tx_id is not None and (
            progress.tx_id != payment.refund_tx
            or progress.sent_again
            or (progress.state == "landed" and payment.refunded_at is None)
        ):
            landed = progress.state == "landed"
            await asyncio.to_thread(self._note, payment, progress.tx_id, landed)

    def _note(self, payment: SystemPayment, tx_id: str, landed: bool) -> None:
        with self._context.db.write() as session:
            row = session.get_one(SystemPayment, (payment.network_key, payment.sequence))
            row.refund_tx = tx_id
            if landed:
                row.refunded_at = row.refunded_at or self._context.clock.now()
            purchase = session.get(Purchase, row.purchase_id) if row.purchase_id else None
            tell_payment(session, row, "refunded" if landed else "refund_sent", purchase)


async def has_landed(context: Context, network_key: str, tx_id: str) -> bool:
    """Say whether a payment is on its chain still; a reorganisation may have taken it."""
    return await context.chains.fate(network_key, tx_id) in {"landed", "final"}


def _purpose(payment: SystemPayment) -> str:
    return f"{_KIND} {payment.network_key} {payment.sequence}"


def _mark(payment: SystemPayment) -> tuple[str, str]:
    return payment.instance_id, _purpose(payment)


def _place(purpose: str) -> tuple[str, int]:
    _, network_key, sequence = purpose.split(" ")
    return network_key, int(sequence)
