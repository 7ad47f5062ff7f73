"""The chart tells the truth or nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from app.features.home.history import SAMPLES, History, balance_history
from app.features.home.state import by_worth, shares
from tests.support.money import FRIEND, Money, make_money


def history(money: Money, complete: bool = True) -> History | None:
    return balance_history(
        money.balances.positions, money.activity.items, complete=complete, now=money.world.clock.now()
    )


async def test_it_ends_at_the_total_and_begins_at_nothing() -> None:
    money = await make_money()
    found = history(money)
    assert found is not None
    now = money.world.clock.now()
    assert found.at(found.began - timedelta(seconds=1)) == 0
    total = money.balances.total_eur
    assert total is not None
    assert abs(found.at(now) - total) <= Decimal("0.05")
    samples = found.sampled(now - timedelta(days=30), now)
    assert len(samples) == SAMPLES
    assert samples[0] == 0
    assert samples[-1] == found.at(now)


async def test_money_that_the_activity_does_not_explain_leaves_it_out() -> None:
    money = await make_money()
    first, *rest = money.balances.positions
    assert first.amount is not None
    money.balances.positions = (replace(first, amount=first.amount + Decimal("0.000001")), *rest)
    assert history(money) is None


async def test_activity_that_is_read_before_the_balances_leaves_it_out() -> None:
    money = await make_money()
    money.balances.positions = money.balances.positions[:1]
    assert history(money) is None
    money.balances.positions = ()
    assert history(money) is None


async def test_unread_pages_or_an_unread_rate_leave_it_out() -> None:
    money = await make_money()
    assert history(money, complete=False) is None
    first, *rest = money.balances.positions
    money.balances.positions = (replace(first, rate=None), *rest)
    assert history(money) is None


async def test_too_little_history_leaves_it_out() -> None:
    money = await make_money("locked")
    assert history(money) is None
    money.world.chains.fund("ETH", money.addresses["ETH"], Decimal(1))
    money.world.clock.step(30)
    await money.balances.refresh()
    await money.activity.refresh()
    assert history(money) is None


async def test_failed_payments_cost_their_fee() -> None:
    money = await make_money()
    money.pay("ETH", FRIEND, "0.5", fails=True)
    money.pay("EURX", FRIEND, "10")
    await money.balances.refresh()
    await money.activity.refresh()
    assert history(money) is not None


async def test_shares_add_up_and_order_by_worth() -> None:
    money = await make_money()
    parts = shares(money.balances.positions)
    assert sum(part for _, part in parts).quantize(Decimal("1e-9")) == 1
    assert [one for one, _ in parts] == list(by_worth(money.balances.positions))[: len(parts)]
    assert shares(()) == ()
