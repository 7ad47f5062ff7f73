"""Every call ends, and one that hangs holds up no other."""

from __future__ import annotations

import asyncio
import time

import pytest
from etopay_sdk import NetworkTimeout

from tests.sdk.conftest import OpenSdk, ReadySdk
from tests.sdk.fake_services import EVM_ADDRESS, OTHER_EVM, TOKEN, Services, Story

BACKEND = [
    "/config/networks",
    "/courses",
    "/user/network",
    "/transactions/create",
    "/transactions/details",
    "/transactions/txs-details",
    "/kyc/check-status",
]
NODE = [
    "eth_getBalance",
    "eth_estimateGas",
    "eth_blockNumber",
    "eth_getTransactionByHash",
    "iotax_getBalance",
    "iotax_getCoins",
    "iotax_queryTransactionBlocks",
    "iota_getTransactionBlock",
]


async def test_hanging_services(ready: ReadySdk, story: Story, services: Services) -> None:
    sdk = await ready(read=0.5)
    for name in BACKEND + NODE:
        services.fail(name, "hang")
    await sdk.set_networks([])
    with pytest.raises(NetworkTimeout):
        await sdk.get_networks()
    services.faults.clear()
    await sdk.get_networks()
    for name in BACKEND + NODE:
        services.fail(name, "hang")
    calls = [
        sdk.get_exchange_rate(network="ETH"),
        sdk.get_preferred_network(),
        sdk.set_preferred_network("ETH"),
        sdk.is_kyc_status_verified("alice"),
        sdk.create_purchase_request("bob", "1", "h", "a", "CLIK", network="ETH"),
        sdk.get_purchase_details("purchase-1"),
        sdk.confirm_purchase_request(story.pin, "purchase-1"),
        sdk.get_tx_list(0, 10),
        sdk.get_balance(story.pin, network="ETH"),
        sdk.get_balance(story.pin, network="iota_other"),
        sdk.estimate_gas(story.pin, OTHER_EVM, "1", network="ETH"),
        sdk.get_wallet_tx_list(story.pin, 0, 10, network="ETH"),
        sdk.get_wallet_tx_list(story.pin, 0, 10, network="iota_other"),
        sdk.get_wallet_tx(story.pin, "0x" + "00" * 32, network="ETH"),
        sdk.send_amount(story.pin, "0x" + "ee" * 32, "1", network="iota_other"),
    ]
    started = time.monotonic()
    outcomes = await asyncio.gather(*calls, return_exceptions=True)
    assert time.monotonic() - started < 1.5
    assert [type(outcome) for outcome in outcomes] == [NetworkTimeout] * len(calls)


async def test_what_needs_no_network_does_not_wait_for_one(
    ready: ReadySdk, story: Story, services: Services
) -> None:
    sdk = await ready(read=5)
    services.fail("/courses", "hang")
    services.fail("/user/address", "hang")
    hanging = [asyncio.create_task(sdk.get_exchange_rate()) for _ in range(4)]
    await asyncio.sleep(0.05)
    started = time.monotonic()
    await sdk.refresh_access_token(TOKEN)
    await sdk.lock()
    await sdk.unlock(story.pin)
    assert await sdk.generate_new_address(story.pin) == EVM_ADDRESS
    assert await sdk.get_balance(story.pin) == 100
    assert time.monotonic() - started < 1.5
    for task in hanging:
        task.cancel()


async def test_the_event_loop_keeps_ticking(ready: ReadySdk, open_sdk: OpenSdk, story: Story) -> None:
    sdk = await ready()
    gaps: list[float] = []
    stop = asyncio.Event()

    async def tick() -> None:
        last = time.monotonic()
        while not stop.is_set():
            await asyncio.sleep(0.005)
            now = time.monotonic()
            gaps.append(now - last)
            last = now

    ticking = asyncio.create_task(tick())
    await asyncio.gather(
        sdk.create_wallet_backup(story.pin, "a rather good backup password"),
        *(sdk.get_balance(story.pin) for _ in range(8)),
    )
    stop.set()
    await ticking
    gaps.sort()
    assert gaps[int(len(gaps) * 0.95)] < 0.1
