"""Lists are newest first, also of what was made while the clock stood still."""

from tests.sandbox.exchange.conftest import IBAN, open_customer
from tests.sandbox.purchases.test_purchases import open_shop

COUNT = 6


async def test_purchases(sandbox):
    shop = await open_shop(sandbox)
    made = [(await shop.create()).json()["index"] for _ in range(COUNT)]
    assert [one["index"] for one in await shop.listed()] == made[::-1]
    desk = (await sandbox.http.get("/_sandbox/purchases")).json()["purchases"]
    assert [one["id"] for one in desk] == made[::-1]
    assert {one["created_at"] for one in desk} == {"2026-03-01T12:00:00.000Z"}


async def test_transfers_contracts_and_orders(sandbox):
    customer = await open_customer(sandbox)
    contracts = [await customer.contract("SEPA", "ETH") for _ in range(COUNT)]
    names = [contract["id"] for contract in contracts]
    assert [one["contract_id"] for one in await customer.orders()] == names[::-1]
    listed = (await customer.call("GET", "/contracts")).json()["contracts"]
    assert [one["id"] for one in listed] == names[::-1]
    sent = [(await customer.transfer(contracts[0], f"{25 + n}"))["id"] for n in range(COUNT)]
    transfers = (await customer.desk("GET", f"/bank/accounts/{IBAN}/statement"))["transfers"]
    assert [one["id"] for one in transfers] == sent[::-1]
    await customer.step()
    paid = [one["incoming_amount"] for one in await customer.orders()][: COUNT - 1]
    assert paid == [float(25 + n) for n in range(COUNT - 1, 0, -1)]


async def test_a_clock_that_is_set_back_lists_by_what_it_shows(sandbox):
    shop = await open_shop(sandbox)
    first = (await shop.create()).json()["index"]
    sandbox.clock.advance(-60)
    second = (await shop.create()).json()["index"]
    assert [one["index"] for one in await shop.listed()] == [first, second]
