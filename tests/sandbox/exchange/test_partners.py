"""The exchange's partners fail: notices get lost, repeat and change places, nobody answers."""

import random
from decimal import Decimal

import pytest

from .conftest import COINS, IBAN, OTHER_IBAN

PENDING, REFUNDED, DONE = 0, 2, 4
AN_HOUR = 3601


async def plan(customer, **members):
    return await customer.desk("POST", "/faults", 201, json=members)


async def coins(customer, key):
    return await customer.chains.balance({"IOTA": "iota_rebased_testnet", "ETH": "ETH"}[key], COINS[key])


async def bought(customer, amounts):
    """Contracts with a transfer for each; the statement has just been read."""
    contracts = [await customer.contract("SEPA", "ETH") for _ in amounts]
    await customer.step()
    for contract, amount in zip(contracts, amounts, strict=True):
        await customer.transfer(contract, amount)
        customer.sandbox.clock.advance(1)
    return contracts


async def paid_for(customer):
    """What became of each order: its status and what came in for it."""
    return sorted((order["status"], order["incoming_amount"]) for order in await customer.orders())


async def hits(customer):
    return [fault["hits"] for fault in (await customer.desk("GET", "/faults", 200))["faults"]]


class TestNotices:
    async def test_one_that_repeats_counts_once(self, customer):
        await plan(customer, partner="bank.notices", kind="duplicate")
        await bought(customer, ["100", "200"])
        await customer.step(8)
        assert await hits(customer) == [2]
        assert await paid_for(customer) == [(DONE, 100.0), (DONE, 200.0)]

    async def test_one_without_a_contract_is_sent_back_once(self, customer):
        await plan(customer, partner="bank.notices", kind="duplicate")
        (contract,) = await bought(customer, ["100"])
        await customer.transfer(contract, "55", reference="rent", from_iban=OTHER_IBAN)
        await customer.step(8)
        assert await customer.balance(OTHER_IBAN) == "55.00"
        await customer.step(2, AN_HOUR)
        assert await customer.balance(OTHER_IBAN) == "55.00"

    async def test_two_that_change_places(self, customer):
        await plan(customer, partner="bank.notices", kind="swap", count=1)
        await bought(customer, ["100", "200"])
        await customer.step()
        taken = {order["incoming_amount"]: order["status"] for order in await customer.orders()}
        assert taken.keys() == {25.0, 200.0}
        await customer.step(8)
        assert await paid_for(customer) == [(DONE, 100.0), (DONE, 200.0)]

    async def test_one_that_is_lost_is_found_in_the_statement(self, customer):
        await plan(customer, partner="bank.notices", kind="drop", count=1)
        await bought(customer, ["100", "200"])
        await customer.step(8)
        assert await paid_for(customer) == [(PENDING, 25.0), (DONE, 200.0)]
        await customer.step(1, AN_HOUR)
        await customer.step(6)
        assert await paid_for(customer) == [(DONE, 100.0), (DONE, 200.0)]

    async def test_one_that_comes_after_the_statement_changes_nothing(self, customer):
        await plan(customer, partner="bank.notices", kind="delay", seconds=2 * AN_HOUR, count=1)
        await bought(customer, ["100"])
        await customer.step(4)
        assert await paid_for(customer) == [(PENDING, 25.0)]
        await customer.step(1, AN_HOUR)
        await customer.step(6)
        assert await paid_for(customer) == [(DONE, 100.0)]
        before = await coins(customer, "ETH")
        await customer.step(3, AN_HOUR)
        assert (await paid_for(customer), await coins(customer, "ETH")) == ([(DONE, 100.0)], before)

    async def test_a_late_notice_does_not_make_the_payment_late(self, customer):
        """A contract that ended meanwhile: the money was there in time."""
        contract = await customer.contract("SEPA", "ETH")
        await customer.step()
        await plan(customer, partner="bank.notices", kind="delay", seconds=1000, count=1)
        await customer.transfer(contract, "100")
        await customer.step(2)
        await customer.call("DELETE", f"/contracts/{contract['id']}")
        await customer.step(1, 1100)
        await customer.step(6)
        assert (await customer.orders())[0]["status"] == DONE

    async def test_what_is_held_back_is_forgotten_when_all_failures_end(self, customer):
        await plan(customer, partner="bank.notices", kind="delay", seconds=10_000)
        await bought(customer, ["100"])
        await customer.step(2)
        await customer.desk("DELETE", "/faults", 204)
        await customer.step(8)
        assert await paid_for(customer) == [(DONE, 100.0)]


class TestOrders:
    @pytest.mark.parametrize("stage", ["before", "after"])
    async def test_a_payout_that_the_bank_does_not_answer(self, customer, stage):
        await plan(customer, partner="bank.orders", kind="drop", stage=stage, count=2)
        contract = await customer.contract("ETH", "SEPA", amount="0.1")
        customer.send_coins(contract, "ETH", "0.1")
        await customer.step(10)
        order = await customer.order()
        assert order["status"] == DONE
        assert float(await customer.balance(IBAN)) == pytest.approx(order["outgoing_amount"], abs=0.005)

    @pytest.mark.parametrize("stage", ["before", "after"])
    async def test_a_refund_that_the_bank_does_not_answer(self, customer, stage):
        contract = await customer.contract("SEPA", "ETH")
        await plan(customer, partner="bank.orders", kind="drop", stage=stage, count=2)
        await customer.transfer(contract, "100", from_iban=OTHER_IBAN)
        await customer.transfer(contract, "40", from_iban=OTHER_IBAN, reference="rent")
        await customer.step(10)
        assert await hits(customer) == []
        assert REFUNDED in {order["status"] for order in await customer.orders()}
        assert await customer.balance(OTHER_IBAN) == "140.00"

    async def test_one_order_does_not_hold_up_another(self, customer):
        first = await customer.contract("ETH", "SEPA", amount="0.1")
        second = await customer.contract("IOTA", "SEPA", amount="500")
        await plan(customer, partner="bank.orders", kind="drop", count=1)
        customer.send_coins(first, "ETH", "0.1")
        customer.send_coins(second, "IOTA", "500")
        await customer.step(10)
        assert await hits(customer) == []
        assert [order["status"] for order in await customer.orders()] == [DONE, DONE]


