"""Nobody's purchase takes another's payment, whoever commits it first."""

import pytest

from .test_purchases import ALICE, BOB, TEST_NET, Shop, open_shop
from .test_refunds import held, payments, reasons, steps

CAROL = {"ETH": "0x" + "ca" * 20, TEST_NET: "0x" + "ca" * 32}


@pytest.fixture
async def shop(make_sandbox):
    shop = await open_shop(make_sandbox(unverified_receiver="wait", access_token_seconds=10**8))
    yield shop
    found = (await shop.sandbox.http.get("/_sandbox/ledger/check")).json()
    assert found == {"holds": True, "problems": []}


@pytest.fixture
async def carol(shop):
    """Buys too, and has registered no address."""
    return Shop(shop.sandbox, await shop.sandbox.user("carol"), shop.bob)


async def registers(someone, network, address):
    url = f"/api/user/address?network_key={network}"
    answer = await someone.sandbox.http.put(url, json={"address": address}, headers=someone.alice)
    assert answer.is_success


async def test_who_registered_nothing_cannot_commit_a_payment_of_another_first(shop, carol):
    own, other = await shop.valid(), await carol.valid()
    tx_id = shop.pay()
    await carol.commit(other, tx_id)
    await steps(shop, 1)
    assert await carol.status(other) == "ProcessingIncoming"
    await shop.commit(own, tx_id)
    await steps(shop)
    assert await shop.status(own) == "Completed"
    await steps(shop, 2, 181)
    assert (await carol.status(other), await reasons(shop, other)) == ("Failed", ["NotPaid"])


async def test_who_registers_the_address_of_another_gets_nothing_by_it(shop, carol):
    await registers(carol, TEST_NET, ALICE[TEST_NET])
    other = await carol.valid()
    await carol.commit(other, shop.pay())
    await steps(shop, 2, 181)
    assert await carol.status(other) == "Failed"
    await steps(shop, 2, 3600)
    assert await held(shop, ALICE) == 0
    assert (await payments(shop))[0]["refund_reason"] == "Unmatched"


async def test_a_payment_waits_until_its_payer_registers(shop, carol):
    index = await carol.valid()
    await carol.commit(index, shop.pay(sender=CAROL[TEST_NET]))
    await steps(shop, 1)
    assert await carol.status(index) == "ProcessingIncoming"
    await registers(carol, TEST_NET, CAROL[TEST_NET])
    await steps(shop)
    assert await carol.status(index) == "Completed"


async def test_the_case_of_an_address_does_not_matter(shop):
    await registers(shop, "EURX", ALICE["ETH"].upper().replace("0X", "0x"))
    url = "/api/user/address?network_key=EURX"
    await shop.sandbox.http.put(url, json={"address": BOB["ETH"]}, headers=shop.bob)
    await shop.sandbox.http.put("/_sandbox/users/bob/kyc", json={"is_verified": True})
    index = await shop.valid("EURX")
    await shop.commit(index, shop.pay("EURX", sender=ALICE["ETH"]))
    await steps(shop)
    assert await shop.status(index) == "Completed"


@pytest.mark.parametrize("who", ["alice", "carol"])
async def test_a_named_payment_does_not_go_back_for_a_purchase_it_was_committed_for(shop, carol, who):
    """Also while the purchase it names cannot take it yet."""
    desk = "/_sandbox/users/bob/kyc"
    await shop.sandbox.http.put(desk, json={"is_verified": True})
    someone = shop if who == "alice" else carol
    paid = await someone.valid("ETH")
    someone.pay("ETH", sender=(ALICE if who == "alice" else CAROL)["ETH"], data=paid.encode())
    await steps(shop)
    assert await someone.status(paid) == "Completed"
    await shop.sandbox.http.put(desk, json={"is_verified": False})
    index = (await shop.create("ETH")).json()["index"]
    await steps(shop, 1)
    assert await shop.status(index) == {"WaitingForVerification": ["ReceiverNotVerified"]}
    answer = await someone.commit(paid, shop.pay("ETH", data=index.encode()))
    assert answer.status_code == 409
    await steps(shop)
    await shop.sandbox.http.put(desk, json={"is_verified": True})
    await steps(shop)
    assert await shop.status(index) == "Completed"
    assert all(one["refund_reason"] is None for one in await payments(shop))
