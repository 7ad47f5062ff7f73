"""Activity: all networks in one order, payments on their way on top, pages without gaps."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from decimal import Decimal

import pytest

from app.core.errors import Action, AppError, ErrorCode
from app.core.model import Payment
from app.core.model.activity import ActivityStatus
from app.gateway.demo.faults import LostAnswer
from app.stores.activity import ActivityStore
from app.stores.transaction_pages import PAGE
from tests.support.money import FRIEND, GOOD_PIN, Money, make_money


def _times(store: ActivityStore) -> list[float]:
    return [item.at.timestamp() for item in store.items if item.at]


async def test_all_networks_newest_first_without_duplicates() -> None:
    money = await make_money()
    assert len(money.activity.items) == 7
    assert {item.network.key for item in money.activity.items} == {one.key for one in money.networks.networks}
    assert _times(money.activity) == sorted(_times(money.activity), reverse=True)
    await money.activity.refresh()
    assert len({item.key for item in money.activity.items}) == 7
    assert money.activity.loaded
    assert not money.activity.more_available


async def test_one_network_failing_keeps_the_rest_and_says_so() -> None:
    money = await make_money(refresh=False)
    money.world.faults.fail_next("transactions", AppError(ErrorCode.TIMEOUT, Action.RETRY))
    await money.activity.refresh()
    assert money.activity.error is not None
    assert money.activity.error.code is ErrorCode.TIMEOUT
    assert 0 < len(money.activity.items) < 7
    assert money.activity.loaded
    await money.activity.refresh()
    assert money.activity.error is None
    assert len(money.activity.items) == 7


async def test_nothing_readable_is_not_an_empty_activity() -> None:
    money = await make_money(refresh=False)
    money.world.faults.offline = True
    await money.activity.refresh()
    assert money.activity.error is not None
    assert not money.activity.loaded


async def _lose(money: Money, became: LostAnswer) -> None:
    money.world.faults.lose_answer(became)
    with pytest.raises(AppError):
        await money.wallet.send(GOOD_PIN, Payment("p1", "ETH", FRIEND, Decimal("0.1")))


async def test_an_unknown_payment_is_on_top_until_the_chain_has_spoken() -> None:
    money = await make_money()
    await _lose(money, LostAnswer.SENT)
    money.world.faults.fail_next("resolve_payment", AppError(ErrorCode.OFFLINE, Action.RETRY))
    await money.activity.refresh()
    first = money.activity.items[0]
    # The chain already lists it as pending; either way it is one item, and on top.
    assert first.other == FRIEND
    assert not first.settled
    assert len(money.activity.items) == 8
    await money.activity.refresh()
    money.world.clock.step(30)
    await money.activity.refresh()
    assert money.activity.items[0].status is ActivityStatus.CONFIRMED
    assert len(money.activity.items) == 8
    assert money.activity.under_way == ()


async def test_a_payment_that_never_went_out_leaves_no_trace() -> None:
    money = await make_money()
    await _lose(money, LostAnswer.NOT_SENT)
    await money.activity.refresh()
    await money.activity.refresh()
    assert len(money.activity.items) == 7


async def test_a_lock_forgets_everything_and_late_answers_are_dropped() -> None:
    money = await make_money()
    money.world.faults.hold("transactions")
    late = asyncio.create_task(money.activity.refresh())
    await asyncio.sleep(0.01)
    money.lock()
    money.world.faults.release("transactions")
    await late
    assert money.activity.items == ()
    assert not money.activity.loaded


def _many(money: Money, count: int, network_key: str, *, minutes: int, days: int = 20) -> None:
    address = money.addresses[network_key]
    for number in range(count):
        money.world.chains.fund(
            network_key, address, Decimal(number + 1), ago=timedelta(days=days, minutes=number * minutes)
        )


async def test_paging_shows_no_gap_between_networks() -> None:
    money = await make_money()
    _many(money, 2 * PAGE + 5, "ETH", minutes=1)
    _many(money, PAGE + 5, "iota_rebased_mainnet", minutes=7)
    await money.activity.refresh()
    seen = len(money.activity.items)
    assert money.activity.more_available
    everything = sorted((one.at for one in money.world.chains.transfers), reverse=True)
    for _ in range(10):
        # What is shown is always the newest part of everything, with nothing left out in between.
        assert _times(money.activity) == [at.timestamp() for at in everything[: len(money.activity.items)]]
        if not money.activity.more_available:
            break
        await money.activity.more()
    assert len(money.activity.items) == 7 + 3 * PAGE + 10 > seen
    await money.activity.more()
    assert len(money.activity.items) == 7 + 3 * PAGE + 10


async def test_new_ones_join_what_was_paged_in() -> None:
    money = await make_money()
    _many(money, PAGE + 5, "ETH", minutes=1)
    await money.activity.refresh()
    await money.activity.more()
    before = len(money.activity.items)
    money.world.chains.fund("ETH", money.addresses["ETH"], Decimal(3), ago=timedelta(minutes=1))
    await money.activity.refresh()
    assert len(money.activity.items) == before + 1
    _many(money, PAGE, "ETH", minutes=0, days=0)
    await money.activity.refresh()
    assert money.activity.more_available


async def test_a_failing_page_is_said_and_can_be_asked_again() -> None:
    money = await make_money()
    _many(money, PAGE + 5, "ETH", minutes=1)
    await money.activity.refresh()
    money.world.faults.fail_next("transactions", AppError(ErrorCode.OFFLINE, Action.RETRY))
    await money.activity.more()
    assert money.activity.error is not None
    await money.activity.more()
    assert not money.activity.more_available


async def test_polling_ends_with_the_wallet() -> None:
    money = await make_money()
    polling = asyncio.create_task(money.activity.poll(0.005))
    await asyncio.sleep(0.02)
    money.lock()
    await asyncio.wait_for(polling, 1)
    assert money.activity.find("ETH", "nothing") is None
