"""What became of a payment: once or not at all, and nobody is told a failure that is not certain."""

from __future__ import annotations

import asyncio
from decimal import Decimal

import pytest

from app.core.errors import Action, AppError, ErrorCode
from app.core.model import NetworkKind, Payment, PaymentState, TransactionStatus
from app.features.payments.state import (
    Editing,
    Failed,
    Failure,
    OutcomeUnknown,
    Reviewing,
    Sending,
    SendState,
    Sent,
)
from app.features.payments.store import PaymentsStore
from app.gateway.demo import chain
from app.gateway.demo.faults import LostAnswer
from tests.support.money import GOOD_PIN, STRANGER, Money, make_money


async def reviewed(money: Money) -> PaymentsStore:
    store = money.payments()
    await store.start("ETH")
    await store.edit_recipient(STRANGER)
    await store.edit_amount("0.25")
    await store.review()
    assert isinstance(store.state, Reviewing)
    return store


def sent_to_stranger(money: Money) -> int:
    return sum(one.receiver == STRANGER for one in money.world.chains.transfers)


def record(store: PaymentsStore) -> list[SendState]:
    """Every state from now on; Flet keeps listeners weakly, so the list keeps its own."""

    class States(list[SendState]):
        def note(self, sender: object, field: object) -> None:
            self.append(store.state)

    states = States()
    states.listener = states.note  # type: ignore[attr-defined]
    store.subscribe(states.listener)  # type: ignore[attr-defined]
    return states


async def test_confirming_many_times_at_once_sends_once() -> None:
    money = await make_money()
    store = await reviewed(money)
    await asyncio.gather(*(store.confirm(GOOD_PIN) for _ in range(5)))
    assert isinstance(store.state, Sent)
    assert sent_to_stranger(money) == 1
    await store.confirm(GOOD_PIN)
    assert sent_to_stranger(money) == 1


async def test_reviewing_twice_at_once_makes_one_order() -> None:
    money = await make_money()
    store = await reviewed(money)
    store.leave_review()
    await asyncio.gather(store.review(), store.review())
    assert isinstance(store.state, Reviewing)


async def test_a_cancelled_task_is_not_a_cancelled_payment() -> None:
    money = await make_money()
    store = await reviewed(money)
    money.world.faults.hold("send")
    task = asyncio.create_task(store.confirm(GOOD_PIN))
    await asyncio.sleep(0.01)
    assert isinstance(store.state, Sending)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert isinstance(store.state, OutcomeUnknown)
    await store.confirm(GOOD_PIN)
    money.world.faults.release("send")
    await asyncio.sleep(0.01)
    assert sent_to_stranger(money) == 1
    await money.activity.refresh()
    assert money.activity.items[0].other == STRANGER


async def test_a_lost_answer_is_unknown_and_then_found_on_the_chain() -> None:
    money = await make_money()
    store = await reviewed(money)
    states = record(store)
    money.world.faults.lose_answer(LostAnswer.SENT)
    await store.confirm(GOOD_PIN)
    assert [type(state) for state in states[:2]] == [Sending, OutcomeUnknown]
    assert isinstance(store.state, Sent)
    assert store.state.ended is not None
    assert sent_to_stranger(money) == 1


async def test_a_lost_answer_of_a_payment_that_never_went_out() -> None:
    money = await make_money()
    store = await reviewed(money)
    states = record(store)
    money.world.faults.lose_answer(LostAnswer.NOT_SENT)
    await store.confirm(GOOD_PIN)
    assert OutcomeUnknown in {type(state) for state in states}
    assert isinstance(store.state, Failed)
    assert store.state.kind is Failure.NOT_SENT
    assert sent_to_stranger(money) == 0


@pytest.mark.parametrize(
    "code", [ErrorCode.TIMEOUT, ErrorCode.SERVICE, ErrorCode.INTERNAL, ErrorCode.STORAGE]
)
async def test_an_unexpected_error_is_never_taken_for_a_failure(code: ErrorCode) -> None:
    money = await make_money()
    store = await reviewed(money)
    states = record(store)
    money.world.faults.fail_next("send", AppError(code))
    await store.confirm(GOOD_PIN)
    assert OutcomeUnknown in {type(state) for state in states}


