"""Wrong PINs cost time, everywhere, and that cannot be got around."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from etopay_sdk import PinError, PinLocked, Sdk, StateError, ValidationError, WalletNotInitialized

from tests.sdk.conftest import OpenSdk, ReadySdk
from tests.sdk.fake_services import EVM_ADDRESS, Story

DELAYS = [0, 0, 0, 10, 30, 60, 300, 900, 1800, 86400]
OTHER = "000000"
PASSWORD = "a rather good backup password"

GUARDED: list[Callable[[Sdk, str], Awaitable[object]]] = [
    lambda sdk, pin: sdk.verify_pin(pin),
    lambda sdk, pin: sdk.change_pin(pin, "777777"),
    lambda sdk, pin: sdk.set_wallet_password(pin, PASSWORD),
    lambda sdk, pin: sdk.create_wallet_from_new_mnemonic(pin),
    lambda sdk, pin: sdk.create_wallet_backup(pin, PASSWORD),
    lambda sdk, pin: sdk.verify_mnemonic(pin, "x"),
    lambda sdk, pin: sdk.get_mnemonic(pin),
    lambda sdk, pin: sdk.get_recovery_share(pin),
    lambda sdk, pin: sdk.delete_wallet(pin),
    lambda sdk, pin: sdk.discard_pending_wallet(pin),
    lambda sdk, pin: sdk.delete_user(pin),
    lambda sdk, pin: sdk.restore_wallet_from_shares(pin),
    lambda sdk, pin: sdk.generate_new_address(pin),
    lambda sdk, pin: sdk.get_balance(pin),
    lambda sdk, pin: sdk.estimate_gas(pin, EVM_ADDRESS, "1"),
    lambda sdk, pin: sdk.send_amount(pin, EVM_ADDRESS, "1"),
    lambda sdk, pin: sdk.get_wallet_tx_list(pin, 0, 10),
    lambda sdk, pin: sdk.get_wallet_tx(pin, "0x" + "00" * 32),
    lambda sdk, pin: sdk.confirm_purchase_request(pin, "purchase-1"),
]


def counter(folder: Path) -> Path:
    return next((folder / "users").iterdir()) / "attempts"


def let_time_pass(folder: Path, seconds: float) -> None:
    """Move the moment of the last failure back, as if that much time had passed since."""
    path = counter(folder)
    data = json.loads(path.read_text())
    data["at"] -= seconds
    path.write_text(json.dumps(data))


@pytest.mark.parametrize("position", range(len(GUARDED)))
async def test_every_call_with_a_pin_checks_and_counts_it(
    ready: ReadySdk, story: Story, position: int
) -> None:
    sdk = await ready()
    with pytest.raises(PinError) as raised:
        await GUARDED[position](sdk, OTHER)
    assert raised.value.code == "wrong_pin"
    assert raised.value.attempts_left == 9
    assert await sdk.get_mnemonic(story.pin) == story.phrase


async def test_delays_grow_and_ten_guesses_are_all_there_is(
    ready: ReadySdk, story: Story, folder: Path
) -> None:
    sdk = await ready()
    await sdk.lock()
    for number, delay in enumerate(DELAYS, start=1):
        with pytest.raises(PinError) as raised:
            await sdk.unlock(OTHER)
        assert raised.value.code == "wrong_pin"
        assert raised.value.attempts_left == 10 - number
        assert raised.value.retry_after == pytest.approx(delay, abs=1)
        if delay:
            with pytest.raises(PinLocked) as locked:
                await sdk.unlock(story.pin)
            assert 0 < locked.value.retry_after <= delay
            let_time_pass(folder, delay + 1)
    await sdk.unlock(story.pin)
    with pytest.raises(PinError) as raised:
        await sdk.verify_pin(OTHER)
    assert raised.value.attempts_left == 9


async def test_restart_does_not_shorten_the_wait(
    ready: ReadySdk, open_sdk: OpenSdk, story: Story, folder: Path
) -> None:
    sdk = await ready()
    for _ in range(4):
        with pytest.raises(PinError):
            await sdk.verify_pin(OTHER)
    await sdk.close()
    again = open_sdk()
    await again.init_user("alice")
    with pytest.raises(PinLocked) as locked:
        await again.unlock(story.pin)
    assert 5 < locked.value.retry_after <= 10


async def test_an_open_session_waits_as_well(ready: ReadySdk, story: Story) -> None:
    sdk = await ready()
    for _ in range(4):
        with pytest.raises(PinError):
            await sdk.get_balance(OTHER)
    with pytest.raises(PinLocked):
        await sdk.get_balance(story.pin)


async def test_new_system_start_counts_only_its_own_time(ready: ReadySdk, story: Story, folder: Path) -> None:
    sdk = await ready()
    for _ in range(4):
        with pytest.raises(PinError):
            await sdk.verify_pin(OTHER)
    path = counter(folder)
    data = json.loads(path.read_text())
    path.write_text(json.dumps(data | {"boot": "another start", "wait": 1e9}))
    with pytest.raises(PinLocked) as locked:
        await sdk.verify_pin(story.pin)
    assert locked.value.retry_after > 1e8


@pytest.mark.parametrize("damage", [b"", b"{", b"\x00" * 30])
async def test_damaged_counter_is_no_way_around(
    ready: ReadySdk, story: Story, folder: Path, damage: bytes
) -> None:
    sdk = await ready()
    await sdk.lock()
    counter(folder).write_bytes(damage)
    with pytest.raises(PinLocked):
        await sdk.unlock(story.pin)


async def test_malformed_pin_is_no_guess(ready: ReadySdk) -> None:
    sdk = await ready()
    for pin in ("", "12345", "12345a", "１２３４５６"):
        with pytest.raises(ValidationError):
            await sdk.verify_pin(pin)
    with pytest.raises(PinError) as raised:
        await sdk.verify_pin(OTHER)
    assert raised.value.attempts_left == 9


async def test_change_pin(ready: ReadySdk, open_sdk: OpenSdk, story: Story) -> None:
    sdk = await ready()
    await sdk.change_pin(story.pin, "222222")
    await sdk.verify_pin("222222")
    await sdk.close()
    again = open_sdk()
    await again.init_user("alice")
    with pytest.raises(PinError):
        await again.unlock(story.pin)
    await again.unlock("222222")
    assert await again.get_mnemonic("222222") == story.phrase


async def test_locked_calls(ready: ReadySdk, story: Story) -> None:
    sdk = await ready()
    await sdk.set_app_data("refresh", b"value")
    assert sdk.is_unlocked
    await sdk.lock()
    assert not (await sdk.get_user()).is_unlocked
    with pytest.raises(StateError) as raised:
        await sdk.get_app_data("refresh")
    assert raised.value.code == "locked"
    assert await sdk.is_wallet_password_set()
    assert await sdk.generate_new_address(story.pin) == EVM_ADDRESS
    assert (await sdk.get_user()).is_unlocked
    assert await sdk.get_app_data("refresh") == b"value"
    await sdk.set_app_data("refresh", None)
    assert await sdk.get_app_data("refresh") is None


async def test_user_without_pin(open_sdk: OpenSdk, story: Story) -> None:
    sdk = open_sdk()
    await sdk.create_new_user("alice")
    await sdk.init_user("alice")
    assert not await sdk.is_wallet_password_set()
    with pytest.raises(WalletNotInitialized):
        await sdk.unlock(story.pin)


async def test_cancelled_call_leaves_no_counted_attempt(ready: ReadySdk, story: Story) -> None:
    sdk = await ready()
    for _ in range(5):
        await sdk.lock()
        task = asyncio.create_task(sdk.get_balance(story.pin))
        await asyncio.sleep(0.001)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    with pytest.raises(PinError) as raised:
        await sdk.verify_pin(OTHER)
    assert raised.value.attempts_left == 9
    await sdk.verify_pin(story.pin)


async def test_the_pause_is_known_before_the_first_try(
    ready: ReadySdk, open_sdk: OpenSdk, folder: Path
) -> None:
    sdk = await ready()
    (user,) = sdk.list_users()
    assert (user.attempts_left, user.retry_after) == (10, 0)
    for _ in range(4):
        with pytest.raises(PinError):
            await sdk.verify_pin(OTHER)
    await sdk.close()
    again = open_sdk()
    before = counter(folder).read_bytes()
    (user,) = again.list_users()
    assert user.attempts_left == 6
    assert 5 < user.retry_after <= 10
    assert counter(folder).read_bytes() == before
    let_time_pass(folder, 11)
    (user,) = again.list_users()
    assert (user.attempts_left, user.retry_after) == (6, 0)


async def test_a_lost_counter_shows_as_a_pause(ready: ReadySdk, folder: Path) -> None:
    sdk = await ready()
    counter(folder).unlink()
    (user,) = sdk.list_users()
    assert user.attempts_left == 1
    assert 1700 < user.retry_after <= 1800
