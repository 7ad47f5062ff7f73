"""Whatever people, chains and banks do in whatever order: no money is lost, made or paid twice."""

import random
from collections import defaultdict
from decimal import Decimal

import pytest

from .conftest import COINS, IBAN, NETWORKS, OTHER_IBAN

CANCELLED, REFUNDED, DONE = 1, 2, 4
AMOUNTS = ("10", "25", "100", "699", "5000", "14000", "20000")
COIN_AMOUNTS = {"IOTA": ("0.5", "5", "500", "5000"), "ETH": ("0.0005", "0.01", "0.5", "20")}


class Walk:
    def __init__(self, customer, seed):
        self.customer, self.chance = customer, random.Random(seed)
        self.contracts = []
        self.sent = dict.fromkeys(NETWORKS, Decimal(0))
        self.transferred = dict.fromkeys((IBAN, OTHER_IBAN), Decimal(0))

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
            amount = self.chance.choice(AMOUNTS)
            await self.customer.transfer(contract, amount, **changes)
            self.transferred[changes.get("from_iban", IBAN)] += Decimal(amount)
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
    # Nothing is left half-way, and each walk comes to each end.
    assert {order["status"] for order in paid} == {DONE, REFUNDED}
    waiting = [order for order in orders if order["status"] in {0, CANCELLED}]
    assert all(order["incoming_amount"] == 25.0 and not order["is_approved"] for order in waiting)
    bought, sold, kept = defaultdict(Decimal), Decimal(0), Decimal(0)
    given_back = dict.fromkeys(NETWORKS, Decimal(0))
    for order in paid:
        incoming, outgoing = (order[f"{way}_payment_method_currency"] for way in ("incoming", "outgoing"))
        came, went = (Decimal(str(order[f"{way}_amount"])) for way in ("incoming", "outgoing"))
        if order["status"] == REFUNDED:
            assert order["refund_amount"] == order["incoming_amount"]
            given_back[incoming] = given_back.get(incoming, Decimal(0)) + came
        elif outgoing == "EUR":
            sold += went
        else:
            bought[outgoing] += went
            kept += came
    for key, network in NETWORKS.items():
        held = bought[key] + given_back[key] - walk.sent[key]
        assert await customer.chains.balance(network, COINS[key]) == held
    received, returned = await came_to(customer, IBAN)
    assert received == sold
    assert returned == walk.transferred[IBAN] - kept
    # Nothing that another account paid is kept.
    assert await came_to(customer, OTHER_IBAN) == (0, walk.transferred[OTHER_IBAN])


async def came_to(customer, iban):
    """Return the euros that came to an account as payouts, and as refunds of what it had sent."""
    answer = await customer.sandbox.http.get(f"/_sandbox/bank/accounts/{iban}/statement?limit=500")
    if answer.status_code == 404:
        return 0, 0
    transfers = answer.json()["transfers"]
    assert {one["state"] for one in transfers} == {"settled"}
    came = [one for one in transfers if one["to_iban"] == iban]
    names = [one["returns"] for one in came if one["returns"]]
    assert len(names) == len(set(names))
    sums = [
        sum(Decimal(one["amount"]) for one in came if bool(one["returns"]) is back) for back in (False, True)
    ]
    return sums[0], sums[1]
