"""Moves orders on by themselves: takes payments, judges them, pays out or back."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable
from datetime import timedelta

from sqlalchemy.orm import Session

from sandbox.core.coins import unsettled
from sandbox.core.context import Context
from sandbox.core.engine import Engine
from sandbox.core.errors import UnavailableError
from sandbox.core.instances import current_instance
from sandbox.services.exchange.arrivals import Arrivals
from sandbox.services.exchange.details import move
from sandbox.services.exchange.judgement import TOO_SMALL, objection, over_limit, price, take_price
from sandbox.services.exchange.payments import CoinPayment, Payments, exchange_account, verify
from sandbox.services.exchange.rules import Key
from sandbox.services.exchange.tables import (
    Contract,
    Order,
    PaymentDetail,
    State,
    any_contract,
    in_state,
)

log = logging.getLogger("sandbox.exchange")


class ExchangeEngine(Engine):
    """One task that brings every order to its end; all it knows is in the database."""

    def __init__(self, context: Context, pause: float = 0.5) -> None:
        super().__init__("exchange", pause, context)
        self._arrivals = Arrivals(context)
        self._payments = Payments(context)
        self._read_at: dict[str, int] = {}

    def reload(self) -> None:
        """Forget what was lent in another life."""
        self._payments.forget_loans()

    async def _work(self) -> None:
        if not await asyncio.to_thread(self._has_work):
            return
        changes = self._context.chains.changes
        await asyncio.to_thread(self._arrivals.from_bank)
        await self._arrivals.from_chains()
        await asyncio.to_thread(self._advance)
        with self._context.db.read() as session:
            due = self._coins_due(session, watch=changes != self._read_at.get(current_instance.get()))
        nodes: dict[str, list[CoinPayment]] = defaultdict(list)
        for payment in due:
            nodes[self._context.chains.networks[payment.network_key].node_path].append(payment)

        async def all_of(payments: list[CoinPayment]) -> None:
            for payment in payments:
                try:
                    await self._payments.send_coins(payment)
                except UnavailableError as error:
                    log.warning("order %s waits: %s", payment.order_id, error.message)

        # Side by side: a node that is slow holds up its own payments only.
        await asyncio.gather(*(all_of(payments) for payments in nodes.values()))
        self._read_at[current_instance.get()] = changes

    def _has_work(self) -> bool:
        with self._context.db.read() as session:
            return self._context.bank.is_busy(session) or any_contract(session)

    def _advance(self) -> None:
        with self._context.db.write() as session:
            for order in in_state(session, State.PENDING):
                if session.get_one(Contract, order.contract_id).expires_at < self._context.clock.now():
                    move(self._context, session, order, State.CANCELLED, "NotPaid")
            for order in in_state(session, State.PAYING_OUT, State.REFUNDING):
                self._ordered(session, order, self._follow_transfer)
            for order in in_state(session, State.APPROVED):
                if self._rested(order):
                    self._ordered(session, order, self._pay_out)
            for order in in_state(session, State.PAID_IN):
                if self._rested(order):
                    self._judge(session, order)
            for order in in_state(session, State.REFUNDING):
                contract = session.get_one(Contract, order.contract_id)
                if contract.deposit_account is None and order.refund_id is None:
                    self._ordered(session, order, self._send_back)

    def _ordered(self, session: Session, order: Order, step: Callable[[Session, Order], None]) -> None:
        """Take a step that orders a transfer, whole or not at all; a silent bank is asked again."""
        try:
            with session.begin_nested():
                step(session, order)
        except UnavailableError as error:
            session.refresh(order)
            log.warning("order %s waits: %s", order.id, error.message)

    def _send_back(self, session: Session, order: Order) -> None:
        contract = session.get_one(Contract, order.contract_id)
        self._payments.send_back_euros(session, order, contract)

    def _judge(self, session: Session, order: Order) -> None:
        """Approve a payment or send it back; one that needs a rate waits while there is none."""
        context = self._context
        contract = session.get_one(Contract, order.contract_id)
        reason = objection(session, contract, order)
        if reason is None:
            found = price(context, contract, order)
            if found is None:
                return
            reason = over_limit(context, session, order, found.eur)
            if reason is None and found.payout <= 0:
                reason = TOO_SMALL
            if reason is None:
                take_price(context, order, found)
                move(context, session, order, State.APPROVED)
                session.flush()
                return
        move(context, session, order, State.REFUNDING, reason)

    def _pay_out(self, session: Session, order: Order) -> None:
        contract = session.get_one(Contract, order.contract_id)
        if contract.outgoing_key == Key.SEPA:
            self._payments.send_euros(session, order, contract)
        else:
            verify(self._context, session, contract.incoming_detail_id)
        move(self._context, session, order, State.PAYING_OUT)

    def _follow_transfer(self, session: Session, order: Order) -> None:
        """See whether a payout or refund by bank arrived; one that came back is a failure."""
        contract = session.get_one(Contract, order.contract_id)
        by_bank = contract.outgoing_key if order.state == State.PAYING_OUT else contract.incoming_key
        transfer = order.payout_id if order.state == State.PAYING_OUT else order.refund_id
        if by_bank != Key.SEPA or transfer is None:
            return
        state = self._payments.transfer_state(session, transfer)
        if state == "returned":
            move(self._context, session, order, State.FAILED, "TransferReturned")
        elif state == "settled" and order.state == State.REFUNDING:
            move(self._context, session, order, State.REFUNDED)
        elif state == "settled":
            self._payments.paid_out(session, order)

    def _coins_due(self, session: Session, *, watch: bool) -> list[CoinPayment]:
        """Return the coins to go on with; with `watch` also those that may have been taken back."""
        found = []
        orders = list(in_state(session, State.PAYING_OUT, State.REFUNDING))
        if watch:
            ids = {row.purpose.split(" ")[1]: None for row in unsettled(session, "order")}
            done = [session.get_one(Order, one) for one in ids]
            orders += [order for order in done if order.state in {State.PAID_OUT, State.REFUNDED}]
        for order in orders:
            contract = session.get_one(Contract, order.contract_id)
            key, is_done = contract.network_key, order.state in {State.PAID_OUT, State.REFUNDED}
            if order.state in {State.PAYING_OUT, State.PAID_OUT} and contract.deposit_account is None:
                target = session.get_one(PaymentDetail, contract.outgoing_detail_id).address
                amount = order.outgoing_amount
                found.append(
                    CoinPayment(order.id, "payout", key, exchange_account(), target, amount, is_done=is_done)
                )
            elif order.state in {State.REFUNDING, State.REFUNDED} and contract.deposit_account is not None:
                account, target, amount = contract.deposit_account, order.payer or "", order.incoming_amount
                found.append(CoinPayment(order.id, "refund", key, account, target, amount, is_done=is_done))
        return found

    def _rested(self, order: Order) -> bool:
        delay = timedelta(seconds=self._context.settings.purchase_delay_seconds)
        return self._context.clock.now() - order.changed_at >= delay
