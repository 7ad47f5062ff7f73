"""The payments store against the demo gateway: the way to a payment, and every way it can go wrong."""

from __future__ import annotations

from decimal import Decimal
from functools import partial

import pytest

from app.core.errors import Action, AppError, ErrorCode
from app.core.model.activity import ActivityStatus
from app.core.secret import Secret
from app.features.payments.state import (
    Editing,
    Failed,
    Failure,
    Funds,
    Reviewing,
    Sent,
    Starting,
)
from app.features.payments.store import PaymentsStore
from app.gateway.demo.faults import LostAnswer
from tests.support.money import DE, FRIEND, GOOD_PIN, STRANGER, Money, make_money


async def filled(
    money: Money, amount: str = "0.25", to: str = STRANGER, network: str = "ETH"
) -> PaymentsStore:
    store = money.payments()
    await store.start(network)
    await store.edit_recipient(to)
    await store.edit_amount(amount)
    return store


async def reviewed(money: Money, amount: str = "0.25", to: str = STRANGER) -> PaymentsStore:
    store = await filled(money, amount, to)
    await store.review()
    assert isinstance(store.state, Reviewing)
    return store


def form(store: PaymentsStore) -> Editing:
    assert isinstance(store.state, Editing)
    return store.state


async def test_a_payment_from_form_to_confirmation() -> None:
    money = await make_money()
    have = money.balances.position("ETH")
    store = await filled(money)
    assert form(store).ready
    assert form(store).fee is not None
    await store.review()
    assert isinstance(store.state, Reviewing)
    order = store.state.order
    assert order.payment.amount == Decimal("0.25")
    assert order.eur == Decimal("612.28")
    assert order.fee_eur == Decimal("0.10")
    store.ask_pin()
    states: list[str] = []

    def note(sender: object, field: object) -> None:
        states.append(type(store.state).__name__)

    store.subscribe(note)  # type: ignore[attr-defined]
    await store.confirm(GOOD_PIN)
    assert isinstance(store.state, Sent)
    assert store.state.ended is not None
    assert store.state.transaction is not None
    assert states[0] == "Sending"
    assert set(states[1:]) == {"Sent"}
    now = money.balances.position("ETH")
    assert have is not None
    assert have.amount is not None
    assert now is not None
    assert now.amount is not None
    assert have.amount - now.amount == Decimal("0.25") + Decimal("0.000042")
    assert money.activity.items[0].status is ActivityStatus.CONFIRMED
    assert money.activity.items[0].other == STRANGER


async def test_it_opens_on_the_asked_network_or_on_one_with_money() -> None:
    money = await make_money()
    store = money.payments()
    await store.start("EURX", FRIEND)
    assert form(store).draft.network.key == "EURX"
    assert form(store).recipient.address == FRIEND
    poor = await make_money("locked")
    poor.world.chains.fund("ETH", poor.addresses["ETH"], Decimal(1))
    poor.world.clock.step(30)
    await poor.balances.refresh()
    store = poor.payments()
    await store.start("unheard_of")
    assert form(store).draft.network.key == "ETH"


async def test_without_networks_it_says_why_and_can_be_started_again() -> None:
    money = await make_money(refresh=False)
    money.world.faults.fail_next("networks", AppError(ErrorCode.OFFLINE, Action.RETRY), times=2)
    store = money.payments()
    await store.start()
    assert isinstance(store.state, Starting)
    assert store.state.error is not None
    await store.start()
    assert isinstance(store.state, Editing)


async def test_changing_the_network_keeps_the_recipient_and_drops_the_amount() -> None:
    money = await make_money()
    store = await filled(money)
    await store.choose_network("EURX")
    assert form(store).draft.amount == ""
    assert form(store).recipient.address == STRANGER
    await store.choose_network("iota_rebased_mainnet")
    assert form(store).recipient.error is not None