class TestNodes:
    @pytest.mark.parametrize("stage", ["before", "after"])
    @pytest.mark.parametrize("partner", ["chain.sign", "chain.hand_over", "chain.fate", "chain.*"])
    async def test_coins_are_paid_once(self, customer, partner, stage):
        await plan(customer, partner=partner, kind="drop", stage=stage, count=3)
        contract = await customer.contract("SEPA", "ETH")
        await customer.transfer(contract, "100")
        await customer.step(12)
        order = await customer.order()
        assert order["status"] == DONE
        assert float(await coins(customer, "ETH")) == order["outgoing_amount"]

    async def test_purchases_too(self, customer):
        sandbox, network = customer.sandbox, "iota_rebased_testnet"
        bob = await sandbox.user("bob")
        for headers, address in ((customer.headers, COINS["IOTA"]), (bob, "0x" + "b0" * 32)):
            path = f"/api/user/address?network_key={network}"
            await sandbox.http.put(path, json={"address": address}, headers=headers)
        body = {"amount": "2", "receiver": "bob", "network_key": network}
        created = await sandbox.http.post("/api/transactions/create", json=body, headers=customer.headers)
        index = created.json()["index"]
        await sandbox.step()
        details = f"/api/transactions/details?index={index}"
        system = (await sandbox.http.get(details, headers=customer.headers)).json()["system_address"]
        await plan(customer, partner="chain.*", kind="drop", stage="after", count=4)
        tx_id = sandbox.chains.pay(network, COINS["IOTA"], system, Decimal(2))
        commit = {"index": index, "transaction_id": tx_id}
        await sandbox.http.post("/api/transactions/commit", json=commit, headers=customer.headers)
        for _ in range(12):
            await sandbox.step()
        assert (await sandbox.http.get(details, headers=customer.headers)).json()["status"] == "Completed"
        assert await sandbox.chains.balance(network, "0x" + "b0" * 32) == Decimal("1.9")


@pytest.mark.parametrize("seed", range(4))
async def test_everything_at_once_and_the_money_is_right(customer, seed):
    chance = random.Random(seed)
    contract = await customer.contract("SEPA", "ETH")
    await customer.step()
    for kind in ("drop", "duplicate", "swap", "delay"):
        await plan(customer, partner="bank.notices", kind=kind, probability=0.3, seed=f"{seed}", seconds=40)
    for stage in ("before", "after"):
        await plan(customer, partner="*", kind="drop", stage=stage, probability=0.2, seed=f"{seed}")
    amounts = [chance.randint(25, 60) for _ in range(8)]
    for amount in amounts:
        await customer.transfer(contract, str(amount))
        await customer.step(chance.randint(0, 2))
    await customer.transfer(contract, "70", from_iban=OTHER_IBAN, reference="rent")
    await customer.step(6)
    await customer.desk("DELETE", "/faults", 204)
    await customer.step(1, AN_HOUR)
    await customer.step(10)
    orders = await customer.orders()
    assert {order["status"] for order in orders} == {DONE}
    assert sorted(order["incoming_amount"] for order in orders) == sorted(map(float, amounts))
    paid = sum(order["outgoing_amount"] for order in orders)
    assert float(await coins(customer, "ETH")) == pytest.approx(paid, abs=1e-6)
    assert await customer.balance(OTHER_IBAN) == "70.00"


@pytest.mark.parametrize(
    ("members", "told"),
    [
        ({"partner": "bank.notice", "kind": "drop"}, "Did you mean `bank.notices`?"),
        (
            {"partner": "bank.notices", "kind": "status"},
            "bank.notices can fail by delay, drop, duplicate, swap",
        ),
        ({"partner": "*", "kind": "delay"}, "bank.orders can fail by drop, not by delay"),
        ({"partner": "bank.orders", "kind": "drop", "path": "/x"}, "`partner` goes without `path`"),
        ({"partner": "chain.sign", "kind": "delay", "seconds": 601}, "`seconds` may be 600 at most"),
    ],
)
async def test_what_cannot_be_planned(sandbox, members, told):
    answer = await sandbox.http.post("/_sandbox/faults", json=members)
    assert answer.status_code == 422
    assert told in answer.json()["detail"]


async def test_no_http_call_is_struck_by_it(sandbox):
    body = {"partner": "*", "kind": "drop"}
    assert (await sandbox.http.post("/_sandbox/faults", json=body)).status_code == 201
    assert (await sandbox.http.get("/api/kyc/check-status")).status_code == 401
    assert (await sandbox.http.get("/_sandbox/faults")).json()["faults"][0]["partner"] == "*"
