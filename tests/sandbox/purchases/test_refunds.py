"""Payments that pay nothing go back to whoever sent them: whole, once, and for all to see."""

from decimal import Decimal

import pytest

from .test_purchases import ALICE, BOB, TEST_NET, open_shop

STRANGER = {"ETH": "0x" + "c3" * 20, TEST_NET: "0x" + "c3" * 32}


@pytest.fixture
async def shop(sandbox):
    shop = await open_shop(sandbox)
    await sandbox.http.put("/_sandbox/users/bob/kyc", json={"is_verified": True})
    yield shop
    found = (await sandbox.http.get("/_sandbox/ledger/check")).json()
    assert found == {"holds": True, "problems": []}


async def steps(shop, times=3, seconds=2):
    for _ in range(times):
        await shop.sandbox.step(seconds)


async def held(shop, who, network=TEST_NET):
    """Return what somebody holds beyond what she paid: nothing once all has come back."""
    return await shop.chains.balance(network, who[network])


async def payments(shop):
    return (await shop.sandbox.http.get("/_sandbox/payments")).json()["payments"]


async def reasons(shop, index):
    found = (await shop.sandbox.http.get(f"/_sandbox/purchases/{index}")).json()
    return found["purchase"]["reasons"]


async def told(shop, index):
    found = (await shop.sandbox.http.get(f"/_sandbox/events?subject={index}")).json()["events"]
    return [(one["kind"], one["state"]["reason"]) for one in found if "refund" in one["kind"]]


WHOLE = [("purchase.refund_due", 0), ("purchase.refunded", 0)]


@pytest.mark.parametrize("network", [TEST_NET, "ETH"])
async def test_too_little(shop, network):
    index = await shop.valid(network)
    await shop.commit(index, shop.pay(network, amount="1.5"))
    await steps(shop)
    assert (await shop.status(index), await reasons(shop, index)) == ("Failed", ["PaidTooLittle"])
    assert await held(shop, ALICE, network) == 0
    assert await held(shop, BOB, network) == 0
    (payment,) = await payments(shop)
    assert (payment["refund_reason"], payment["refund_amount"]) == ("PaidTooLittle", "1.5")
    assert payment["purchase"] == index
    assert payment["refunded_at"] is not None
    assert [kind for kind, _ in await told(shop, index)] == [kind for kind, _ in WHOLE]
    story = (await shop.sandbox.http.get(f"/_sandbox/purchases/{index}")).json()
    assert story["payments"] == [payment]


async def test_too_late(shop):
    index = await shop.valid()
    late = "0x" + "1a" * 32
    await shop.commit(index, late)
    await steps(shop, 1, 181)
    assert (await shop.status(index), await reasons(shop, index)) == ("Failed", ["NotPaid"])
    system = shop.chains.address("purchases", TEST_NET)
    shop.chains.pay(TEST_NET, ALICE[TEST_NET], system, Decimal(2), tx_id=late)
    await steps(shop)
    assert await shop.status(index) == "Failed"
    assert await held(shop, ALICE) == 0
    assert await told(shop, index) == [("purchase.refund_due", "Late"), ("purchase.refunded", "Late")]


async def test_twice_by_another_commit(shop):
    index = await shop.valid()
    first, second = shop.pay(), shop.pay(amount="2.5")
    await shop.commit(index, first)
    assert (await shop.commit(index, second)).status_code == 409
    await steps(shop)
    assert await shop.status(index) == "Completed"
    assert await held(shop, ALICE) == -2
    assert await held(shop, BOB) == Decimal("1.9")
    assert await told(shop, index) == [
        ("purchase.refund_due", "PaidTwice"),
        ("purchase.refunded", "PaidTwice"),
    ]


async def test_twice_by_name(shop):
    index = await shop.valid("ETH")
    for _ in range(2):
        shop.pay("ETH", data=index.encode())
    await steps(shop)
    assert await shop.status(index) == "Completed"
    assert await held(shop, ALICE, "ETH") == -2
    assert await held(shop, BOB, "ETH") == Decimal("1.9")


async def test_more_than_asked_for(shop):
    index = await shop.valid()
    await shop.commit(index, shop.pay(amount="2.75"))
    await steps(shop, 4)
    assert await shop.status(index) == "Completed"
    assert await held(shop, ALICE) == -2
    (payment,) = await payments(shop)
    assert (payment["refund_reason"], payment["refund_amount"]) == ("Overpaid", "0.75")