async def test_parts_and_everything() -> None:
    money = await make_money()
    store = await filled(money, amount="")
    have = money.balances.position("ETH")
    assert have is not None
    assert have.amount is not None
    await store.choose_part(Decimal("0.5"))
    assert form(store).amount.amount == have.amount / 2
    assert not form(store).draft.maximum
    await store.choose_part(Decimal(1))
    assert form(store).amount.amount == have.amount - Decimal("0.000063")
    assert form(store).ready
    await store.review()
    assert isinstance(store.state, Reviewing)
    await store.confirm(GOOD_PIN)
    assert isinstance(store.state, Sent)


async def test_everything_before_there_is_a_recipient_and_in_german() -> None:
    money = await make_money()
    store = money.payments(DE)
    await store.start("ETH")
    await store.choose_part(Decimal(1))
    assert "," in form(store).draft.amount
    assert form(store).amount.problem is None
    await store.choose_network("EURX")
    await store.choose_part(Decimal(1))
    assert form(store).amount.amount == Decimal(3950)


async def test_everything_of_nothing_is_nothing() -> None:
    money = await make_money("locked")
    store = money.payments()
    await store.start("ETH")
    await store.choose_part(Decimal(1))
    assert not form(store).ready


async def test_a_lookalike_has_to_be_compared_first() -> None:
    money = await make_money()
    money.pay("ETH", FRIEND, "0.01")
    await money.activity.refresh()
    twin = money.gateway.check_address(money.networks.networks[1], "0x71c7" + "0" * 32 + "976f")
    store = await filled(money, to=twin)
    assert form(store).needs_comparing
    assert not form(store).ready
    await store.review()
    assert isinstance(store.state, Editing)
    await store.accept_recipient()
    assert form(store).ready
    await store.edit_recipient(FRIEND)
    assert form(store).recipient.payee is not None
    await store.edit_recipient(twin)
    assert form(store).needs_comparing


@pytest.mark.parametrize(
    ("amount", "reason"),
    [("5", Funds.MORE_THAN_HELD), ("0", Funds.ZERO), ("1,5", "ambiguous"), ("x", "characters")],
)
async def test_a_wrong_amount_never_gets_to_the_review(amount: str, reason: str) -> None:
    money = await make_money()
    store = await filled(money, amount)
    assert form(store).amount.problem is not None
    assert form(store).amount.problem.reason == reason
    await store.review()
    assert isinstance(store.state, Editing)


async def test_a_fee_that_no_longer_fits_is_found_at_the_review() -> None:
    money = await make_money()
    store = await filled(money)
    money.world.chains.submit("ETH", money.addresses["ETH"], FRIEND, Decimal("1.7"), fee=Decimal(0))
    await store.review()
    assert form(store).error is not None
    assert form(store).error.code is ErrorCode.NOT_ENOUGH


@pytest.mark.parametrize("code", [ErrorCode.OFFLINE, ErrorCode.TIMEOUT, ErrorCode.SERVICE])
async def test_a_review_without_a_fee_stays_on_the_form(code: ErrorCode) -> None:
    money = await make_money()
    store = await filled(money)
    money.world.faults.fail_next("estimate_fee", AppError(code, Action.RETRY))
    await store.review()
    assert form(store).error is not None
    assert form(store).error.code is code
    assert not form(store).busy
    await store.review()
    assert isinstance(store.state, Reviewing)
    store.ask_pin()
    store.leave_review()
    assert isinstance(store.state, Reviewing)
    store.leave_pin()
    store.leave_review()
    assert form(store).draft.amount == "0.25"


async def test_a_wrong_pin_asks_again_and_the_right_one_sends_once() -> None:
    money = await make_money()
    store = await reviewed(money)
    store.ask_pin()
    await store.confirm(Secret("000000"))
    assert isinstance(store.state, Reviewing)
    assert store.state.asks_pin
    assert store.state.error is not None
    assert store.state.error.code is ErrorCode.WRONG_PIN
    first = store.state.order.payment.payment_id
    before = len(money.world.chains.transfers)
    await store.confirm(GOOD_PIN)
    assert isinstance(store.state, Sent)
    assert store.state.order.payment.payment_id == first
    assert len(money.world.chains.transfers) == before + 1


