"""Sending in the demo, with the journal that keeps a payment from being sent twice."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from typing import Final

from app.core.errors import Action, AppError, ErrorCode, Lack
from app.core.model import (
    FeeEstimate,
    Network,
    Payment,
    PaymentState,
    PendingPayment,
    TransactionStatus,
)
from app.gateway.addresses import check_address
from app.gateway.amounts import check_amount
from app.gateway.demo import chain
from app.gateway.demo.faults import LostAnswer
from app.gateway.demo.world import DemoWorld, JournalEntry, Vault

_ENDED: Final = frozenset({PaymentState.CONFIRMED, PaymentState.FAILED, PaymentState.NOT_SENT})


class DemoPayments:
    """The payments of one account on one device."""

    def __init__(self, world: DemoWorld, vault: Vault) -> None:
        self._world = world
        self._vault = vault
        self._running: dict[str, asyncio.Task[str]] = {}

    def estimate(self, network_key: str, sender: str, recipient: str, amount: Decimal) -> FeeEstimate:
        """The fee, after all checks that a send makes."""
        network = chain.network_of(network_key)
        check_address(network, recipient)
        check_amount(network, amount)
        fee = chain.estimate(network)
        self._check_funds(network, sender, amount, fee)
        return fee

    async def send(self, payment: Payment, sender: str, max_fee: Decimal | None = None) -> str:
        """The transaction id; a second call with the same id waits for, or repeats, the first answer."""
        task = self._running.get(payment.payment_id)
        if task is None:
            task = asyncio.create_task(self._send(payment, sender, max_fee))
            self._running[payment.payment_id] = task
            task.add_done_callback(lambda _: self._running.pop(payment.payment_id))
        return await asyncio.shield(task)

    def pending(self) -> tuple[PendingPayment, ...]:
        """Those without a known end, newest first."""
        for entry in self._vault.journal.values():
            self._look_up(entry)
        open_entries = [entry.view() for entry in self._vault.journal.values() if entry.state not in _ENDED]
        return tuple(sorted(open_entries, key=lambda entry: entry.started_at, reverse=True))

    def resolve(self, payment_id: str) -> PendingPayment:
        """What the chain says; a payment that never reached it was not sent."""
        entry = self._vault.journal.get(payment_id)
        if entry is None:
            raise AppError(ErrorCode.NOT_FOUND)
        if entry.state in {PaymentState.UNKNOWN, PaymentState.SUBMITTING}:
            entry.state = PaymentState.SUBMITTED if entry.tx_id else PaymentState.NOT_SENT
        self._look_up(entry)
        return entry.view()

    async def _send(self, payment: Payment, sender: str, max_fee: Decimal | None) -> str:
        known = self._vault.journal.get(payment.payment_id)
        if known is not None and (known.payment != payment or known.state is not PaymentState.NOT_SENT):
            return self._repeat(known, payment)
        fee = self.estimate(payment.network_key, sender, payment.recipient, payment.amount)
        if max_fee is not None and fee.at_most > max_fee:
            raise AppError(ErrorCode.FEE_RISEN, Action.RETRY)
        # What fails here has failed before anything was written down, and may be tried again.
        await self._world.faults.enter("send")
        entry = JournalEntry(payment, self._world.clock.now(), PaymentState.SUBMITTING)
        self._vault.journal[payment.payment_id] = entry
        lost = self._world.faults.take_lost_answer()
        if lost is not LostAnswer.NOT_SENT:
            network = chain.network_of(payment.network_key)
            receiver = check_address(network, payment.recipient)
            entry.tx_id = self._world.chains.submit(
                payment.network_key, sender, receiver, payment.amount, fee=fee.likely
            )
        if lost is not None or entry.tx_id is None:
            entry.state = PaymentState.UNKNOWN
            raise _unknown(payment.payment_id)
        entry.state = PaymentState.SUBMITTED
        return entry.tx_id

    def _repeat(self, known: JournalEntry, payment: Payment) -> str:
        if known.payment != payment:
            raise AppError(ErrorCode.PAYMENT_REFUSED)
        if known.tx_id is None or known.state is PaymentState.UNKNOWN:
            raise _unknown(payment.payment_id)
        return known.tx_id

    def _look_up(self, entry: JournalEntry) -> None:
        if entry.state is not PaymentState.SUBMITTED:
            return
        transfer = next(item for item in self._world.chains.transfers if item.tx_id == entry.tx_id)
        match self._world.chains.status(transfer):
            case TransactionStatus.CONFIRMED:
                entry.state = PaymentState.CONFIRMED
            case TransactionStatus.FAILED:
                entry.state = PaymentState.FAILED

    def _check_funds(self, network: Network, sender: str, amount: Decimal, fee: FeeEstimate) -> None:
        payer = chain.fee_network(network)
        have = self._world.chains.balance(network.key, sender)
        need, lack = amount, Lack.AMOUNT
        if payer == network:
            need, lack = amount + fee.at_most, Lack.AMOUNT_AND_FEE
        if have < need:
            raise _not_enough(network, have, need, lack)
        if payer != network:
            have = self._world.chains.balance(payer.key, sender)
            if have < fee.at_most:
                raise _not_enough(payer, have, fee.at_most, Lack.FEE)


def _not_enough(network: Network, have: Decimal, need: Decimal, lack: Lack) -> AppError:
    return AppError(ErrorCode.NOT_ENOUGH, have=have, need=need, symbol=network.symbol, lack=lack)


def _unknown(payment_id: str) -> AppError:
    return AppError(ErrorCode.OUTCOME_UNKNOWN, Action.ACTIVITY, payment_id=payment_id)
