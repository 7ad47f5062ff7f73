"""The form of a payment: what follows from what was entered, and the order it becomes; pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Final

from babel import Locale

from app.core.model import FeeEstimate, Network, Payment
from app.core.model.activity import ActivityItem
from app.core.model.position import Position
from app.core.money import input_text, share_of
from app.features.payments import rules
from app.features.payments.state import Editing, Order, Payee, Reviewing, SendState

_SOME_TIME: Final = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Facts:
    """What the wallet knows that bears on one payment."""

    check_address: rules.AddressCheck
    locale: Locale
    own: str | None
    payees: tuple[Payee, ...]
    position: Position | None
    fee_position: Position | None


def facts_for(
    network: Network,
    check_address: rules.AddressCheck,
    locale: Locale,
    *,
    own: str | None,
    positions: Sequence[Position],
    items: Sequence[ActivityItem],
) -> Facts:
    """Pick what matters on a network."""
    return Facts(
        check_address,
        locale,
        own,
        rules.payees_of(items, network),
        next((one for one in positions if one.network.key == network.key), None),
        rules.fee_position(network, positions),
    )


def timeless(facts: Facts) -> Facts:
    """The facts without the moments of their reading, so that two readings of the same are equal."""
    return replace(
        facts, position=_without_time(facts.position), fee_position=_without_time(facts.fee_position)
    )


def _without_time(position: Position | None) -> Position | None:
    if position is None:
        return None
    rate = replace(position.rate, as_of=_SOME_TIME) if position.rate else None
    return replace(position, as_of=None, rate=rate, stale=False, error=None)


def checked(form: Editing, facts: Facts) -> Editing:
    """The form with its two checks made anew."""
    draft = form.draft
    return replace(
        form,
        recipient=rules.check_recipient(
            draft.recipient, draft.network, facts.check_address, facts.payees, facts.own
        ),
        amount=rules.check_amount(
            draft.amount,
            facts.locale,
            draft.network,
            position=facts.position,
            fee=form.fee,
            fee_position=facts.fee_position,
        ),
    )


def written_in(state: SendState, facts_of: Callable[[Network], Facts]) -> SendState:
    """The state with its amount as the language of the facts writes it; what is no amount yet stays."""
    if isinstance(state, Reviewing):
        form = written_in(state.form, facts_of)
        return replace(state, form=form) if isinstance(form, Editing) else state
    if not isinstance(state, Editing):
        return state
    facts, draft, amount = facts_of(state.draft.network), state.draft, state.amount.amount
    if amount is not None:
        draft = replace(draft, amount=input_text(amount, facts.locale))
    return checked(replace(state, draft=draft), facts)


def with_part(form: Editing, facts: Facts, part: Decimal) -> Editing:
    """The form with a part of what is there as its amount; needs the fee for all of it."""
    have = facts.position.amount if facts.position else None
    if have is None:
        return form
    network = form.draft.network
    if part < 1:
        amount = share_of(have, part, network.decimals)
    elif form.fee is None:
        return form
    else:
        amount = rules.largest_amount(have, network, form.fee)
    draft = replace(form.draft, amount=input_text(amount, facts.locale), maximum=part >= 1)
    return checked(replace(form, draft=draft), facts)


def settled_fee(form: Editing, facts: Facts, fee: FeeEstimate) -> Editing:
    """The form with its fee; an amount that was meant to be everything follows the fee."""
    form = checked(replace(form, fee=fee, error=None), facts)
    return with_part(form, facts, Decimal(1)) if form.draft.maximum else form


def make_order(form: Editing, facts: Facts, new_id: str, unsent: Iterable[Payment] = ()) -> Order | None:
    """The order of a form that is ready and has its fee.

    A payment that was not sent keeps its id: a first try that turns up late is the second one then.
    """
    address, amount = form.recipient.address, form.amount.amount
    if not form.ready or form.fee is None or address is None or amount is None:
        return None
    network = form.draft.network
    payment = Payment(new_id, network.key, address, amount)
    return Order(
        next((one for one in unsent if replace(one, payment_id=new_id) == payment), payment),
        network,
        form.fee,
        rate=facts.position.rate if facts.position else None,
        fee_rate=facts.fee_position.rate if facts.fee_position else None,
        payee=form.recipient.payee,
        own=form.recipient.own,
    )
