"""A panic of the crate becomes an exception, and nothing else suffers from it."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from etopay_sdk import InternalError, Sdk

from tests.sdk.conftest import OpenSdk, ReadySdk
from tests.sdk.fake_services import EVM_ADDRESS, OTHER_EVM, TOKEN, Services, Story
from tests.sdk.opened_vault import change
from tests.sdk.test_vault_files import vault_of

TOO_FAR = 2**31
"""The crate panics on the account of this number. Only a vault that was tampered with can hold it."""


async def panicking(ready: ReadySdk, open_sdk: OpenSdk, story: Story, folder: Path) -> Sdk:
    """An open wallet on an EVM network, whose every derivation panics."""
    sdk = await ready()
    await sdk.close()

    def far(held: dict[str, Any]) -> None:
        held["account"] = TOO_FAR

    change(vault_of(folder), story.pin, far)
    sdk = open_sdk()
    await sdk.init_user("alice")
    await sdk.unlock(story.pin)
    await sdk.refresh_access_token(TOKEN)
    return sdk


async def test_a_panic_is_an_error_of_ours(
    ready: ReadySdk, open_sdk: OpenSdk, story: Story, services: Services, folder: Path, capfd: Any
) -> None:
    sdk = await panicking(ready, open_sdk, story, folder)
    for call in (
        lambda: sdk.generate_new_address(story.pin),
        lambda: sdk.get_balance(story.pin),
        lambda: sdk.send_amount(story.pin, OTHER_EVM, "1"),
    ):
        with pytest.raises(InternalError) as raised:
            await call()
        assert (raised.value.code, raised.value.details) == ("internal_error", {"place": "panic"})
    assert services.evm.sent == []
    printed = capfd.readouterr()
    assert "panicked" not in printed.out + printed.err
    # The client is as usable as before, with all that the wallet needs.
    assert await sdk.get_mnemonic(story.pin) == story.phrase
    await sdk.set_wallet_derivation_options(0, 0)
    assert await sdk.generate_new_address(story.pin) == EVM_ADDRESS
    assert await sdk.send_amount(story.pin, OTHER_EVM, "1")
    await sdk.lock()
    await sdk.unlock(story.pin)
    assert await sdk.get_balance(story.pin) < 100


async def test_calls_beside_a_panic_are_not_disturbed(
    ready: ReadySdk, open_sdk: OpenSdk, story: Story, folder: Path
) -> None:
    sdk = await panicking(ready, open_sdk, story, folder)
    beside = [asyncio.create_task(sdk.get_exchange_rate()) for _ in range(8)]
    panics = [asyncio.create_task(sdk.generate_new_address(story.pin)) for _ in range(8)]
    assert all(await asyncio.gather(*beside))
    outcomes = await asyncio.gather(*panics, return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [InternalError] * 8
    assert sdk.is_unlocked
