"""The same on the sandbox's real chains."""

from decimal import Decimal

import pytest
from sqlalchemy import select

from sandbox.chain_port import HubChains
from sandbox.core.coins import CoinPayment
from sandbox.services.chain import ChainHub

from .conftest import IBAN, NETWORKS, Customer

DONE, REFUNDED = 4, 2
WALLET = "a wallet"


@pytest.fixture
async def hub(tmp_path):
    hub = ChainHub(tmp_path / "chains")
    await hub.open()
    yield hub
    await hub.close()


@pytest.fixture
async def customer(hub, make_sandbox):
    sandbox = make_sandbox(chains=HubChains(hub), access_token_seconds=10**8)
    found = Customer(sandbox, await sandbox.user("alice"))
    await sandbox.http.put("/_sandbox/users/alice/kyc", json={"is_verified": True})
    await found.prepare()
    for key, network in NETWORKS.items():
        found.details[key] = await found.add_detail(key, hub.address(WALLET, network))
    yield found
    await found.adds_up()


@pytest.mark.parametrize("key", ["IOTA", "ETH"])
async def test_there_and_back(hub, customer, key):
    network = NETWORKS[key]
    wallet = hub.address(WALLET, network)
    contract = await customer.contract("SEPA", key)
    await customer.transfer(contract, "200")
    await customer.step(6)
    bought = await hub.balance(network, wallet)
    order = await customer.order()
    assert (order["status"], float(bought)) == (DONE, order["outgoing_amount"])

    back = await customer.contract(key, "SEPA", amount=f"{bought / 2:f}")
    deposit = back["details"]["Crypto"]["deposit_address"]
    await hub.transfer(network, deposit, (bought / 2).quantize(Decimal("0.0000001")), sender=WALLET)
    await customer.step(6)
    orders = {order["contract_id"]: order for order in await customer.orders()}
    assert orders[back["id"]]["status"] == DONE
    assert Decimal(95) < Decimal(await customer.balance(IBAN)) < Decimal(99)


@pytest.mark.parametrize(("key", "amount"), [("IOTA", "0.5"), ("ETH", "0.0005")])
async def test_what_is_too_little_comes_back_whole(hub, customer, key, amount):
    network = NETWORKS[key]
    await hub.fund(network, hub.address(WALLET, network), Decimal(1))
    contract = await customer.contract(key, "SEPA", amount="1")
    deposit = contract["details"]["Crypto"]["deposit_address"]
    await hub.transfer(network, deposit, Decimal(amount), sender=WALLET)
    before = await hub.balance(network, hub.address(WALLET, network))
    await customer.step(5)
    assert (await customer.order())["status"] == REFUNDED
    assert await hub.balance(network, hub.address(WALLET, network)) == before + Decimal(amount)


async def test_with_blocks_at_intervals_a_payout_is_sent_once(hub, customer):
    await hub.set_block_interval(3600)
    contract = await customer.contract("SEPA", "ETH")
    await customer.transfer(contract, "100")
    await customer.step(8, seconds=60)
    assert (await customer.order())["is_payed_out"] is False
    for _ in range(3):
        await hub.mine()
        await customer.step(seconds=60)
    order = await customer.order()
    assert order["status"] == DONE
    assert float(await hub.balance("ETH", hub.address(WALLET, "ETH"))) == order["outgoing_amount"]


async def outcome_of(hub, customer, key):
    """Return the order, and the transactions that reached the wallet."""
    network = NETWORKS[key]
    found = await hub.transfers(network, recipient=hub.address(WALLET, network))
    return await customer.order(), [one.tx_id for one in found]


async def test_a_payout_that_the_pool_drops_is_handed_over_again_the_very_same(hub, customer):
    own = hub.address("exchange", "ETH").lower()
    plans = await hub.run("ETH", lambda node, _: node.chain.plans)
    await hub.run("ETH", lambda *_: plans.add("dropped", own, 2))
    contract = await customer.contract("SEPA", "ETH")
    await customer.transfer(contract, "100")
    noted = set()
    for _ in range(8):
        await customer.step()
        with customer.sandbox.db.read() as session:
            noted |= {one.tx_id for one in session.scalars(select(CoinPayment)).all()}
    order, arrived = await outcome_of(hub, customer, "ETH")
    assert order["status"] == DONE
    assert arrived == list(noted)
    assert await hub.run("ETH", lambda *_: plans.all()) == []
    assert float(await hub.balance("ETH", hub.address(WALLET, "ETH"))) == order["outgoing_amount"]


async def test_a_payout_that_is_taken_back_after_the_order_is_done_is_sent_again(hub, customer):
    contract = await customer.contract("SEPA", "ETH")
    await customer.transfer(contract, "100")
    await customer.step(6)
    order, first = await outcome_of(hub, customer, "ETH")
    assert order["status"] == DONE
    await hub._evm.run(lambda node: node.reorganise(1, "vanish"))
    assert (await outcome_of(hub, customer, "ETH"))[1] == []
    await customer.step(2)
    again, arrived = await outcome_of(hub, customer, "ETH")
    assert (again["status"], arrived) == (DONE, first)
    assert float(await hub.balance("ETH", hub.address(WALLET, "ETH"))) == order["outgoing_amount"]
    told = (await customer.desk("GET", "/events?kind=exchange.order.sent_again"))["events"]
    assert [one["state"]["tx_id"] for one in told] == first


async def test_a_refund_that_is_taken_back_after_the_order_is_refunded_is_sent_again(hub, customer):
    wallet = hub.address(WALLET, "ETH")
    await hub.fund("ETH", wallet, Decimal(1))
    contract = await customer.contract("ETH", "SEPA", amount="1")
    deposit = contract["details"]["Crypto"]["deposit_address"]
    await hub.transfer("ETH", deposit, Decimal("0.0005"), sender=WALLET)
    before = await hub.balance("ETH", wallet)
    await customer.step(5)
    assert (await customer.order())["status"] == REFUNDED
    await hub._evm.run(lambda node: node.reorganise(1, "vanish"))
    assert await hub.balance("ETH", wallet) == before
    await customer.step(2)
    assert await hub.balance("ETH", wallet) == before + Decimal("0.0005")
    assert (await customer.order())["status"] == REFUNDED
