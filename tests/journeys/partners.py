"""The exchange's partners fail in each way: every payment is taken once, every payout made once."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from decimal import Decimal
from typing import Any

from sandbox.core.faults.partners import FATE, HAND_OVER, NOTICES, ORDERS, SIGN
from tests.journeys.people import ETH, PIN, Person, World
from tests.journeys.reach import ORDER_STATUSES
from tests.journeys.swaps import ends, trader, transfer


async def _struck(world: World, **plan: Any) -> None:
    """Wait until a planned failure has struck, note it, and end it."""

    async def found() -> dict[str, Any] | None:
        return next((one for one in world.sandbox.faults.all() if one["hits"]), None)

    fault = await world.until(found, seconds=3)
    world.reached.note(f"fault {plan['partner']} {plan['kind']}")
    world.sandbox.faults.remove(fault["id"])


async def _all_paid_out(person: Person, count: int, *, seconds: float) -> Decimal:
    """Wait until all orders are over, and return the coins that were bought."""

    async def are_over() -> bool:
        orders = (await person.sdk.get_swap_list(0, 50)).orders
        return len(orders) == count and all(one.is_payed_out for one in orders)

    await person.world.until(are_over, seconds=seconds)
    orders = (await person.sdk.get_swap_list(0, 50)).orders
    assert {ORDER_STATUSES[one.status] for one in orders} == {"paid out"}
    return sum((one.outgoing_amount for one in orders), Decimal(0))


async def a_bank_that_tells_wrongly(world: World) -> None:
    person = await trader(world)
    before = await person.sdk.get_balance(PIN, network=ETH)
    deposit = await person.sdk.create_deposit_with_viviswap(PIN, network=ETH)
    for kind in ("delay", "duplicate", "swap", "drop"):
        plan = {"partner": NOTICES, "kind": kind, **({"seconds": 5} if kind == "delay" else {})}
        world.sandbox.faults.add(**plan)
        for amount in ("100", "110"):
            transfer(world, deposit, amount)
        world.passes(11)
        await _struck(world, **plan)
    # What was not told is in the statement, which is read once an hour.
    bought = await _all_paid_out(person, 8, seconds=600)
    came = await person.sdk.get_balance(PIN, network=ETH) - before
    assert abs(came - bought) <= came * Decimal("1e-6")


async def a_bank_that_does_not_answer(world: World) -> None:
    person = await trader(world)
    for number, stage in enumerate(("before", "after")):
        plan = {"partner": ORDERS, "kind": "drop", "stage": stage}
        world.sandbox.faults.add(**plan)
        sold = await person.sdk.create_withdrawal_with_viviswap(
            "0.1", PIN, payment_id=f"w-{number}", network=ETH
        )
        await _struck(world, **plan)
        await ends(person, sold.contract_id, "paid out")
    await _all_paid_out(person, 2, seconds=3)


async def nodes_that_do_not_answer(world: World) -> None:
    person = await trader(world)
    before = await person.sdk.get_balance(PIN, network=ETH)
    deposit = await person.sdk.create_deposit_with_viviswap(PIN, network=ETH)
    plans = [
        {"partner": partner, "kind": kind, **({"seconds": 0.1} if kind == "delay" else {})}
        for partner in (SIGN, HAND_OVER, FATE)
        for kind in ("drop", "delay")
    ]
    for number, plan in enumerate(plans, 1):
        world.sandbox.faults.add(**plan)
        transfer(world, deposit, "30")
        world.passes(11)
        await _struck(world, **plan)
        await _all_paid_out(person, number, seconds=3)
    bought = await _all_paid_out(person, len(plans), seconds=3)
    came = await person.sdk.get_balance(PIN, network=ETH) - before
    assert abs(came - bought) <= came * Decimal("1e-6")


USUAL: tuple[Callable[[World], Awaitable[None]], ...] = (
    a_bank_that_tells_wrongly,
    a_bank_that_does_not_answer,
    nodes_that_do_not_answer,
)
