"""What goes out: coins by transactions that are sent once, euros by bank transfers."""

import asyncio
import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Literal

from sqlalchemy.orm import Session

from sandbox.core.banking import BankOrder
from sandbox.core.coins import CoinDesk, CoinOrder
from sandbox.core.context import Context
from sandbox.core.handing import ChainUnavailableError
from sandbox.core.instances import own_account
from sandbox.core.outbox import record
from sandbox.core.ports import ChainRefusedError
from sandbox.services.exchange.contracts import CLIENT_MONEY, FEES, HOLDER
from sandbox.services.exchange.details import move
from sandbox.services.exchange.rules import CENT, Key
from sandbox.services.exchange.tables import (
    Contract,
    Order,
    PaymentDetail,
    State,
)

log = logging.getLogger("sandbox.exchange")

_RESERVE = Decimal(1)
_FILL = Decimal(100)
_DOUBT = timedelta(seconds=30)
"""How long coins of the faucet may stay unseen before it lends again."""

REFUSED = "ChainRefused"
Purpose = Literal["payout", "refund"]


def exchange_account() -> str:
    """Return the name of the chain account that pays coins out."""
    return own_account("exchange")


@dataclass(frozen=True)
class CoinPayment:
    """Coins that an order sends."""

    order_id: str
    purpose: Purpose
    network_key: str
    account: str
    target: str
    amount: Decimal
    is_done: bool = False
    """It has arrived once, and is only looked after: a reorganisation may take it back."""


