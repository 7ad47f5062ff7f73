"""A wallet takes the place of another one by a user's act only, and can be dropped before that."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from etopay_sdk import BackendError, NotFound, PinError, Sdk, WalletExists

from tests.sdk.conftest import OpenSdk, ReadySdk
from tests.sdk.fake_services import TOKEN, Services, Story


async def interrupted(sdk: Sdk, story: Story, services: Services, kind: str = "500") -> dict[str, str] | None:
    """A replacement whose upload fails; what the server held before."""
    kept = services.shares
    services.fail("/user/shares", kind, times=1)
    with pytest.raises(Exception, match=r"backend|service"):
        await sdk.create_wallet_from_new_mnemonic(story.pin, replace=True)
    return kept


async def restarted(open_sdk: OpenSdk, story: Story) -> Sdk:
    """The next start of the app, up to the point at which it has a token."""
    sdk = open_sdk()
    await sdk.init_user("alice")
    await sdk.unlock(story.pin)
    await sdk.refresh_access_token(TOKEN)
    await asyncio.sleep(0.5)
    return sdk


async def test_a_restart_completes_no_replacement(
    ready: ReadySdk, open_sdk: OpenSdk, story: Story, services: Services
) -> None:
    sdk = await ready()
    assert (await sdk.get_user()).wallet_replaces is False
    kept = await interrupted(sdk, story, services)
    phrase = await sdk.get_mnemonic(story.pin)
    await sdk.close()
    again = await restarted(open_sdk, story)
    user = await again.get_user()
    assert (services.shares is kept, user.wallet_pending, user.wallet_replaces) == (True, True, True)
    assert await again.create_wallet_from_new_mnemonic(story.pin) == phrase
    user = await again.get_user()
    assert (services.shares is kept, user.wallet_pending, user.wallet_replaces) == (False, False, False)


async def test_what_is_no_replacement_is_completed_as_before(
    ready: ReadySdk, open_sdk: OpenSdk, story: Story, services: Services
) -> None:
    sdk = await ready(wallet=False)
    await interrupted(sdk, story, services)
    await sdk.close()
    await restarted(open_sdk, story)
    assert services.shares is not None, "there was nothing at the server to replace"


async def test_a_replacement_made_offline_waits_for_the_user(
    ready: ReadySdk, story: Story, services: Services
) -> None:
    sdk = await ready()
    kept = services.shares
    await sdk.refresh_access_token(None)
    phrase = await sdk.create_wallet_from_new_mnemonic(story.pin, replace=True)
    await sdk.refresh_access_token(TOKEN)
    await sdk.set_wallet_password(story.pin, story.password + "2")
    await asyncio.sleep(0.5)
    assert (services.shares is kept, (await sdk.get_user()).wallet_replaces) == (True, True)
    await sdk.create_wallet_from_existing_mnemonic(story.pin, phrase)
    assert (services.shares is kept, (await sdk.get_user()).wallet_replaces) == (False, False)


async def test_a_pending_wallet_can_be_dropped(ready: ReadySdk, story: Story, services: Services) -> None:
    sdk = await ready()
    kept = await interrupted(sdk, story, services)
    with pytest.raises(PinError):
        await sdk.discard_pending_wallet("111111")
    await sdk.discard_pending_wallet(story.pin)
    user = await sdk.get_user()
    assert (user.has_wallet, user.wallet_pending, user.wallet_replaces) == (False, False, False)
    assert services.shares is kept
    await sdk.restore_wallet_from_shares(story.pin)
    assert await sdk.get_mnemonic(story.pin) == story.phrase


async def test_what_the_server_has_taken_is_not_dropped(
    ready: ReadySdk, story: Story, services: Services
) -> None:
    sdk = await ready()
    kept = await interrupted(sdk, story, services, "drop_after")
    assert services.shares is not kept
    with pytest.raises(WalletExists) as raised:
        await sdk.discard_pending_wallet(story.pin)
    assert raised.value.details == {"where": "server"}
    services.fail("/user/shares/recovery", "500", times=1)
    with pytest.raises(BackendError):
        await sdk.discard_pending_wallet(story.pin)
    assert (await sdk.get_user()).wallet_pending


async def test_a_complete_wallet_is_not_dropped(ready: ReadySdk, story: Story) -> None:
    sdk = await ready()
    with pytest.raises(NotFound):
        await sdk.discard_pending_wallet(story.pin)
    assert (await sdk.get_user()).has_wallet


async def test_locked_nothing_is_told(ready: ReadySdk) -> None:
    sdk = await ready()
    await sdk.lock()
    told: Any = (await sdk.get_user()).wallet_replaces
    assert told is None


@pytest.mark.parametrize("offline", [True, False])
async def test_a_replacement_that_is_deleted_leaves_the_other_wallet(
    ready: ReadySdk, story: Story, services: Services, *, offline: bool
) -> None:
    sdk = await ready()
    kept = services.shares
    if offline:
        await sdk.refresh_access_token(None)
        await sdk.create_wallet_from_new_mnemonic(story.pin, replace=True)
        await sdk.refresh_access_token(TOKEN)
    else:
        await interrupted(sdk, story, services)
    await sdk.delete_wallet(story.pin)
    assert services.shares is kept
    await sdk.restore_wallet_from_shares(story.pin)
    assert await sdk.get_mnemonic(story.pin) == story.phrase
    await sdk.delete_wallet(story.pin)
    assert services.shares is None


async def test_whose_shares_the_server_holds_is_known_before_a_deletion(
    ready: ReadySdk, story: Story, services: Services
) -> None:
    sdk = await ready()
    await interrupted(sdk, story, services, "drop_after")
    services.fail("/user/shares/recovery", "500", times=1)
    with pytest.raises(BackendError):
        await sdk.delete_wallet(story.pin)
    assert (await sdk.get_user()).wallet_pending
    await sdk.delete_wallet(story.pin)
    assert services.shares is None, "by then they were its own"
