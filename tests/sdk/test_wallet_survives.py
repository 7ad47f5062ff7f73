"""kill -9 in the middle of a change: the wallet is there afterwards, or its deletion had been asked for."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from etopay_sdk import (
    BackendError,
    NetworkError,
    PasswordMismatchError,
    PinError,
    Sdk,
    SharesState,
    WalletExists,
    WalletNotInitialized,
)

from tests.sdk.conftest import OpenSdk, ReadySdk
from tests.sdk.crash_child import CHANGES, NEW_PASSWORD, NEW_PIN
from tests.sdk.fake_services import EVM_ADDRESS, TOKEN, Services, Story
from tests.sdk.test_crash import kill_after_ready, start
from tests.sdk.test_wallet import eventually

RUNS = 6


async def opened(open_sdk: OpenSdk, folder: Path, *pins: str) -> tuple[Sdk, str]:
    """The SDK after the kill, and the one PIN that opens it."""
    sdk = open_sdk(at=folder)
    assert not [user for user in sdk.list_users() if user.damaged]
    await sdk.init_user("alice")
    for pin in pins:
        try:
            await sdk.unlock(pin)
        except PinError:
            continue
        await sdk.refresh_access_token(TOKEN)
        await sdk.get_networks()
        await sdk.set_network("ETH")
        return sdk, pin
    pytest.fail("no PIN opens the vault")


async def restored_elsewhere(open_sdk: OpenSdk, folder: Path, story: Story, *passwords: str) -> str:
    """The phrase a new device gets from the server's shares with one of these passwords."""
    sdk = open_sdk(at=folder)
    await sdk.create_new_user("alice")
    await sdk.init_user("alice")
    await sdk.refresh_access_token(TOKEN)
    for password in passwords:
        await sdk.set_wallet_password(story.pin, password)
        try:
            await sdk.restore_wallet_from_shares(story.pin)
        except PasswordMismatchError:
            continue
        return await sdk.get_mnemonic(story.pin)
    pytest.fail("no password opens the shares")


@pytest.mark.parametrize("run", range(RUNS))
@pytest.mark.parametrize("work", CHANGES)
async def test_kill_during_a_change(
    ready: ReadySdk, open_sdk: OpenSdk, story: Story, services: Services, tmp_path: Path, work: str, run: int
) -> None:
    seed = random.randrange(2**32)
    print(f"seed {seed}")
    folder = tmp_path / "wallets"
    sdk = await ready(at=folder)
    await sdk.create_new_user("bob")
    await sdk.close()
    if work == "restore from shares":
        folder = tmp_path / "new device"
        sdk = open_sdk(at=folder)
        await sdk.create_new_user("alice")
        await sdk.init_user("alice")
        await sdk.set_wallet_password(story.pin, story.password)
        await sdk.close()
    said = kill_after_ready(start(work, services, folder), random.Random(seed).uniform(0, 0.03))
    sdk, pin = await opened(open_sdk, folder, story.pin, NEW_PIN)
    phrase = None
    try:
        phrase = await sdk.get_mnemonic(pin)
    except WalletNotInitialized:
        assert work in {"delete the wallet", "restore from shares"}
    match work:
        case "change the PIN":
            assert pin == NEW_PIN or "done" not in said
        case "delete the wallet" if phrase is None:
            assert services.shares is None
            return
        case "restore from shares" if phrase is None:
            await sdk.restore_wallet_from_shares(pin)
            phrase = await sdk.get_mnemonic(pin)
        case "replace the wallet" if phrase != story.phrase:
            # Its words were not seen yet: they come again.
            try:
                assert await sdk.create_wallet_from_new_mnemonic(pin) == phrase
            except WalletExists:
                assert (await sdk.get_user()).wallet_pending is False
            story.phrase = str(phrase)
    assert phrase == story.phrase
    if work != "replace the wallet":
        assert await sdk.generate_new_address(pin) == EVM_ADDRESS

    # What the server holds is the same wallet, under the old password or the new one.
    async def uploaded() -> bool:
        return (await sdk.get_user()).shares is SharesState.UPLOADED

    for _ in range(100):
        if await uploaded():
            break
        await eventually(lambda: False, tries=1)
    assert await uploaded()
    elsewhere = await restored_elsewhere(
        open_sdk, tmp_path / "elsewhere", story, story.password, NEW_PASSWORD
    )
    assert elsewhere == story.phrase


@pytest.mark.parametrize("kind", ["drop_after", "drop", "500"])
async def test_a_deletion_that_failed_leaves_a_whole_wallet(
    ready: ReadySdk, open_sdk: OpenSdk, story: Story, services: Services, tmp_path: Path, kind: str
) -> None:
    sdk = await ready()
    assert services.shares is not None
    recovery = services.shares["recovery_share"]
    services.fail("/user/shares", kind, times=1)
    with pytest.raises((NetworkError, BackendError)):
        await sdk.delete_wallet(story.pin)
    assert await sdk.get_mnemonic(story.pin) == story.phrase
    assert await eventually(lambda: (services.shares or {}).get("recovery_share") == recovery)
    assert await restored_elsewhere(open_sdk, tmp_path / "elsewhere", story, story.password) == story.phrase
    await sdk.delete_wallet(story.pin)
    assert services.shares is None