async def test_a_paused_pin_says_for_how_long() -> None:
    money = await make_money()
    store = await reviewed(money)
    for _ in range(5):
        await store.confirm(Secret("000000"))
    assert isinstance(store.state, Reviewing)
    assert store.state.error is not None
    assert store.state.error.code is ErrorCode.PIN_PAUSED
    assert int(str(store.state.error.params["seconds"])) > 0


@pytest.mark.parametrize(
    "code",
    [ErrorCode.OFFLINE, ErrorCode.PAYMENT_REFUSED, ErrorCode.INVALID_ADDRESS, ErrorCode.INVALID_AMOUNT],
)
async def test_a_refusal_means_nothing_was_sent_and_can_be_tried_again(code: ErrorCode) -> None:
    money = await make_money()
    store = await reviewed(money)
    first = store.state.order.payment.payment_id  # type: ignore[union-attr]
    before = len(money.world.chains.transfers)
    money.world.faults.fail_next("send", AppError(code, Action.RETRY))
    await store.confirm(GOOD_PIN)
    assert isinstance(store.state, Failed)
    assert store.state.kind is Failure.NOT_SENT
    assert store.state.error is not None
    assert store.state.error.code is code
    assert len(money.world.chains.transfers) == before
    store.try_again()
    assert form(store).ready
    await store.review()
    assert isinstance(store.state, Reviewing)
    assert store.state.order.payment.payment_id == first
    await store.confirm(GOOD_PIN)
    assert isinstance(store.state, Sent)
    assert len(money.world.chains.transfers) == before + 1


async def test_what_the_chain_never_got_is_tried_again_as_the_same_payment() -> None:
    money = await make_money()
    store = await reviewed(money)
    first = store.state.order.payment  # type: ignore[union-attr]
    before = len(money.world.chains.transfers)
    money.world.faults.lose_answer(LostAnswer.NOT_SENT)
    await store.confirm(GOOD_PIN)
    assert isinstance(store.state, Failed)
    assert store.state.kind is Failure.NOT_SENT
    store.try_again()
    await store.review()
    assert isinstance(store.state, Reviewing)
    assert store.state.order.payment == first
    await store.confirm(GOOD_PIN)
    assert isinstance(store.state, Sent)
    assert len(money.world.chains.transfers) == before + 1


async def test_another_amount_or_recipient_is_another_payment() -> None:
    money = await make_money()
    store = await reviewed(money)
    first = store.state.order.payment.payment_id  # type: ignore[union-attr]
    ids = [first]
    changes = (store.edit_amount("0.3"), store.edit_recipient(FRIEND), store.edit_recipient(STRANGER))
    for change in (*changes, store.edit_amount("0.25")):
        money.world.faults.fail_next("send", AppError(ErrorCode.PAYMENT_REFUSED))
        await store.confirm(GOOD_PIN)
        store.try_again()
        await change
        await store.review()
        assert isinstance(store.state, Reviewing)
        ids.append(store.state.order.payment.payment_id)
    assert len(set(ids)) == 3
    assert (ids[3], ids[4]) == (ids[1], first), "the same again, also after others"


async def test_a_payment_that_failed_on_chain_is_made_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    money = await make_money()
    store = await reviewed(money)
    first = store.state.order.payment.payment_id  # type: ignore[union-attr]
    monkeypatch.setattr(money.world.chains, "submit", partial(money.world.chains.submit, fails=True))
    await store.confirm(GOOD_PIN)
    assert isinstance(store.state, Failed)
    assert store.state.kind is Failure.ON_CHAIN
    store.try_again()
    await store.review()
    assert isinstance(store.state, Reviewing)
    assert store.state.order.payment.payment_id != first
