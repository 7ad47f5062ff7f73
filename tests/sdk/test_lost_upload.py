"""An upload of which nothing was heard may still arrive; a consent is for what was there when given."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from etopay_sdk import NetworkTimeout, Sdk, SharesState, WalletExists

from tests.sdk.conftest import OpenSdk, ReadySdk
from tests.sdk.fake_services import TOKEN, Services, Story
from tests.sdk.test_replacing import interrupted
from tests.sdk.test_wallet import eventually

LATE = 3.0
OTHER = "legal winner thank year wave sausage worth useful legal winner thank yellow"


async def lost(sdk: Sdk, story: Story, services: Services) -> None:
    """A wallet whose shares come to the server after everybody has stopped waiting."""
    services.delays["/user/shares"] = LATE
    with pytest.raises(NetworkTimeout):
        await sdk.create_wallet_from_existing_mnemonic(story.pin, story.phrase)
    services.delays.clear()
    assert services.shares is None


async def test_a_wallet_whose_shares_may_still_arrive_is_not_dropped(
    ready: ReadySdk, story: Story, services: Services
) -> None:
    sdk = await ready(wallet=False, read=1)
    await lost(sdk, story, services)
    with pytest.raises(NetworkTimeout):
        await sdk.discard_pending_wallet(story.pin)
    with pytest.raises(WalletExists) as raised:
        await sdk.within(20).discard_pending_wallet(story.pin)
    assert raised.value.details == {"where": "server"}
    assert await sdk.get_mnemonic(story.pin) == story.phrase


async def test_a_wallet_whose_shares_were_lost_is_dropped_after_a_while(
    ready: ReadySdk, story: Story, services: Services
) -> None:
    sdk = await ready(wallet=False, read=1)
    services.fail("/user/shares", "drop", times=1)
    with pytest.raises(Exception, match="service"):
        await sdk.create_wallet_from_existing_mnemonic(story.pin, story.phrase)
    await sdk.within(20).discard_pending_wallet(story.pin)
    assert (services.shares, (await sdk.get_user()).has_wallet) == (None, False)


async def test_late_shares_do_not_overwrite_those_of_the_next_wallet(
    ready: ReadySdk, story: Story, services: Services
) -> None:
    sdk = await ready(wallet=False, read=1)
    await lost(sdk, story, services)
    await sdk.within(20).create_wallet_from_existing_mnemonic(story.pin, OTHER, replace=True)
    await asyncio.sleep(LATE)
    assert services.shares is not None
    assert services.shares["recovery_share"] == await sdk.get_recovery_share(story.pin)


async def test_late_shares_are_deleted_with_their_wallet(
    ready: ReadySdk, story: Story, services: Services
) -> None:
    sdk = await ready(wallet=False, read=1)
    await lost(sdk, story, services)
    await sdk.within(20).delete_wallet(story.pin)
    await asyncio.sleep(LATE)
    assert services.shares is None


async def test_late_shares_are_waited_for_when_a_wallet_goes_here_only(
    ready: ReadySdk, story: Story, services: Services
) -> None:
    sdk = await ready(wallet=False, read=1)
    await lost(sdk, story, services)
    with pytest.raises(NetworkTimeout):
        await sdk.delete_wallet(story.pin, only_here=True)
    assert (await sdk.get_user()).has_wallet
    await sdk.within(20).delete_wallet(story.pin, only_here=True)
    assert services.shares is not None
    assert not (await sdk.get_user()).has_wallet


async def test_a_late_share_under_the_old_password_does_not_overwrite_the_new_one(
    ready: ReadySdk, open_sdk: OpenSdk, story: Story, services: Services, tmp_path: Path
) -> None:
    sdk = await ready(read=1)
    services.delays["/user/shares"] = LATE
    await sdk.set_wallet_password(story.pin, story.password + "2")
    services.delays.clear()
    await sdk.within(20).set_wallet_password(story.pin, story.password + "3")
    await asyncio.sleep(LATE)
    phone = await other_device(open_sdk, story, tmp_path, story.password + "3")
    await phone.restore_wallet_from_shares(story.pin)
    assert await phone.get_mnemonic(story.pin) == story.phrase


@pytest.mark.parametrize("restarted", [False, True])
@pytest.mark.parametrize("failing", [False, True])
async def test_a_late_share_under_the_old_password_is_followed_by_the_new_one(
    ready: ReadySdk,
    open_sdk: OpenSdk,
    story: Story,
    services: Services,
    tmp_path: Path,
    *,
    restarted: bool,
    failing: bool,
) -> None:
    sdk = await ready(wallet=False, read=1)
    await lost(sdk, story, services)
    await sdk.set_wallet_password(story.pin, story.password + "2")
    await sdk.create_wallet_from_existing_mnemonic(story.pin, story.phrase)
    fresh = services.shares
    assert fresh is not None
    if restarted:
        await sdk.close()
    assert await eventually(lambda: services.shares is not fresh, tries=200), "the old one arrives"
    if failing:
        services.fail("/user/shares", "500", times=1)
    if restarted:
        sdk = open_sdk(read=1)
        await sdk.init_user("alice")
        await sdk.unlock(story.pin)
        await sdk.refresh_access_token(TOKEN)
    late = services.shares
    if failing:
        assert await eventually(lambda: services.faults[-1].times == 0, tries=500)
        # After a restart there are two tries: one of the unlocking, one of the token.
        assert restarted or await eventually_pending(sdk)
        await sdk.refresh_access_token(TOKEN)
    assert await eventually(lambda: services.shares is not late, tries=500)
    phone = await other_device(open_sdk, story, tmp_path, story.password + "2")
    await phone.restore_wallet_from_shares(story.pin)
    assert (await sdk.get_user()).shares is SharesState.UPLOADED


async def eventually_pending(sdk: Sdk) -> bool:
    """Whether the user is told that the server has not got the shares."""
    for _ in range(50):
        if (await sdk.get_user()).shares is SharesState.PENDING:
            return True
        await asyncio.sleep(0.1)
    return False


async def other_device(
    open_sdk: OpenSdk, story: Story, tmp_path: Path, password: str = "another rather good password"
) -> Sdk:
    sdk = open_sdk(at=tmp_path / "phone")
    await sdk.create_new_user("alice")
    await sdk.init_user("alice")
    await sdk.set_wallet_password(story.pin, password)
    await sdk.refresh_access_token(TOKEN)
    return sdk


async def test_a_consent_is_not_for_a_wallet_that_came_later(
    ready: ReadySdk, open_sdk: OpenSdk, story: Story, services: Services, tmp_path: Path
) -> None:
    sdk = await ready()
    await interrupted(sdk, story, services)
    phone = await other_device(open_sdk, story, tmp_path)
    await phone.create_wallet_from_new_mnemonic(story.pin, replace=True)
    kept = services.shares
    with pytest.raises(WalletExists) as raised:
        await sdk.create_wallet_from_new_mnemonic(story.pin)
    assert (raised.value.details, services.shares is kept) == ({"where": "server"}, True)
    assert (await sdk.get_user()).wallet_replaces
    phrase = await sdk.create_wallet_from_new_mnemonic(story.pin, replace=True)
    assert services.shares is not kept
    assert await sdk.get_mnemonic(story.pin) == phrase


async def test_a_consent_for_an_empty_server_is_none_for_a_wallet(
    ready: ReadySdk, open_sdk: OpenSdk, story: Story, services: Services, tmp_path: Path
) -> None:
    sdk = await ready(wallet=False)
    await interrupted(sdk, story, services)
    phone = await other_device(open_sdk, story, tmp_path)
    await phone.create_wallet_from_new_mnemonic(story.pin)
    kept = services.shares
    with pytest.raises(WalletExists):
        await sdk.create_wallet_from_new_mnemonic(story.pin)
    assert services.shares is kept


@pytest.mark.parametrize("times", [1, 2])
async def test_a_consent_without_a_token_is_for_the_wallet_of_this_device(
    ready: ReadySdk, open_sdk: OpenSdk, story: Story, services: Services, tmp_path: Path, times: int
) -> None:
    sdk = await ready()
    await sdk.refresh_access_token(None)
    for _ in range(times):
        phrase = await sdk.create_wallet_from_new_mnemonic(story.pin, replace=True)
    old = services.shares
    phone = await other_device(open_sdk, story, tmp_path)
    await phone.create_wallet_from_new_mnemonic(story.pin, replace=True)
    foreign = services.shares
    await sdk.refresh_access_token(TOKEN)
    with pytest.raises(WalletExists):
        await sdk.create_wallet_from_existing_mnemonic(story.pin, phrase)
    assert services.shares is foreign
    services.shares = old
    await sdk.create_wallet_from_existing_mnemonic(story.pin, phrase)
    assert services.shares is not None
    assert services.shares["recovery_share"] == await sdk.get_recovery_share(story.pin)
