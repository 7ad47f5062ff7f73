"""Whatever people, chains and banks do in whatever order: no money is lost, made or paid twice."""

import random
from decimal import Decimal

import pytest

from .conftest import COINS, IBAN, NETWORKS, OTHER_IBAN

CANCELLED, REFUNDED, FAILED, DONE = 1, 2, 3, 4
AMOUNTS = ("10", "25", "100", "699", "5000", "14000", "20000")
COIN_AMOUNTS = {"IOTA": ("0.5", "5", "500", "5000"), "ETH": ("0.0005", "0.01", "0.5", "20")}


class Walk:
    def __init__(self, customer, seed):
        self.customer, self.chance = customer, random.Random(seed)
        self.contracts = []
        self.sent = dict.fromkeys(NETWORKS, Decimal(0))

    async def agree(self):
        key = self.chance.choice(list(NETWORKS))
        keys = self.chance.choice([("SEPA", key), (key, "SEPA")])
        self.contracts.append((keys, await self.customer.contract(*keys)))

    async def pay(self):
        if not self.contracts:
            return
        (incoming, _), contract = self.chance.choice(self.contracts)
        if incoming == "SEPA":
            changes = self.chance.choice(
                [{}, {}, {}, {"from_iban": OTHER_IBAN}, {"reference": "x"}, {"instant": False}]
            )
            await self.customer.transfer(contract, self.chance.choice(AMOUNTS), **changes)
        else:
            amount = self.chance.choice(COIN_AMOUNTS[incoming])
            self.customer.send_coins(contract, incoming, amount)
            self.sent[incoming] += Decimal(amount)

    async def end(self):
        if self.contracts and self.chance.random() < 0.3:
            _, contract = self.contracts.pop(self.chance.randrange(len(self.contracts)))
            await self.customer.call("DELETE", f"/contracts/{contract['id']}")

    async def rates(self):
        body = self.chance.choice(
            [{"mode": "live"}, {"mode": "missing"}, {"mode": "stale"}, {"mode": "fixed", "rate": "2"}]
        )
        await self.customer.desk(
            "PUT", f"/rates/{self.chance.choice(list(NETWORKS.values()))}", 200, json=body
        )

    async def trouble(self):
        chains = self.customer.chains
        chains.refuse = self.chance.choice([None, None, "not today"])
        chains.lose_next_answer = self.chance.random() < 0.5

    async def wait(self):
        try:
            await self.customer.step(seconds=self.chance.choice([0, 1, 11, 40, 3600, 86400]))
        except ConnectionError:
            assert self.customer.chains.lose_next_answer is False

    async def calm(self):
        self.customer.chains.refuse, self.customer.chains.lose_next_answer = None, False
        for key in NETWORKS.values():
            await self.customer.desk("PUT", f"/rates/{key}", 200, json={"mode": "live"})
        await self.customer.step(12, seconds=40000)


@pytest.mark.parametrize("seed", range(4))
async def test_everything_adds_up(customer, seed):
    walk = Walk(customer, f"swaps {seed}")
    actions = [
        walk.agree,
        walk.pay,
        walk.pay,
        walk.wait,
        walk.wait,
        walk.wait,
        walk.rates,
        walk.trouble,
        walk.end,
    ]
    for number in range(90):
        await walk.chance.choice(actions)()
        if number % 10 == 9:
            await customer.adds_up()
    await walk.calm()
    orders = (await customer.call("GET", "/orders?start=0&limit=200")).json()["orders"]
    paid = [order for order in orders if order["status"] not in {0, CANCELLED}]
    assert len(paid) >= 3
    # What still waits was never paid.
    waiting = [order for order in orders if order["status"] == 0]
    assert all(order["incoming_amount"] == 25.0 and not order["is_approved"] for order in waiting)
    euros = Decimal(0)
    held = {key: -amount for key, amount in walk.sent.items()}
    for order in paid:
        incoming, outgoing = (
            order["incoming_payment_method_currency"],
            order["outgoing_payment_method_currency"],
        )
        returned = Decimal(str(order["incoming_amount"]))
        if order["status"] == REFUNDED and incoming != "EUR":
            held[incoming] += returned
        if order["status"] == DONE and outgoing == "EUR":
            euros += Decimal(str(order["outgoing_amount"]))
        if order["status"] == DONE and outgoing != "EUR":
            held[outgoing] += Decimal(str(order["outgoing_amount"]))
    for key, network in NETWORKS.items():
        assert await customer.chains.balance(network, COINS[key]) == held[key]
    transfers = (await customer.desk("GET", f"/bank/accounts/{IBAN}/statement?limit=500"))["transfers"]
    received = [one for one in transfers if one["to_iban"] == IBAN]
    assert {one["state"] for one in transfers} <= {"settled"}
    assert sum((Decimal(one["amount"]) for one in received if one["returns"] is None), Decimal(0)) == euros
    given_back = [one["returns"] for one in received if one["returns"]]
    assert len(given_back) == len(set(given_back))
    refunds = [order for order in paid if order["status"] == REFUNDED and order["refund_payment_detail"]]
    assert len([one for one in received if one["returns"]]) >= len(refunds)
