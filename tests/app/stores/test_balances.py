"""Balances: one failure hides nothing else, ages are true, a lock forgets everything."""

from __future__ import annotations

import asyncio
from decimal import Decimal

from app.core.errors import Action, AppError, ErrorCode
from app.stores.balances import BalancesStore
from app.stores.networks import NetworksStore
from tests.support.money import make_money

OFFLINE = AppError(ErrorCode.OFFLINE, Action.RETRY)


async def test_positions_with_worth_and_total() -> None:
    money = await make_money()
    eth = money.balances.position("ETH")
    assert eth is not None
    assert eth.amount is not None
    assert eth.eur == (eth.amount * Decimal("2449.10")).quantize(Decimal("0.01"))
    assert [one.network.is_testnet for one in money.balances.positions] == [False, False, False, True]
    assert money.balances.total_eur == sum(one.eur for one in money.balances.positions if one.eur)
    assert not money.balances.offline


async def test_one_network_failing_does_not_hide_the_others() -> None:
    money = await make_money()
    before = money.balances.position("ETH")
    money.world.faults.fail_next("balance", AppError(ErrorCode.SERVICE, Action.RETRY, status=500))
    money.world.clock.step(60)
    await money.balances.refresh()
    first, *rest = money.balances.positions
    assert first.stale
    assert first.error is not None
    assert first.error.code is ErrorCode.SERVICE
    assert first.amount is not None
    assert all(not one.stale and one.error is None for one in rest)
    assert not money.balances.offline
    assert before is not None
    assert first.as_of == before.as_of
    assert money.balances.as_of == before.as_of


async def test_offline_keeps_the_figures_with_their_age() -> None:
    money = await make_money()
    total, as_of = money.balances.total_eur, money.balances.as_of
    money.world.faults.offline = True
    money.world.clock.step(7200)
    await money.balances.refresh()
    assert money.balances.offline
    assert money.balances.total_eur == total
    assert money.balances.as_of == as_of
    assert all(one.stale for one in money.balances.positions)
    money.world.faults.offline = False
    await money.balances.refresh()
    assert not money.balances.offline
    assert money.balances.as_of == money.world.clock.now()


async def test_a_start_without_a_connection_shows_the_last_known_figures() -> None:
    money = await make_money()
    total = money.balances.total_eur
    money.world.faults.offline = True
    again = BalancesStore(lambda: money.wallet, money.networks, money.world.clock.now)
    await again.refresh()
    assert again.loaded
    assert again.total_eur == total
    assert all(one.stale and one.error is not None for one in again.positions)


async def test_unreadable_kept_figures_are_ignored() -> None:
    money = await make_money()
    await money.wallet.save("positions", b"\xff not json")
    again = BalancesStore(lambda: money.wallet, money.networks, money.world.clock.now)
    await again.refresh()
    assert again.total_eur == money.balances.total_eur


async def test_a_missing_rate_hides_the_worth_and_not_the_amount() -> None:
    money = await make_money(refresh=False)
    money.world.end_session("alice")
    await money.balances.refresh()
    assert all(one.amount is not None and one.eur is None for one in money.balances.positions)
    assert money.balances.total_eur is None
    assert all(one.error is None for one in money.balances.positions)


async def test_one_refresh_at_a_time() -> None:
    money = await make_money()
    money.world.faults.calls.clear()
    money.world.faults.hold("balance")
    runs = [asyncio.create_task(money.balances.refresh()) for _ in range(3)]
    await asyncio.sleep(0.01)
    assert not runs[0].done()
    runs[0].cancel()
    money.world.faults.release("balance")
    await asyncio.gather(*runs[1:])
    assert money.world.faults.calls.count("balance") == 4


async def test_a_lock_forgets_everything_and_late_answers_are_dropped() -> None:
    money = await make_money()
    money.world.faults.hold("balance")
    late = asyncio.create_task(money.balances.refresh())
    await asyncio.sleep(0.01)
    money.lock()
    money.world.faults.release("balance")
    await late
    assert money.balances.positions == ()
    assert money.balances.total_eur is None
    assert not money.balances.loaded
    assert money.networks.networks == ()


async def test_polling_ends_with_the_wallet_and_rests_out_of_sight() -> None:
    money = await make_money()
    money.balances.set_visible(False)
    money.world.faults.calls.clear()
    polling = asyncio.create_task(money.balances.poll(0.005))
    await asyncio.sleep(0.02)
    assert "balance" not in money.world.faults.calls
    money.balances.set_visible(True)
    await asyncio.sleep(0.05)
    assert "balance" in money.world.faults.calls
    money.lock()
    await asyncio.wait_for(polling, 1)


async def test_one_network_can_be_read_alone() -> None:
    money = await make_money()
    before = money.balances.position("ETH")
    money.world.chains.fund("ETH", money.addresses["ETH"], Decimal(1))
    money.world.clock.step(60)
    money.world.faults.calls.clear()
    await money.balances.refresh_one("ETH")
    after = money.balances.position("ETH")
    assert before is not None
    assert before.amount is not None
    assert after is not None
    assert after.amount == before.amount + 1
    assert money.world.faults.calls.count("balance") == 1


async def test_no_networks_and_no_connection_is_offline() -> None:
    money = await make_money(refresh=False)
    money.world.faults.fail_next("networks", OFFLINE)
    networks = NetworksStore(lambda: money.wallet)
    store = BalancesStore(lambda: money.wallet, networks)
    await store.refresh()
    assert store.error is OFFLINE
    assert store.offline
    await store.refresh()
    assert store.error is None
    assert not store.offline


async def test_a_bug_in_a_gateway_becomes_an_error_with_a_reference(monkeypatch: object) -> None:
    money = await make_money()

    async def broken(network_key: str) -> object:
        raise ZeroDivisionError("secret words")

    money.wallet.balance = broken  # type: ignore[method-assign, assignment]
    await money.balances.refresh()
    errors = {one.error.code for one in money.balances.positions if one.error}
    assert errors == {ErrorCode.INTERNAL}
