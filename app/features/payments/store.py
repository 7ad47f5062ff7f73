"""One payment from the form to its known end."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Final
from uuid import uuid4

from babel import Locale

from app.core.errors import Action, AppError, ErrorCode
from app.core.model import FeeEstimate, Network, Payment
from app.core.observable import observable
from app.core.secret import Secret
from app.features.payments.form import (
    Facts,
    checked,
    facts_for,
    make_order,
    settled_fee,
    with_part,
    written_in,
)
from app.features.payments.rules import unsettled_twin
from app.features.payments.sending import SendingRun, Surroundings
from app.features.payments.state import Draft, Editing, Failed, Reviewing, SendState, Starting
from app.features.payments.tools import PaymentTools
from app.stores.attempt import attempt

DEBOUNCE_SECONDS: Final = 0.35


@observable
class PaymentsStore:
    """Holds one `SendState`; every action leaves a valid one behind and never raises."""

    def __init__(self, tools: PaymentTools, locale: Locale) -> None:
        self._tools = tools
        self._locale = locale
        self._own: str | None = None
        self._asked = 0
        self._form_before: Editing | None = None
        self._run: SendingRun | None = None
        self._unsent: tuple[Payment, ...] = ()
        self.state: SendState = Starting()

    async def start(self, network_key: str | None = None, recipient: str = "") -> None:
        """Open the form: on the asked network, else on the first one that holds something."""
        network = await self._tools.first_network(network_key)
        if network is None:
            self.state = Starting(self._tools.networks.error or AppError(ErrorCode.OFFLINE, Action.RETRY))
            return
        await self._open(Draft(network, recipient))

    async def choose_network(self, network_key: str) -> None:
        """Change the network; the recipient stays, the amount was meant in another coin."""
        network = self._tools.networks.find(network_key)
        if isinstance(self.state, Editing) and network is not None:
            await self._open(Draft(network, self.state.draft.recipient))

    async def edit_recipient(self, text: str) -> None:
        """Take what is in the field, check it, and ask for the fee once typing pauses."""
        if isinstance(form := self.state, Editing):
            draft = replace(form.draft, recipient=text, accepted=None)
            self.state = checked(replace(form, draft=draft, error=None), self.facts(draft.network))
            await self._refresh_fee()

    async def accept_recipient(self) -> None:
        """The user has compared a lookalike and says that it is somebody else."""
        if isinstance(form := self.state, Editing) and form.recipient.address is not None:
            self.state = replace(form, draft=replace(form.draft, accepted=form.recipient.address))
            await self._refresh_fee()

    async def edit_amount(self, text: str) -> None:
        """Take what is in the field, check it, and ask for the fee once typing pauses."""
        if isinstance(form := self.state, Editing):
            draft = replace(form.draft, amount=text, maximum=False)
            self.state = checked(replace(form, draft=draft, error=None), self.facts(draft.network))
            await self._refresh_fee()

    def use_locale(self, locale: Locale) -> None:
        """The reader's language has changed: what is entered keeps its meaning and is written as there."""
        if locale != self._locale:
            self._locale = locale
            self.state = written_in(self.state, self.facts)

    async def choose_part(self, part: Decimal) -> None:
        """Fill in a part of what is there; all of it leaves the fee."""
        if not isinstance(form := self.state, Editing):
            return
        facts = self.facts(form.draft.network)
        if part >= 1 and form.fee is None and facts.position and facts.position.amount:
            fee = await self._estimate(form, facts.position.amount / 2)
            if not isinstance(now := self.state, Editing) or now.draft.network != form.draft.network:
                return
            form = replace(now, error=fee) if isinstance(fee, AppError) else replace(now, fee=fee)
        self.state = with_part(form, facts, part)
        await self._refresh_fee()

    async def review(self) -> None:
        """Put everything on the table: the fee is asked for once more and the payment gets its id."""
        form = self.state
        if not isinstance(form, Editing) or form.busy or not form.ready or form.amount.amount is None:
            return
        self._asked += 1
        self.state = waiting = replace(form, busy=True, error=None)
        fee = await self._estimate(form, form.amount.amount)
        if self.state is not waiting:
            return
        if isinstance(fee, AppError):
            self.state = replace(form, error=fee)
            return
        facts = self.facts(form.draft.network)
        form = settled_fee(form, facts, fee)
        order = make_order(form, facts, uuid4().hex, self._unsent)
        if order is None:
            self.state = form
        elif unsettled_twin(self._tools.activity.items, order.network.key, order.payment.recipient):
            self.state = replace(form, error=AppError(ErrorCode.OUTCOME_UNKNOWN, Action.ACTIVITY))
        else:
            self.state = Reviewing(form, order)

    def ask_pin(self) -> None:
        """The user wants to send; only the PIN is missing."""
        if isinstance(self.state, Reviewing):
            self.state = replace(self.state, asks_pin=True, error=None)

    def leave_review(self) -> None:
        """Back to the form; a sheet that reports late that it has closed changes nothing any more."""
        if isinstance(self.state, Reviewing) and not self.state.asks_pin:
            self.state = self.state.form

    def leave_pin(self) -> None:
        """Back from the PIN to the review."""
        if isinstance(self.state, Reviewing):
            self.state = replace(self.state, asks_pin=False, error=None)

    def try_again(self) -> None:
        """Back to the form after a payment of which it is certain that nothing arrived."""
        if isinstance(self.state, Failed) and self._form_before is not None:
            self._unsent += self.state.unsent
            self._run = None
            self.state = written_in(self._form_before, self.facts)

    async def see_again(self) -> None:
        """The same; where only the fee was in the way, on to the review with the fee of now."""
        risen = isinstance(self.state, Failed) and self.state.fee_risen
        self.try_again()
        if risen:
            await self.review()

    async def confirm(self, pin: Secret) -> None:
        """Send, and follow it to its end; one review is sent at most once, however often this is called."""
        review, wallet = self.state, self._tools.wallet()
        if not isinstance(review, Reviewing) or self._run is not None or wallet is None:
            return
        around = Surroundings(self._tools.now, self._tools.pause, self._tools.money_moved)
        self._form_before = review.form
        self._run = SendingRun(around, wallet, review.order, self._show)
        pin_error = await self._run.send(pin)
        if pin_error is not None:
            self._run = None
            self.state = replace(review, asks_pin=True, error=pin_error)

    def close(self) -> None:
        """The screen is gone: stop following here; the activity goes on doing so."""
        self._asked += 1
        if self._run is not None:
            self._run.stop()

    def facts(self, network: Network) -> Facts:
        """What the wallet knows that bears on a payment on this network."""
        return facts_for(
            network,
            self._tools.check_address,
            self._locale,
            own=self._own,
            positions=self._tools.balances.positions,
            items=self._tools.activity.items,
        )

    async def _open(self, draft: Draft) -> None:
        wallet = self._tools.wallet()
        own = await attempt(wallet.address(draft.network.key)) if wallet is not None else None
        self._own = own if isinstance(own, str) else None
        self._asked += 1
        self.state = checked(Editing(draft), self.facts(draft.network))

    async def _refresh_fee(self) -> None:
        self._asked += 1
        asked = self._asked
        await self._tools.pause(DEBOUNCE_SECONDS)
        form = self.state
        if asked != self._asked or not isinstance(form, Editing) or not form.recipient.address:
            return
        if not form.amount.amount or form.amount.problem or form.needs_comparing:
            return
        fee = await self._estimate(form, form.amount.amount)
        if asked != self._asked or not isinstance(form := self.state, Editing):
            return
        facts = self.facts(form.draft.network)
        self.state = replace(form, error=fee) if isinstance(fee, AppError) else settled_fee(form, facts, fee)

    async def _estimate(self, form: Editing, amount: Decimal) -> FeeEstimate | AppError:
        return await self._tools.fee(form.draft.network, form.recipient.address or self._own, amount)

    def _show(self, state: SendState) -> None:
        self.state = state
