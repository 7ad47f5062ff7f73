"""A call belongs to the moment it was made at: what was made before a lock cannot open the vault after it."""

from __future__ import annotations

import asyncio

import pytest
from etopay_sdk import NetworkTimeout, Sdk, StateError

from tests.sdk.conftest import OpenSdk, ReadySdk
from tests.sdk.fake_services import Services, Story

PASSWORD = "a rather good backup password"


async def blocked(sdk: Sdk, story: Story, services: Services) -> asyncio.Task[None]:
    """A password change whose upload hangs; other changes wait for it."""
    services.fail("/user/shares/recovery", "hang", times=1)
    task = asyncio.create_task(sdk.set_wallet_password(story.pin, PASSWORD))
    while services.faults[-1].times:
        await asyncio.sleep(0.01)
    return task


async def test_a_call_that_waits_over_a_lock_does_not_open_the_vault(
    ready: ReadySdk, story: Story, services: Services
) -> None:
    sdk = await ready(read=1)
    first = await blocked(sdk, story, services)
    patient = sdk.within(10)
    waiting = [
        asyncio.create_task(patient.create_wallet_from_new_mnemonic(story.pin, replace=True)),
        asyncio.create_task(patient.set_wallet_password(story.pin, story.password)),
        asyncio.create_task(patient.restore_wallet_from_shares(story.pin)),
        asyncio.create_task(patient.delete_wallet(story.pin)),
    ]
    await asyncio.sleep(0.05)
    await sdk.lock()
    assert not first.done()
    await first
    for task in waiting:
        with pytest.raises(StateError) as raised:
            await task
        assert raised.value.code == "locked"
    assert not sdk.is_unlocked
    assert await sdk.get_mnemonic(story.pin) == story.phrase


async def test_a_first_password_that_waits_over_a_lock_leaves_nothing_open(
    open_sdk: OpenSdk, ready: ReadySdk, story: Story, services: Services
) -> None:
    sdk = await ready(read=1)
    first = await blocked(sdk, story, services)
    await sdk.create_new_user("bob")
    await sdk.init_user("bob")
    late = asyncio.create_task(sdk.within(10).set_wallet_password("111111", PASSWORD))
    await asyncio.sleep(0.05)
    await sdk.lock()
    await first
    with pytest.raises(StateError) as raised:
        await late
    assert (raised.value.code, sdk.is_unlocked) == ("locked", False)
    assert not await sdk.is_wallet_password_set()


async def test_calls_and_locks_keep_their_order(ready: ReadySdk, story: Story) -> None:
    sdk = await ready()
    for _ in range(40):
        await asyncio.gather(sdk.lock(), sdk.unlock(story.pin))
        assert sdk.is_unlocked
        locked, unlocked = await asyncio.gather(sdk.unlock(story.pin), sdk.lock(), return_exceptions=True)
        assert not sdk.is_unlocked
        assert unlocked is None
        assert locked is None or getattr(locked, "code", None) == "locked"


async def test_app_data_is_out_of_reach_from_the_moment_of_the_lock(ready: ReadySdk, story: Story) -> None:
    sdk = await ready()
    await sdk.set_app_data("refresh", b"value")
    for _ in range(40):
        await sdk.unlock(story.pin)
        _, value = await asyncio.gather(sdk.lock(), sdk.get_app_data("refresh"), return_exceptions=True)
        assert getattr(value, "code", None) == "locked"


async def test_what_was_authorised_before_a_lock_is_finished(
    ready: ReadySdk, story: Story, services: Services
) -> None:
    sdk = await ready(read=0.5)
    services.fail("eth_getBalance", "hang")
    asking = asyncio.create_task(sdk.get_balance(story.pin))
    while "eth_getBalance" not in services.requests:
        await asyncio.sleep(0.01)
    await sdk.lock()
    with pytest.raises(NetworkTimeout):
        await asking
    assert not sdk.is_unlocked
