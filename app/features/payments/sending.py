"""From the PIN to the known end of one payment."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from app.core.errors import AppError, ErrorCode
from app.core.model import PaymentState, WalletTransaction
from app.core.secret import Secret
from app.features.payments.rules import NOTHING_SENT, PIN_ERRORS, fee_bound
from app.features.payments.state import Failed, Failure, Order, OutcomeUnknown, Sending, SendState, Sent
from app.gateway.protocol import UnlockedWallet
from app.stores.attempt import attempt

FOLLOW_SECONDS: Final = 2.0


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What sending needs besides the wallet: time, waiting, and whom to tell that money moved."""

    now: Callable[[], datetime]
    pause: Callable[[float], Awaitable[None]]
    money_moved: Callable[[], Awaitable[None]]


class SendingRun:
    """Sends one order once and follows it; ``show`` gets every state on the way."""

    def __init__(
        self, around: Surroundings, wallet: UnlockedWallet, order: Order, show: Callable[[SendState], None]
    ) -> None:
        self._around = around
        self._wallet = wallet
        self._order = order
        self._show = show
        self._watched = True
        self._began = around.now()

    def stop(self) -> None:
        """Nobody looks any more."""
        self._watched = False

    async def send(self, pin: Secret) -> AppError | None:
        """Send and follow; an error comes back only when the PIN was not taken and can be asked again."""
        order = self._order
        self._show(Sending(order, self._began))
        try:
            outcome = await attempt(self._wallet.send(pin, order.payment, fee_bound(order.fee)))
        except asyncio.CancelledError:
            # The gateway goes on sending; what became of it has to be asked.
            self._show(OutcomeUnknown(order, self._began))
            raise
        if isinstance(outcome, str):
            await self._follow(Sent(order, self._began, outcome, self._around.now()))
        elif outcome.code in PIN_ERRORS:
            return outcome
        elif outcome.code in NOTHING_SENT:
            self._show(Failed(order, Failure.NOT_SENT, outcome))
        else:
            await self._follow(OutcomeUnknown(order, self._began))
        return None

    async def _follow(self, state: Sent | OutcomeUnknown) -> None:
        self._show(state)
        await self._around.money_moved()
        while self._watched:
            following = await self._step(state)
            if not isinstance(following, (Sent, OutcomeUnknown)) or _ended(following):
                self._show(following)
                await self._around.money_moved()
                return
            if following != state:
                state = following
                self._show(state)
            await self._around.pause(FOLLOW_SECONDS)

    async def _step(self, state: Sent | OutcomeUnknown) -> SendState:
        found = await attempt(self._wallet.resolve_payment(self._order.payment.payment_id))
        if isinstance(found, AppError):
            # The intent is journalled before anything is submitted: no entry means that nothing went out.
            never = found.code is ErrorCode.NOT_FOUND and isinstance(state, OutcomeUnknown)
            return Failed(self._order, Failure.NOT_SENT) if never else state
        tx_id = found.tx_id or (state.tx_id if isinstance(state, Sent) else None)
        if found.state is PaymentState.NOT_SENT:
            return Failed(self._order, Failure.NOT_SENT)
        if found.state is PaymentState.FAILED:
            return Failed(self._order, Failure.ON_CHAIN, tx_id=tx_id)
        if found.state not in (PaymentState.SUBMITTED, PaymentState.CONFIRMED) or tx_id is None:
            return state
        sent = state if isinstance(state, Sent) else Sent(self._order, self._began, tx_id, self._around.now())
        transaction = await attempt(self._wallet.transaction(self._order.network.key, tx_id))
        if isinstance(transaction, WalletTransaction):
            sent = replace(sent, transaction=transaction)
        return replace(sent, ended=self._around.now()) if found.state is PaymentState.CONFIRMED else sent


def _ended(state: Sent | OutcomeUnknown) -> bool:
    return isinstance(state, Sent) and state.ended is not None