class Payments:
    """Sends what orders owe, and finds again what was sent before a crash."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._desk = CoinDesk(context.db, context.chains)
        self._lent_at: dict[str, datetime] = {}
        """By address: each instance has its own account."""

    def forget_loans(self) -> None:
        """Ask the faucet again as if it had never lent anything."""
        self._lent_at.clear()

    def send_euros(self, session: Session, order: Order, contract: Contract) -> None:
        """Order the transfer of a payout, in the transaction that notes it."""
        detail = session.get_one(PaymentDetail, contract.outgoing_detail_id)
        text = f"Payout {contract.reference}"
        order.payout_id = self._transfer(
            session, detail.account, "Customer", order.outgoing_amount, text=text
        )

    def send_back_euros(self, session: Session, order: Order, contract: Contract) -> None:
        """Order the transfer that gives a payment back."""
        text = f"Refund {contract.reference} {order.reason or ''}".strip()
        order.refund_id = self._transfer(
            session,
            order.payer or "",
            order.payer_name or "",
            order.incoming_amount,
            text=text,
            returns=order.payment_id,
        )

    def paid_out(self, session: Session, order: Order) -> None:
        """End an order that was paid out: the fee is the exchange's now, the account is the user's."""
        if order.fee_eur >= CENT:
            fees = self._context.bank.house_account(session, FEES, f"{HOLDER} (fees)")
            self._transfer(session, fees.iban, fees.holder, order.fee_eur, text=f"Fee {order.id}")
        contract = session.get_one(Contract, order.contract_id)
        verify(self._context, session, contract.outgoing_detail_id)
        move(self._context, session, order, State.PAID_OUT)

    def transfer_state(self, session: Session, transfer_id: str) -> str:
        """Return where a transfer is."""
        return self._context.bank.state(session, transfer_id)

    async def send_coins(self, payment: CoinPayment) -> None:
        """Bring a payment of coins one step on; settle the order as soon as the chain shows them."""
        purpose = f"order {payment.order_id} {payment.purpose}"
        order = CoinOrder(purpose, payment.network_key, payment.account, payment.target, payment.amount)
        try:
            if not await self._begun(payment) and not await self._covered(payment):
                return
            progress = await self._desk.pay(order)
        except ChainUnavailableError as error:
            log.warning("%s of order %s waits: %s", payment.purpose, payment.order_id, error.message)
            return
        except ChainRefusedError as error:
            log.warning("%s of order %s refused: %s", payment.purpose, payment.order_id, error.message)
            await asyncio.to_thread(self._refused, payment)
            return
        if progress.sent_again and progress.tx_id is not None:
            await asyncio.to_thread(self._tell_again, payment, progress.tx_id)
        if progress.state == "landed" and progress.tx_id is not None:
            await asyncio.to_thread(self._done, payment, progress.tx_id)
        elif progress.state == "reverted":
            if payment.purpose == "refund" or payment.is_done:
                await self._desk.again(purpose)
            await asyncio.to_thread(self._refused, payment)
        elif progress.tx_id is not None:
            await asyncio.to_thread(self._begin, payment, progress.tx_id)

    async def _begun(self, payment: CoinPayment) -> bool:
        def read() -> bool:
            with self._context.db.read() as session:
                order = session.get_one(Order, payment.order_id)
                return (order.payout_id if payment.purpose == "payout" else order.refund_id) is not None

        return await asyncio.to_thread(read)

    def _begin(self, payment: CoinPayment, tx_id: str) -> None:
        with self._context.db.write() as session:
            order = session.get_one(Order, payment.order_id)
            order.sending_at = order.sending_at or self._context.clock.now()
            self._note(order, payment, tx_id)

    async def _covered(self, payment: CoinPayment) -> bool:
        """Say whether the exchange's own account holds enough; if not, the faucet lends it now and then."""
        if payment.account != exchange_account():
            return True
        chains, key, now = self._context.chains, payment.network_key, self._context.clock.now()
        own = chains.address(exchange_account(), key)
        missing = payment.amount + _RESERVE - await chains.balance(key, own)
        if missing <= 0:
            return True
        lent = self._lent_at.get(own)
        if lent is not None and now - lent < _DOUBT:
            return False
        self._lent_at[own] = now
        await chains.fund(key, own, (missing + _FILL).quantize(Decimal(1)))
        if await chains.balance(key, own) < payment.amount + _RESERVE:
            return False
        del self._lent_at[own]
        return True

    def _done(self, payment: CoinPayment, tx_id: str) -> None:
        with self._context.db.write() as session:
            order = session.get_one(Order, payment.order_id)
            self._note(order, payment, tx_id)
            if payment.is_done:
                return
            if payment.purpose == "payout":
                self.paid_out(session, order)
            else:
                move(self._context, session, order, State.REFUNDED)

    def _tell_again(self, payment: CoinPayment, tx_id: str) -> None:
        with self._context.db.write() as session:
            told = {"state": payment.purpose, "tx_id": tx_id, "network_key": payment.network_key}
            record(session, "exchange.order.sent_again", payment.order_id, told)

    def _note(self, order: Order, payment: CoinPayment, tx_id: str) -> None:
        if payment.purpose == "payout":
            order.payout_id = tx_id
        else:
            order.refund_id = tx_id

    def _refused(self, payment: CoinPayment) -> None:
        """A payout that cannot be made goes back to whoever paid; a refund is tried until it can."""
        if payment.purpose == "refund" or payment.is_done:
            return
        with self._context.db.write() as session:
            order = session.get_one(Order, payment.order_id)
            order.sending_at = None
            order.payout_id = None
            move(self._context, session, order, State.REFUNDING, REFUSED)

    def _transfer(
        self,
        session: Session,
        iban: str,
        name: str,
        amount: Decimal,
        *,
        text: str,
        returns: str | None = None,
    ) -> str:
        own = self._context.bank.house_account(session, CLIENT_MONEY, HOLDER)
        order = BankOrder(own.iban, HOLDER, iban, name, amount, text, returns=returns)
        return self._context.bank.send(session, order)


def verify(context: Context, session: Session, detail_id: str | None) -> None:
    """Note that money really moved over an account or address of a user."""
    detail = session.get(PaymentDetail, detail_id) if detail_id else None
    if detail is not None and detail.verified_at is None:
        detail.verified_at = context.clock.now()
        if detail.key == Key.SEPA:
            context.kyc.note_bank_account(session, detail.user_id)
