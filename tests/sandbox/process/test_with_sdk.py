"""The real SDK against the real sandbox: a seeded wallet is restored, looks around, and buys."""

import asyncio
import tomllib
from decimal import Decimal
from pathlib import Path

import pytest
from etopay_sdk import Config, Sdk, UncertainOutcome

import sandbox as sandbox_package

SEED = Path(sandbox_package.__file__).parent / "seeds" / "default.toml"
PIN = "123456"
TEST_NET = "iota_rebased_testnet"


@pytest.fixture
def seeded():
    users = tomllib.loads(SEED.read_text(encoding="utf-8"))["users"]
    return {user["username"]: user for user in users}


async def token_of(browser, user):
    form = {
        "grant_type": "password",
        "client_id": "etopay-test",
        "scope": "openid",
        "username": user["username"],
        "password": user["password"],
    }
    answer = await browser.post("/realms/etopay/protocol/openid-connect/token", data=form)
    return answer.json()["access_token"]


async def open_wallet(running, folder, user):
    sdk = Sdk(Config(running.ready["backend"], "standalone", folder / user["username"]))
    async with running.browser() as browser:
        token = await token_of(browser, user)
    await sdk.create_new_user(user["username"])
    await sdk.init_user(user["username"])
    await sdk.refresh_access_token(token)
    await sdk.get_networks()
    await sdk.set_wallet_password(PIN, "correct-horse-battery-staple")
    await sdk.create_wallet_from_existing_mnemonic(PIN, user["phrase"])
    return sdk


async def wait_for(sdk, purchase_id, wanted):
    for _ in range(200):
        found = str((await sdk.get_purchase_details(purchase_id)).status.state).lower()
        if found == wanted:
            return
        await asyncio.sleep(0.1)
    raise AssertionError(f"the purchase is {found}, not {wanted}")


async def test_restored_wallet_has_the_seeds_addresses_and_coins(start, tmp_path, seeded, monkeypatch):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    running = start()
    alice = await open_wallet(running, tmp_path, seeded["alice"])
    try:
        async with running.browser() as browser:
            users = (await browser.get("/_sandbox/users")).json()["users"]
        known = next(user["addresses"] for user in users if user["username"] == "alice")
        for key, amount in seeded["alice"]["balances"].items():
            assert await alice.generate_new_address(PIN, network=key) == known[key]
            assert await alice.get_balance(PIN, network=key) == Decimal(amount)
        assert await alice.get_preferred_network() == TEST_NET
        assert await alice.is_kyc_status_verified("alice")
        assert Decimal(2000) < await alice.get_exchange_rate(network="ETH") < Decimal(3000)
    finally:
        await alice.close()


@pytest.mark.parametrize("network", [TEST_NET, "ETH", "EURX"])
async def test_purchase_reaches_the_receiver(start, tmp_path, seeded, monkeypatch, network):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    running = start()
    alice = await open_wallet(running, tmp_path, seeded["alice"])
    bob = await open_wallet(running, tmp_path, seeded["bob"])
    try:
        await alice.set_network(network)
        await bob.set_network(network)
        before = await bob.get_balance(PIN)
        purchase = await alice.create_purchase_request(
            "bob", Decimal("0.5"), "2cf2", '{"imageId":"1"}', "CLIK"
        )
        await wait_for(alice, purchase, "valid")
        await alice.confirm_purchase_request(PIN, purchase)
        await wait_for(alice, purchase, "completed")
        assert await bob.get_balance(PIN) == before + Decimal("0.475")
        listed = await alice.get_tx_list(0, 10)
        assert any(item.receiver == "bob" and item.amount == Decimal("0.5") for item in listed)
    finally:
        await alice.close()
        await bob.close()


@pytest.mark.parametrize("network", [TEST_NET, "ETH", "EURX"])
async def test_purchase_whose_report_is_lost_is_paid_once(start, tmp_path, seeded, monkeypatch, network):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    running = start()
    alice = await open_wallet(running, tmp_path, seeded["alice"])
    bob = await open_wallet(running, tmp_path, seeded["bob"])
    try:
        for sdk in (alice, bob):
            await sdk.generate_new_address(PIN, network=network)
        before = await bob.get_balance(PIN, network=network)
        purchase = await alice.create_purchase_request(
            "bob", Decimal("0.5"), "2cf2", '{"imageId":"1"}', "CLIK", network=network
        )
        await wait_for(alice, purchase, "valid")
        async with running.browser() as browser:
            plan = {"path": "/api/transactions/commit", "kind": "drop"}
            assert (await browser.post("/_sandbox/faults", json=plan)).status_code == 201
            for _ in range(2):
                with pytest.raises(UncertainOutcome) as raised:
                    await alice.confirm_purchase_request(PIN, purchase)
            paid = await alice.get_balance(PIN, network=network)
            await alice.close()
            await browser.delete("/_sandbox/faults")
            token = await token_of(browser, seeded["alice"])

        alice = Sdk(Config(running.ready["backend"], "standalone", tmp_path / "alice"))
        await alice.init_user("alice")
        await alice.refresh_access_token(token)
        await alice.unlock(PIN)
        assert (await alice.resolve_payment(raised.value.payment_id)).tx_id == raised.value.tx_id
        await alice.confirm_purchase_request(PIN, purchase)
        await wait_for(alice, purchase, "completed")
        assert await alice.get_balance(PIN, network=network) == paid
        assert await bob.get_balance(PIN, network=network) == before + Decimal("0.475")
        assert await alice.pending_payments() == []
    finally:
        await alice.close()
        await bob.close()
