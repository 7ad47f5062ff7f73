"""Purchases on the sandbox's real chains: what a reorganisation takes is paid again, once."""

from decimal import Decimal

import pytest

from sandbox.chain_port import HubChains
from sandbox.services.chain import ChainHub

from .test_purchases import BOB, open_shop

WALLET = "a wallet"


@pytest.fixture
async def hub(tmp_path):
    hub = ChainHub(tmp_path / "chains")
    await hub.open()
    yield hub
    await hub.close()


@pytest.fixture
async def shop(hub, make_sandbox):
    sandbox = make_sandbox(chains=HubChains(hub), access_token_seconds=10**8)
    shop = await open_shop(sandbox)
    for key in ("ETH", "EURX", "iota_rebased_testnet"):
        wallet = {"address": hub.address(WALLET, key)}
        url = f"/api/user/address?network_key={key}"
        await sandbox.http.put(url, json=wallet, headers=shop.alice)
        await hub.fund(key, wallet["address"], Decimal(50))
    await sandbox.http.put(
        "/api/user/address?network_key=EURX", json={"address": BOB["ETH"]}, headers=shop.bob
    )
    await sandbox.http.put("/_sandbox/users/bob/kyc", json={"is_verified": True})
    return shop


async def paid(hub, shop, key, amount="2"):
    index = await shop.valid(key)
    tx_id = await hub.transfer(key, hub.address("purchases", key), Decimal(amount), sender=WALLET)
    assert (await shop.commit(index, tx_id)).status_code == 202
    return index


async def steps(shop, times=4):
    for _ in range(times):
        await shop.sandbox.step()


async def adds_up(shop):
    found = (await shop.sandbox.http.get("/_sandbox/ledger/check")).json()
    assert found == {"holds": True, "problems": []}


async def events(shop, kind):
    found = (await shop.sandbox.http.get(f"/_sandbox/events?kind={kind}")).json()["events"]
    return [one["state"] for one in found]


@pytest.mark.parametrize("key", ["ETH", "EURX"])
@pytest.mark.parametrize("afterwards", ["vanish", "pool"])
async def test_a_payout_that_is_taken_back_after_the_purchase_is_complete(hub, shop, key, afterwards):
    index = await paid(hub, shop, key)
    await steps(shop)
    assert await shop.status(index) == "Completed"
    tx_id = (await shop.listed())[0]["outgoing"]["transaction_id"]
    await hub._evm.run(lambda node: node.reorganise(1, afterwards))
    assert await hub.balance(key, BOB["ETH"]) == 0
    if afterwards == "pool":
        await hub.mine()
    await steps(shop)
    assert await shop.status(index) == "Completed"
    assert await hub.balance(key, BOB["ETH"]) == Decimal("1.9")
    assert [one.tx_id for one in await hub.transfers(key, recipient=BOB["ETH"])] == [tx_id]
    again = await events(shop, "purchase.payout_sent_again")
    assert [one["outgoing_tx"] for one in again] == [tx_id] * (afterwards == "vanish")
    await adds_up(shop)


async def test_nobody_is_paid_out_for_a_payment_that_was_taken_back(hub, shop):
    index = await paid(hub, shop, "ETH")
    await shop.sandbox.step(0)
    assert await shop.status(index) == "ProcessingIncoming"
    await hub._evm.run(lambda node: node.reorganise(1, "vanish"))
    await steps(shop)
    assert await shop.status(index) == "ProcessingOutgoing"
    await shop.sandbox.step(200)
    assert await shop.status(index) == "Failed"
    assert await hub.balance("ETH", BOB["ETH"]) == 0
    assert (await events(shop, "purchase.changed"))[-1]["reasons"] == ["PaymentTakenBack"]
    assert await hub.transfers("ETH", recipient=hub.address(WALLET, "ETH")) != []
    await adds_up(shop)


@pytest.mark.parametrize("key", ["ETH", "EURX", "iota_rebased_testnet"])
async def test_too_little_comes_back_whole(hub, shop, key):
    wallet, index = hub.address(WALLET, key), await shop.valid(key)
    tx_id = await hub.transfer(key, hub.address("purchases", key), Decimal("1.5"), sender=WALLET)
    before = await hub.balance(key, wallet)
    assert (await shop.commit(index, tx_id)).status_code == 202
    await steps(shop, 2)
    assert await shop.status(index) == "Failed"
    assert await hub.balance(key, wallet) == before + Decimal("1.5")
    await adds_up(shop)


async def test_a_refund_that_is_taken_back_is_sent_again(hub, shop):
    wallet = hub.address(WALLET, "ETH")
    await paid(hub, shop, "ETH", "1.5")
    before = await hub.balance("ETH", wallet)
    await steps(shop, 2)
    await hub._evm.run(lambda node: node.reorganise(1, "vanish"))
    assert await hub.balance("ETH", wallet) == before
    await steps(shop, 2)
    assert await hub.balance("ETH", wallet) == before + Decimal("1.5")
    sent = await hub.transfers("ETH", recipient=wallet)
    assert len([one for one in sent if one.sender == hub.address("purchases", "ETH")]) == 1
    await adds_up(shop)


async def test_a_payout_that_reverted_does_not_succeed_after_a_reorganisation(hub, shop):
    """Its payer has the money back by then: both would be one payment too many."""
    wallet, system = hub.address(WALLET, "ETH"), hub.address("purchases", "ETH")
    index = await paid(hub, shop, "ETH")
    before = await hub.balance("ETH", wallet)
    plans = await hub.run("ETH", lambda node, _: node.chain.plans)
    await hub.run("ETH", lambda *_: plans.add("reverted", system.lower(), 1))
    await steps(shop)
    assert await shop.status(index) == "Failed"
    assert await hub.balance("ETH", wallet) == before + 2
    await hub._evm.run(lambda node: node.reorganise(3, "pool"))
    await hub.mine()
    await steps(shop)
    assert await hub.balance("ETH", BOB["ETH"]) == 0
    assert await hub.balance("ETH", wallet) == before + 2
    await adds_up(shop)


async def test_what_is_buried_deep_enough_is_not_looked_after(hub, shop):
    index = await paid(hub, shop, "ETH")
    await steps(shop)
    tx_id = (await shop.listed())[0]["outgoing"]["transaction_id"]
    assert await hub.outgoing.fate("ETH", tx_id) == "landed"
    for _ in range(128):
        await hub.mine()
    assert await hub.outgoing.fate("ETH", tx_id) == "final"
    await steps(shop, 1)
    port, asked = shop.chains, []
    real = port.fate
    port.fate = lambda key, one: asked.append(one) or real(key, one)
    await hub.mine()
    await steps(shop, 1)
    assert await shop.status(index) == "Completed"
    assert asked == []
