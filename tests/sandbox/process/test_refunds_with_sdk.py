"""What the SDK's wallet paid for nothing comes back to it."""

from decimal import Decimal

import pytest

from .test_with_sdk import PIN, TEST_NET, open_wallet, seeded, token_of, wait_for

assert seeded  # a fixture

MOST_GAS = Decimal("0.02")
"""What a payment costs its sender at most, on any of the networks."""


@pytest.fixture
async def people(start, tmp_path, seeded, monkeypatch):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    running = start()
    alice = await open_wallet(running, tmp_path, seeded["alice"])
    bob = await open_wallet(running, tmp_path, seeded["bob"])
    async with running.browser() as browser:
        headers = {"authorization": f"Bearer {await token_of(browser, seeded['alice'])}"}
        yield alice, bob, browser, headers | {"x-app-name": "standalone"}
    await alice.close()
    await bob.close()


async def refunds(browser, count):
    """Wait until so many payments have come back, and return them."""
    for _ in range(200):
        await browser.post("/_sandbox/clock/advance", json={"seconds": 1})
        found = (await browser.get("/_sandbox/payments")).json()["payments"]
        back = [one for one in found if one["refunded_at"]]
        if len(back) == count:
            return back
    raise AssertionError(f"{len(back)} of {count} payments came back")


async def adds_up(browser):
    assert (await browser.get("/_sandbox/ledger/check")).json() == {"holds": True, "problems": []}


@pytest.mark.parametrize("network", [TEST_NET, "ETH", "EURX"])
async def test_too_little(people, network):
    alice, bob, browser, headers = people
    for sdk in (alice, bob):
        await sdk.generate_new_address(PIN, network=network)
    before = await alice.get_balance(PIN, network=network)
    purchase = await alice.create_purchase_request(
        "bob", Decimal("0.5"), "2cf2", '{"imageId":"1"}', "CPIC", network=network
    )
    await wait_for(alice, purchase, "valid")
    system = (await alice.get_purchase_details(purchase)).system_address
    paid = await alice.send_amount(PIN, system, Decimal("0.25"), network=network, payment_id=purchase)
    body = {"index": purchase, "transaction_id": paid}
    answer = await browser.post("/api/transactions/commit", json=body, headers=headers)
    assert answer.status_code == 202, answer.text
    await wait_for(alice, purchase, "failed")
    (refund,) = await refunds(browser, 1)
    assert (refund["refund_reason"], Decimal(refund["refund_amount"])) == ("PaidTooLittle", Decimal("0.25"))
    assert before - MOST_GAS < await alice.get_balance(PIN, network=network) <= before
    await adds_up(browser)


async def test_twice_and_for_nothing(people, seeded):
    alice, _, browser, _ = people
    before = await alice.get_balance(PIN, network="ETH")
    purchase = await alice.create_purchase_request(
        "bob", Decimal("0.5"), "2cf2", '{"imageId":"1"}', "CLIK", network="ETH"
    )
    await wait_for(alice, purchase, "valid")
    system = (await alice.get_purchase_details(purchase)).system_address
    await alice.confirm_purchase_request(PIN, purchase)
    await wait_for(alice, purchase, "completed")
    for number, data in enumerate((purchase.encode(), None)):
        await alice.send_amount(
            PIN, system, Decimal("0.3"), data, network="ETH", payment_id=f"mistake-{number}"
        )
    await refunds(browser, 1)
    await browser.post("/_sandbox/clock/advance", json={"seconds": 3600})
    back = await refunds(browser, 2)
    assert {one["refund_reason"] for one in back} == {"PaidTwice", "Unmatched"}
    await alice.refresh_access_token(await token_of(browser, seeded["alice"]))
    now = await alice.get_balance(PIN, network="ETH")
    assert before - Decimal("0.5") - MOST_GAS < now <= before - Decimal("0.5")
    await wait_for(alice, purchase, "completed")
    await adds_up(browser)