async def test_for_a_purchase_that_is_invalid(sandbox, shop):
    await sandbox.http.put("/_sandbox/users/bob/kyc", json={"is_verified": False})
    index = (await shop.create("ETH")).json()["index"]
    await steps(shop, 1)
    shop.pay("ETH", data=index.encode())
    await steps(shop)
    assert await shop.status(index) == {"Invalid": ["ReceiverNotVerified"]}
    assert await held(shop, ALICE, "ETH") == 0
    assert (await payments(shop))[0]["refund_reason"] == "NotPayable"


async def test_what_nobody_names_waits_for_its_commit_first(shop):
    shop.pay()
    await steps(shop, 1)
    await steps(shop, 1, 3500)
    assert await held(shop, ALICE) == -2
    await steps(shop, 2, 100)
    assert await held(shop, ALICE) == 0
    (payment,) = await payments(shop)
    assert (payment["refund_reason"], payment["purchase"]) == ("Unmatched", None)
    assert await told(shop, payment["tx_id"]) == [
        ("purchase.refund_due", "Unmatched"),
        ("purchase.refunded", "Unmatched"),
    ]


async def test_what_a_stranger_paid_goes_back_to_the_stranger(shop):
    index = await shop.valid()
    await shop.commit(index, shop.pay(sender=STRANGER[TEST_NET]))
    await steps(shop, 2, 181)
    assert await shop.status(index) == "Failed"
    await steps(shop, 2, 3600)
    assert await held(shop, STRANGER) == 0


async def test_at_a_word_of_the_tester(sandbox, shop):
    shop.pay()
    await steps(shop, 1)
    (payment,) = await payments(shop)
    url = f"/_sandbox/payments/{TEST_NET}/{payment['number']}/refund"
    assert (await sandbox.http.post(url)).json()["refund_reason"] == "ByHand"
    assert (await sandbox.http.post(url)).status_code == 409
    await steps(shop, 2)
    assert await held(shop, ALICE) == 0
    missing = f"/_sandbox/payments/{TEST_NET}/999/refund"
    assert (await sandbox.http.post(missing)).status_code == 404


async def test_what_pays_a_purchase_is_not_given_back_by_hand(sandbox, shop):
    index = await shop.valid()
    await shop.commit(index, shop.pay())
    await steps(shop, 1)
    number = (await payments(shop))[0]["number"]
    answer = await sandbox.http.post(f"/_sandbox/payments/{TEST_NET}/{number}/refund")
    assert answer.status_code == 409


async def test_a_refused_payout_goes_back_once_the_chain_lets_it(shop):
    index = await shop.valid()
    await shop.commit(index, shop.pay())
    shop.chains.refuse = "not today"
    await steps(shop)
    assert (await shop.status(index), await reasons(shop, index)) == ("Failed", ["PayoutRefused"])
    assert await held(shop, ALICE) == -2
    shop.chains.refuse = None
    await steps(shop, 2, 11)
    assert await held(shop, ALICE) == 0


@pytest.mark.parametrize("trouble", ["drop_next", "unreachable", "lose_next_answer"])
async def test_it_goes_back_once_whatever_breaks_off(shop, trouble):
    index = await shop.valid()
    await shop.commit(index, shop.pay(amount="1"))
    setattr(shop.chains, trouble, 2 if trouble == "drop_next" else True)
    for _ in range(3):
        try:
            await steps(shop, 1, 11)
        except ConnectionError:
            assert trouble == "lose_next_answer"
    setattr(shop.chains, trouble, 0)
    await steps(shop, 3, 11)
    assert await held(shop, ALICE) == 0
    assert shop.chains.signed == 1
    assert (await payments(shop))[0]["refunded_at"] is not None


async def test_gas_from_the_treasury_is_no_payment(shop):
    system = shop.chains.address("purchases", "ETH")
    await shop.chains.fund("ETH", system, Decimal("0.01"))
    await steps(shop, 2, 4000)
    assert await payments(shop) == []
    assert await shop.chains.balance("ETH", system) == Decimal("0.01")


async def test_the_time_for_a_commit_can_be_set(make_sandbox):
    sandbox = make_sandbox(unmatched_payment_seconds=30)
    shop = await open_shop(sandbox)
    shop.pay()
    await steps(shop, 1)
    await steps(shop, 2, 30)
    assert await held(shop, ALICE) == 0
