"""The check of all money sees each kind of thing that can be wrong with coins."""

from dataclasses import replace
from decimal import Decimal

import pytest

from tests.sandbox.purchases.test_purchases import BOB, TEST_NET, open_shop


@pytest.fixture
async def shop(sandbox):
    """A shop after one purchase that is complete."""
    shop = await open_shop(sandbox)
    shop.index = await shop.valid()
    await shop.commit(shop.index, shop.pay())
    for _ in range(3):
        await sandbox.step()
    assert await shop.status(shop.index) == "Completed"
    assert await problems(shop) == []
    return shop


async def problems(shop):
    return (await shop.sandbox.http.get("/_sandbox/ledger/check")).json()["problems"]


def payout(shop):
    log = shop.chains.log[TEST_NET]
    return next(number for number, item in enumerate(log) if item.recipient == BOB[TEST_NET])


async def test_a_payout_that_is_not_on_the_chain(shop):
    del shop.chains.log[TEST_NET][payout(shop)]
    found = await problems(shop)
    assert any(shop.index in one and "shows no payout of 1.9" in one for one in found)


async def test_a_payout_of_another_amount(shop):
    log, place = shop.chains.log[TEST_NET], payout(shop)
    log[place] = replace(log[place], amount=Decimal("1.8"))
    assert any(f"purchase {shop.index} owed 1.9" in one for one in await problems(shop))


async def test_a_payout_that_nobody_owes(shop):
    system = shop.chains.address("purchases", TEST_NET)
    shop.chains.pay(TEST_NET, system, BOB[TEST_NET], Decimal("0.1"))
    assert any("purchases sent 1 payments" in one for one in await problems(shop))


async def test_coins_from_nowhere(shop, monkeypatch):
    real = shop.chains.balance

    async def more(key, address):
        return await real(key, address) + (key == TEST_NET)

    monkeypatch.setattr(shop.chains, "balance", more)
    assert any("1 more than came to it" in one for one in await problems(shop))
