"""The check of all money sees each kind of thing that can be wrong with coins."""

from dataclasses import replace
from decimal import Decimal

import pytest

from sandbox.services.bank.tables import BankTransfer
from sandbox.services.exchange.tables import Order
from tests.sandbox.exchange.conftest import COINS, OTHER_IBAN, open_customer
from tests.sandbox.purchases.test_purchases import ALICE, BOB, TEST_NET, open_shop


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
    assert any(shop.index in one and "shows no payment of 1.9" in one for one in found)


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


async def test_a_payout_between_two_looks_is_none(shop, monkeypatch):
    """The balance is from before the payout, the log from after it."""
    index = await shop.valid()
    await shop.commit(index, shop.pay())
    real, system = shop.chains.balance, shop.chains.address("purchases", TEST_NET)

    async def with_a_payout_behind_it(key, address):
        held = await real(key, address)
        if (key, address) == (TEST_NET, system):
            await shop.sandbox.step()
        return held

    monkeypatch.setattr(shop.chains, "balance", with_a_payout_behind_it)
    assert await problems(shop) == []
    assert await shop.status(index) in {"ProcessingOutgoing", "Completed"}
    assert shop.chains.log[TEST_NET][-1].recipient == BOB[TEST_NET]


async def test_a_refund_that_is_not_on_the_chain(shop):
    index = await shop.valid()
    await shop.commit(index, shop.pay(amount="1"))
    for _ in range(2):
        await shop.sandbox.step()
    assert await problems(shop) == []
    refund = shop.chains.log[TEST_NET].pop()
    assert refund.recipient == ALICE[TEST_NET]
    assert any("is refunded" in one and "no payment of 1" in one for one in await problems(shop))


class TestOrders:
    @pytest.fixture
    async def customer(self, sandbox):
        return await open_customer(sandbox)

    async def test_a_payout_in_coins_that_is_not_on_the_chain(self, customer):
        contract = await customer.contract("SEPA", "ETH")
        await customer.transfer(contract, "100")
        await customer.step(6)
        await customer.adds_up()
        log = customer.chains.log["ETH"]
        log[:] = [item for item in log if item.recipient != COINS["ETH"]]
        order = await customer.order()
        found = await problems(customer)
        assert any(f"Order {order['id']} is paid out, but ETH shows no payment" in one for one in found)

    async def test_a_payout_in_euros_that_the_bank_did_not_carry(self, customer):
        contract = await customer.contract("ETH", "SEPA", amount="1")
        customer.send_coins(contract, "ETH", "0.5")
        await customer.step(6)
        await customer.adds_up()
        order = await customer.order()
        with customer.sandbox.db.write() as session:
            payout = session.get_one(BankTransfer, session.get_one(Order, order["id"]).payout_id)
            payout.to_iban = OTHER_IBAN
        assert any(f"payout of order {order['id']}" in one for one in await problems(customer))

    async def test_a_transfer_that_pays_two_orders(self, customer):
        for _ in range(2):
            contract = await customer.contract("ETH", "SEPA", amount="1")
            customer.send_coins(contract, "ETH", "0.5")
        await customer.step(6)
        first, second = await customer.orders()
        with customer.sandbox.db.write() as session:
            payout = session.get_one(Order, first["id"]).payout_id
            session.get_one(Order, second["id"]).payout_id = payout
        assert any(one == f"Transfer {payout} pays 2 orders." for one in await problems(customer))

    async def test_coins_that_leave_the_address_of_a_contract_for_no_order(self, customer):
        contract = await customer.contract("ETH", "SEPA", amount="1")
        customer.send_coins(contract, "ETH", "0.5")
        await customer.step(6)
        deposit = contract["details"]["Crypto"]["deposit_address"]
        customer.chains.pay("ETH", deposit, COINS["ETH"], Decimal("0.1"))
        assert any("sent 1 payments on ETH that 0 orders explain" in one for one in await problems(customer))
