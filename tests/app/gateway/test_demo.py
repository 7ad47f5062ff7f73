"""What the demo offers beyond the contract: faults, its clock and its scenarios."""

from __future__ import annotations

import asyncio
from decimal import Decimal

import pytest

from app.core.errors import AppError, ErrorCode
from app.core.model import Direction, Payment, PaymentState, TransactionStatus
from app.core.secret import Secret
from app.gateway.demo import DemoClock, DemoGateway, DemoWorld, LostAnswer, scenarios
from app.gateway.demo.wallet import DemoWallet

PIN = Secret(scenarios.PIN)
STRANGER = "0x90F79bf6EB2c4f870365E785982E1f101E93b906"


@pytest.fixture
async def gateway() -> DemoGateway:
    made = DemoGateway(DemoWorld(DemoClock(running=False)))
    await scenarios.play(made, "funded")
    return made


@pytest.fixture
async def wallet(gateway: DemoGateway) -> DemoWallet:
    return await (await gateway.open_stored("alice")).unlock(PIN)


def order(number: int = 1) -> Payment:
    return Payment(f"p{number}", "ETH", STRANGER, Decimal("0.1"))


async def test_a_planned_failure_comes_once(gateway: DemoGateway, wallet: DemoWallet) -> None:
    gateway.world.faults.fail_next("balance", AppError(ErrorCode.TIMEOUT))
    with pytest.raises(AppError) as caught:
        await wallet.balance("ETH")
    assert caught.value.code is ErrorCode.TIMEOUT
    assert (await wallet.balance("ETH")).amount > 1


async def test_a_held_call_waits(gateway: DemoGateway, wallet: DemoWallet) -> None:
    gateway.world.faults.hold("balance")
    asked = asyncio.create_task(wallet.balance("ETH"))
    await asyncio.sleep(0.02)
    assert not asked.done()
    gateway.world.faults.release("balance")
    assert (await asked).amount > 1


async def test_a_payment_confirms_as_the_clock_goes_on(gateway: DemoGateway, wallet: DemoWallet) -> None:
    tx_id = await wallet.send(PIN, order())
    (pending,) = await wallet.pending_payments()
    assert (pending.state, pending.tx_id) == (PaymentState.SUBMITTED, tx_id)
    seen = await wallet.transaction("ETH", tx_id)
    assert (seen.status, seen.at) == (TransactionStatus.PENDING, None)
    gateway.world.clock.step(6)
    assert await wallet.pending_payments() == ()
    assert (await wallet.transaction("ETH", tx_id)).status is TransactionStatus.CONFIRMED


@pytest.mark.parametrize(
    ("became", "end"),
    [(LostAnswer.SENT, PaymentState.CONFIRMED), (LostAnswer.NOT_SENT, PaymentState.NOT_SENT)],
)
async def test_a_lost_answer_is_resolved(
    gateway: DemoGateway, wallet: DemoWallet, became: LostAnswer, end: PaymentState
) -> None:
    before = (await wallet.balance("ETH")).amount
    gateway.world.faults.lose_answer(became)
    for _ in range(2):
        with pytest.raises(AppError) as caught:
            await wallet.send(PIN, order())
        assert caught.value.code is ErrorCode.OUTCOME_UNKNOWN
    (pending,) = await wallet.pending_payments()
    assert pending.state is PaymentState.UNKNOWN
    gateway.world.clock.step(6)
    assert (await wallet.resolve_payment("p1")).state is end
    moved = before - (await wallet.balance("ETH")).amount
    assert (moved >= Decimal("0.1")) is (became is LostAnswer.SENT)
    assert moved < Decimal("0.2")


async def test_a_failed_transfer_costs_only_the_fee(gateway: DemoGateway, wallet: DemoWallet) -> None:
    mine, before = await wallet.address("ETH"), (await wallet.balance("ETH")).amount
    fee = Decimal("0.001")
    tx_id = gateway.world.chains.submit("ETH", mine, STRANGER, Decimal(1), fee=fee, fails=True)
    gateway.world.clock.step(6)
    assert (await wallet.balance("ETH")).amount == before - fee
    assert (await wallet.transaction("ETH", tx_id)).status is TransactionStatus.FAILED


async def test_a_damaged_vault_says_so(gateway: DemoGateway) -> None:
    gateway.device.vaults["alice"].damaged = True
    account = await gateway.open_stored("alice")
    with pytest.raises(AppError) as caught:
        await account.unlock(PIN)
    assert caught.value.code is ErrorCode.STORAGE_DAMAGED


@pytest.mark.parametrize("scenario", scenarios.SCENARIOS)
async def test_scenarios(scenario: str) -> None:
    gateway = DemoGateway()
    await scenarios.play(gateway, scenario)
    accounts = gateway.accounts()
    assert [account.has_wallet for account in accounts] == ([] if scenario == "fresh" else [True])
    if scenario == "funded":
        wallet = await (await gateway.open_stored("alice")).unlock(PIN)
        for network in await wallet.networks():
            assert (await wallet.balance(network.key)).amount > 0
            assert await wallet.transactions(network.key, 0, 10)


async def test_the_long_scenario_has_more_than_a_screen_and_every_end() -> None:
    gateway = DemoGateway()
    await scenarios.play(gateway, "long")
    wallet = await (await gateway.open_stored("alice")).unlock(PIN)
    seen = await wallet.transactions("ETH", 0, 1000)
    assert len(seen) > 500
    assert {one.status for one in seen} == {TransactionStatus.CONFIRMED, TransactionStatus.FAILED}
    assert {one.direction for one in seen} == set(Direction)
    assert (await wallet.balance("ETH")).amount > 0
