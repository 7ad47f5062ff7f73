"""Looking on in the background: only for the user who paid, and only while their wallet is open."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

import pytest
from etopay_sdk import Sdk, UncertainOutcome

from tests.sdk.conftest import OpenSdk, ReadySdk
from tests.sdk.fake_services import OTHER_EVM, TOKEN, Services, Story
from tests.sdk.test_purchase_retry import ask

# A little more than the pause between two looks.
PAUSE = 6.5


async def until(holds: Callable[[], bool], seconds: float) -> bool:
    """Whether it holds within this time."""
    end = time.monotonic() + seconds
    while not holds() and time.monotonic() < end:
        await asyncio.sleep(0.1)
    return holds()


async def become_bob(sdk: Sdk) -> None:
    """The next user of the device signs in."""
    await sdk.create_new_user("bob")
    await sdk.init_user("bob")
    await sdk.refresh_access_token(TOKEN)


@pytest.mark.parametrize("away", ["locked", "another user"])
async def test_it_rests_while_the_wallet_is_shut_and_goes_on_after(
    ready: ReadySdk, story: Story, services: Services, away: str
) -> None:
    sdk = await ready(send=1)
    services.evm.mine = False
    await sdk.send_amount(story.pin, OTHER_EVM, "1", payment_id="p1")

    def asked() -> int:
        return services.requests.count("eth_getTransactionByHash")

    before = asked()
    assert await until(lambda: asked() > before, PAUSE)
    if away == "locked":
        await sdk.lock()
    else:
        await become_bob(sdk)
    before = len(services.requests)
    await asyncio.sleep(PAUSE)
    assert services.requests[before:] == []
    services.evm.mine_waiting()
    await sdk.init_user("alice")
    await sdk.unlock(story.pin)
    assert await until(lambda: len(services.requests) > before, PAUSE)
    await asyncio.sleep(0.3)
    assert await sdk.pending_payments() == []


async def test_a_look_that_hangs_ends_with_the_lock(
    ready: ReadySdk, story: Story, services: Services
) -> None:
    sdk = await ready(send=1, read=60)
    services.evm.mine = False
    await sdk.send_amount(story.pin, OTHER_EVM, "1", payment_id="p1")
    services.delays["eth_getTransactionByHash"] = 2
    before = services.requests.count("eth_getTransactionByHash")
    assert await until(lambda: services.requests.count("eth_getTransactionByHash") > before, PAUSE)
    await sdk.lock()
    before = len(services.requests)
    # Its answer would lead to the next question.
    await asyncio.sleep(3)
    assert services.requests[before:] == []


async def test_a_purchase_is_not_reported_with_the_token_of_another_user(
    ready: ReadySdk, story: Story, services: Services
) -> None:
    sdk = await ready()
    purchase = await ask(sdk, "ETH")
    services.fail("/transactions/commit", "500", times=1)
    with pytest.raises(UncertainOutcome):
        await sdk.confirm_purchase_request(story.pin, purchase)
    await become_bob(sdk)
    await asyncio.sleep(PAUSE)
    assert services.committed == []
    await sdk.init_user("alice")
    await sdk.refresh_access_token(TOKEN)
    await sdk.unlock(story.pin)
    assert await until(lambda: bool(services.committed), PAUSE)
    assert [index for index, _ in services.committed] == [purchase]


async def test_nor_when_the_user_changes_while_it_is_paid(
    ready: ReadySdk, story: Story, services: Services
) -> None:
    sdk = await ready()
    purchase = await ask(sdk, "ETH")
    services.delays["eth_sendRawTransaction"] = 2
    paying = asyncio.create_task(sdk.confirm_purchase_request(story.pin, purchase))
    assert await until(lambda: "eth_sendRawTransaction" in services.requests, 5)
    await become_bob(sdk)
    with pytest.raises(UncertainOutcome):
        await paying
    assert (len(services.evm.sent), services.committed) == (1, [])


async def looks(services: Services, seconds: float) -> int:
    """How often the node is asked for a payment."""
    before = services.requests.count("eth_getTransactionByHash")
    await asyncio.sleep(seconds)
    return services.requests.count("eth_getTransactionByHash") - before


@pytest.mark.parametrize("failures", [0, 1])
async def test_a_purchase_left_open_is_reported_after_a_restart_without_a_question(
    story: Story, services: Services, open_sdk: OpenSdk, ready: ReadySdk, failures: int
) -> None:
    sdk = await ready(send=1)
    purchase = await ask(sdk, "ETH")
    services.evm.mine = False
    await sdk.confirm_purchase_request(story.pin, purchase)
    await sdk.close()
    services.evm.mine_waiting()
    services.fail("/transactions/commit", "500", times=failures)
    again = open_sdk()
    await again.init_user("alice")
    await again.unlock(story.pin)
    await again.refresh_access_token(TOKEN)
    assert await until(lambda: bool(services.committed), PAUSE * (1 + failures))
    assert [index for index, _ in services.committed] == [purchase]


async def test_one_looks_for_a_payment_however_often_it_is_unlocked(
    ready: ReadySdk, story: Story, services: Services
) -> None:
    sdk = await ready(send=1)
    services.evm.mine = False
    await sdk.send_amount(story.pin, OTHER_EVM, "1", payment_id="p1")
    once = await looks(services, 2 * PAUSE)
    assert once
    for _ in range(4):
        await sdk.lock()
        await sdk.unlock(story.pin)
        await sdk.refresh_access_token(TOKEN)
    assert await looks(services, 2 * PAUSE) <= once + 1