async def test_an_unknown_outcome_stays_unknown_while_nobody_answers() -> None:
    money = await make_money()
    store = await reviewed(money)
    money.world.faults.lose_answer(LostAnswer.SENT)
    money.world.faults.fail_next("resolve_payment", AppError(ErrorCode.OFFLINE, Action.RETRY), times=10**6)
    following = asyncio.create_task(store.confirm(GOOD_PIN))
    await asyncio.sleep(0.02)
    assert isinstance(store.state, OutcomeUnknown)
    store.close()
    await asyncio.wait_for(following, 1)
    assert isinstance(store.state, OutcomeUnknown)


async def test_a_payment_that_was_never_journalled_was_not_sent() -> None:
    money = await make_money()
    store = await reviewed(money)

    async def broken(pin: object, payment: Payment, max_fee: Decimal) -> str:
        raise RuntimeError("before anything was written")

    money.wallet.send = broken  # type: ignore[method-assign, assignment]
    await store.confirm(GOOD_PIN)
    assert isinstance(store.state, Failed)
    assert store.state.kind is Failure.NOT_SENT


async def test_a_failure_on_the_chain_costs_the_fee_and_says_so() -> None:
    money = await make_money()
    store = await reviewed(money)
    submit = money.world.chains.submit

    def failing(*args: object, **kwargs: object) -> str:
        return submit(*args, **kwargs, fails=True)  # type: ignore[arg-type]

    money.world.chains.submit = failing  # type: ignore[method-assign]
    await store.confirm(GOOD_PIN)
    assert isinstance(store.state, Failed)
    assert store.state.kind is Failure.ON_CHAIN
    assert store.state.tx_id is not None
    assert money.world.chains.status(money.world.chains.transfers[-1]) is TransactionStatus.FAILED


async def test_an_open_question_blocks_a_second_payment_to_the_same_person() -> None:
    money = await make_money()
    first = await reviewed(money)
    entry = first.state.order.payment  # type: ignore[union-attr]
    money.world.faults.lose_answer(LostAnswer.NOT_SENT)
    with pytest.raises(AppError):
        await money.wallet.send(GOOD_PIN, entry)
    money.world.faults.fail_next("resolve_payment", AppError(ErrorCode.OFFLINE, Action.RETRY))
    await money.activity.refresh()
    second = money.payments()
    await second.start("ETH", STRANGER)
    await second.edit_amount("0.25")
    await second.review()
    assert isinstance(second.state, Editing)
    assert second.state.error is not None
    assert second.state.error.code is ErrorCode.OUTCOME_UNKNOWN
    await money.activity.refresh()
    await second.review()
    assert isinstance(second.state, Reviewing)
    assert (await money.wallet.resolve_payment(entry.payment_id)).state is PaymentState.NOT_SENT


async def test_without_a_wallet_nothing_is_sent() -> None:
    money = await make_money()
    store = await reviewed(money)
    money.lock()
    await store.confirm(GOOD_PIN)
    assert isinstance(store.state, Reviewing)
    assert sent_to_stranger(money) == 0


async def test_a_fee_above_twice_what_was_shown_is_asked_about_and_keeps_the_id(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    money = await make_money()
    store = await reviewed(money)
    first = store.state.order  # type: ignore[union-attr]
    risen = (first.fee.likely, first.fee.at_most * 2 + Decimal("0.000001"))
    monkeypatch.setitem(chain._FEES, NetworkKind.EVM, risen)
    await store.confirm(GOOD_PIN)
    assert isinstance(store.state, Failed)
    assert (store.state.kind, store.state.fee_risen) == (Failure.NOT_SENT, True)
    assert sent_to_stranger(money) == 0
    await store.see_again()
    assert isinstance(store.state, Reviewing)
    assert store.state.order.payment == first.payment
    assert store.state.order.fee.at_most == risen[1]
    await store.confirm(GOOD_PIN)
    assert isinstance(store.state, Sent)
    assert sent_to_stranger(money) == 1


async def test_a_fee_of_up_to_twice_what_was_shown_is_paid(monkeypatch: pytest.MonkeyPatch) -> None:
    money = await make_money()
    store = await reviewed(money)
    fee = store.state.order.fee  # type: ignore[union-attr]
    monkeypatch.setitem(chain._FEES, NetworkKind.EVM, (fee.likely, fee.at_most * 2))
    await store.confirm(GOOD_PIN)
    assert isinstance(store.state, Sent)


async def test_after_another_refusal_the_form_is_next() -> None:
    money = await make_money()
    store = await reviewed(money)
    money.world.faults.fail_next("send", AppError(ErrorCode.PAYMENT_REFUSED))
    await store.confirm(GOOD_PIN)
    await store.see_again()
    assert isinstance(store.state, Editing)
