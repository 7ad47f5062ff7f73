"""Killed at any moment of a restore, the sandbox comes back in the old state or in the new one, whole."""

import asyncio
import contextlib
import signal
from decimal import Decimal

import httpx
import pytest

from tests.support.campaign import campaign

__all__ = ["campaign"]


async def told(browser):
    """What tells the two states apart, in the rows and on a chain, and whether all fits together."""
    users = [user["username"] for user in (await browser.get("/_sandbox/users")).json()["users"]]
    wallets = (await browser.get("/_sandbox/users/alice")).json()["wallets"]
    held = next(Decimal(one["balance"]) for one in wallets if one["network_key"] == "ETH")
    check = (await browser.get("/_sandbox/ledger/check")).json()
    assert check["holds"], check
    return "dora" in users, held


async def change(browser):
    body = {"username": "dora", "password": "sandbox-Pass-9"}
    assert (await browser.post("/_sandbox/users", json=body)).status_code == 201
    body = {"username": "alice", "network_key": "ETH", "amount": "3"}
    assert (await browser.post("/_sandbox/faucet", json=body)).status_code == 200


@pytest.mark.campaign("restores")
async def test_either_state_whole(start, campaign):
    running = start()
    async with running.browser() as browser:
        old = await told(browser)
        assert (await browser.post("/_sandbox/snapshots", json={"name": "old"})).status_code == 201
        port = browser.base_url.port
    for _ in campaign.each():
        async with running.browser() as browser:
            before = await told(browser)
            if before == old:
                await change(browser)
                before = await told(browser)
            restoring = asyncio.create_task(browser.post("/_sandbox/snapshots/old/restore"))
            await asyncio.sleep(campaign.chance.uniform(0, 0.4))
            running.end(signal.SIGKILL)
            with contextlib.suppress(httpx.HTTPError):
                await restoring
        running = start()
        async with running.browser() as browser:
            now = await told(browser)
            assert now in {old, before}
            campaign.figures["new" if now == old else "old"] += 1
            # The chains go on, with the nonces that belong to the state.
            assert (await browser.get("/_sandbox/health")).status_code == 200
            assert browser.base_url.port == port
