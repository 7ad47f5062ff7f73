"""Moves purchases on by themselves: judges them, watches for payments, pays receivers out or payers back."""

import asyncio

from sqlalchemy.orm import Session

from sandbox.core.coins import CoinDesk
from sandbox.core.context import Context
from sandbox.core.engine import Engine
from sandbox.core.instances import current_instance
from sandbox.services.transactions.payments import Payments
from sandbox.services.transactions.payouts import Payouts
from sandbox.services.transactions.refunds import Refunds
from sandbox.services.transactions.repository import (
    Purchase,
    State,
    any_open,
    in_state,
    to_be_refunded,
    unclaimed,
)
from sandbox.services.transactions.steps import (
    NO_ADDRESS,
    NOT_PAID,
    NOT_VERIFIED,
    move,
    overdue,
    rested,
)


class PurchaseEngine(Engine):
    """One task that brings every purchase to its end; all it knows is in the database."""

    def __init__(self, context: Context, pause: float = 0.25) -> None:
        super().__init__("purchases", pause, context)
        desk = CoinDesk(context.db, context.chains)
        self._payments = Payments(context)
        self._payouts = Payouts(context, desk)
        self._refunds = Refunds(context, desk)
        self._read_at: dict[str, int] = {}

    async def _work(self) -> None:
        # A payment may come, or be taken back, at any time; without a change on a chain neither has happened.
        changes = self._context.chains.changes
        has_changed = changes != self._read_at.get(current_instance.get())
        if not has_changed and not await asyncio.to_thread(self._has_work):
            return
        await self._payments.collect()
        await asyncio.to_thread(self._judge)
        await asyncio.to_thread(self._payments.match)
        await asyncio.to_thread(self._advance)
        await asyncio.to_thread(self._refunds.decide)
        await self._payouts.send(watch=has_changed)
        await self._refunds.send(watch=has_changed)
        self._read_at[current_instance.get()] = changes

    def _has_work(self) -> bool:
        with self._context.db.read() as session:
            may_go_back = any(one.seen_at is not None for one in unclaimed(session))
            return any_open(session) or may_go_back or bool(to_be_refunded(session))

    def _judge(self) -> None:
        """Pending becomes Valid, Invalid or waits for the receiver's verification."""
        with self._context.db.write() as session:
            for purchase in in_state(session, State.PENDING, State.WAITING):
                if purchase.state == State.PENDING and not rested(self._context, purchase):
                    continue
                state, reasons = self._verdict(session, purchase)
                if state != purchase.state:
                    move(self._context, purchase, state, reasons)

    def _verdict(self, session: Session, purchase: Purchase) -> tuple[State, list[str]]:
        context = self._context
        if context.addresses.address(session, purchase.receiver_id, purchase.network_key) is None:
            return State.INVALID, [NO_ADDRESS]
        network = context.networks.get(purchase.network_key)
        if network.is_testnet or context.kyc.is_verified(session, purchase.receiver_id):
            return State.VALID, []
        waits = context.settings.unverified_receiver == "wait"
        return (State.WAITING if waits else State.INVALID), [NOT_VERIFIED]

    def _advance(self) -> None:
        """Seen payments go on to be paid out; committed ones nobody ever saw fail in the end."""
        with self._context.db.write() as session:
            for purchase in in_state(session, State.INCOMING):
                if purchase.incoming_tx is not None:
                    if rested(self._context, purchase):
                        move(self._context, purchase, State.OUTGOING)
                elif overdue(self._context, purchase):
                    move(self._context, purchase, State.FAILED, [NOT_PAID])
