"""What a hostile file, a full disk or a change of the user can do to a vault: nothing."""

from __future__ import annotations

import asyncio
import dataclasses
import hashlib
import json
import os
import shutil
import struct
import subprocess
import sys
from pathlib import Path

import pytest
from etopay_sdk import (
    NetworkError,
    PinError,
    PinLocked,
    StateError,
    StorageCorrupt,
    StorageError,
    ValidationError,
)

from tests.sdk.conftest import OpenSdk, ReadySdk
from tests.sdk.fake_services import OTHER_EVM, Services, Story

ROOT = Path(__file__).resolve().parents[2]
OTHER = "000000"
PASSWORD = "a rather good backup password"


def only_user(folder: Path) -> Path:
    (user,) = (folder / "users").iterdir()
    return user


async def test_removing_the_counter_gives_no_guesses(
    ready: ReadySdk, open_sdk: OpenSdk, story: Story, folder: Path
) -> None:
    sdk = await ready()
    await sdk.close()
    for _ in range(2):
        (only_user(folder) / "attempts").unlink()
        sdk = open_sdk()
        await sdk.init_user("alice")
        with pytest.raises(PinLocked):
            await sdk.unlock(story.pin)
        await sdk.close()


async def test_a_guess_that_cannot_be_counted_is_the_last_one(
    ready: ReadySdk, story: Story, folder: Path
) -> None:
    sdk = await ready()
    (only_user(folder) / "attempts.new").mkdir()
    with pytest.raises(StorageError):
        await sdk.verify_pin(OTHER)
    assert not sdk.is_unlocked
    # Now even the right PIN tells nothing.
    with pytest.raises(StorageError):
        await sdk.verify_pin(story.pin)
    (only_user(folder) / "attempts.new").rmdir()
    await sdk.verify_pin(story.pin)


async def test_a_vault_put_in_place_does_not_open_the_one_in_use(
    ready: ReadySdk, open_sdk: OpenSdk, story: Story, services: Services, folder: Path, tmp_path: Path
) -> None:
    thief = open_sdk(at=tmp_path / "thief")
    await thief.create_new_user("alice")
    await thief.init_user("alice")
    await thief.set_wallet_password("111111", PASSWORD)
    await thief.close()

    sdk = await ready()
    # A payment that is being made keeps the vault in memory over a lock.
    services.delays["eth_sendRawTransaction"] = 5
    paying = asyncio.create_task(sdk.send_amount(story.pin, OTHER_EVM, "1", payment_id="p1"))
    while "eth_sendRawTransaction" not in services.requests:
        await asyncio.sleep(0.05)
    await sdk.lock()
    shutil.copy(only_user(tmp_path / "thief") / "vault", only_user(folder) / "vault")
    with pytest.raises((StorageCorrupt, PinError)):
        await sdk.get_mnemonic("111111")
    await paying


@pytest.mark.parametrize("cost", [{"memory_kib": 1 << 20}, {"passes": 64}, {"lanes": 16}])
async def test_a_vault_file_cannot_demand_any_cost(
    ready: ReadySdk, open_sdk: OpenSdk, story: Story, folder: Path, cost: dict[str, int]
) -> None:
    sdk = await ready()
    await sdk.close()
    for name in ("vault", "vault.previous"):
        path = only_user(folder) / name
        data = path.read_bytes()
        length = int.from_bytes(data[8:12], "little")
        header = json.loads(data[12 : 12 + length])
        header["wrap"]["profile"] |= cost
        text = json.dumps(header).encode()
        body = data[:8] + struct.pack("<I", len(text)) + text + data[12 + length : -32]
        path.write_bytes(body + hashlib.sha256(body).digest())
    again = open_sdk()
    await again.init_user("alice")
    with pytest.raises(StorageCorrupt):
        await again.unlock(story.pin)


@pytest.mark.parametrize(("name", "value"), [(b"M", 1 << 40), (b"I", 1 << 40)])
async def test_a_backup_file_cannot_demand_any_cost(
    ready: ReadySdk, services: Services, story: Story, tmp_path: Path, name: bytes, value: int
) -> None:
    sdk = await ready()
    data = bytearray(await sdk.create_wallet_backup(story.pin, PASSWORD))
    await sdk.close()
    entry = struct.pack("<I", 1) + name + struct.pack("<I", 8)
    at = data.index(entry) + len(entry)
    data[at : at + 8] = struct.pack("<Q", value)
    end = 12
    while True:
        kind, length = data[end], int.from_bytes(data[end + 1 : end + 5], "little")
        end += 5 + length
        if kind == 0:
            break
    data[end : end + 32] = hashlib.sha256(data[:end]).digest()
    (tmp_path / "backup.kdbx").write_bytes(data)
    # In a process of its own: what is tested for is that it survives.
    script = f"""
import asyncio, pathlib
from etopay_sdk import Config, Sdk, ValidationError
async def main():
    async with Sdk(Config({services.url + "/api"!r}, "standalone", {str(tmp_path / "new")!r})) as sdk:
        await sdk.create_new_user("alice")
        await sdk.init_user("alice")
        await sdk.set_wallet_password("493817", {PASSWORD!r})
        try:
            data = pathlib.Path({str(tmp_path / "backup.kdbx")!r}).read_bytes()
            await sdk.create_wallet_from_backup("493817", data, {PASSWORD!r})
        except ValidationError as error:
            print(error.code, error.details["reason"])
asyncio.run(main())
"""
    try:
        ended = subprocess.run(
            [sys.executable, "-c", script],
            cwd=ROOT,
            env=os.environ,
            capture_output=True,
            text=True,
            timeout=20,
            check=False,
        )
    except subprocess.TimeoutExpired:
        pytest.fail("the file was worked on for longer than 20 seconds")
    assert (ended.returncode, ended.stdout) == (0, "invalid_backup it demands too much memory or time\n")


@pytest.mark.parametrize(
    "data", [b"", b"\x00" * 40, b"\x03\xd9\xa2\x9a\x67\xfb\x4b\xb5\x00\x00\x04\x00\x0b\xff"]
)
async def test_what_is_no_backup_is_refused(ready: ReadySdk, story: Story, data: bytes) -> None:
    sdk = await ready(wallet=False)
    with pytest.raises(ValidationError) as raised:
        await sdk.create_wallet_from_backup(story.pin, data, PASSWORD)
    assert raised.value.code == "invalid_backup"


async def test_an_app_cannot_fill_the_vault_until_it_cannot_be_read(ready: ReadySdk) -> None:
    sdk = await ready()
    for number in range(64):
        await sdk.set_app_data(f"name {number}", b"x")
    with pytest.raises(ValidationError):
        await sdk.set_app_data("one more", b"x")
    await sdk.set_app_data("name 5", b"y")
    await sdk.set_app_data("name 6", None)
    await sdk.set_app_data("one more", b"x")


async def test_a_vault_that_could_not_be_read_back_is_not_written(
    ready: ReadySdk, open_sdk: OpenSdk, story: Story, folder: Path
) -> None:
    sdk = await ready()
    before = await sdk.get_networks()
    huge = dataclasses.replace(before[0], display_name="x" * (64 * 1024 * 1024))
    files = {path.name: path.read_bytes() for path in only_user(folder).iterdir()}
    with pytest.raises(StorageError) as raised:
        await sdk.set_networks([huge])
    assert raised.value.details["reason"] == "TooLarge"
    assert await sdk.get_networks() == before
    assert {path.name: path.read_bytes() for path in only_user(folder).iterdir()} == files
    await sdk.close()
    again = open_sdk()
    await again.init_user("alice")
    assert await again.get_mnemonic(story.pin) == story.phrase
    assert await again.get_networks() == before


async def test_what_a_removed_user_left_behind_goes_with_the_next_look(ready: ReadySdk, folder: Path) -> None:
    sdk = await ready()
    left = only_user(folder).with_suffix(".removed")
    shutil.copytree(only_user(folder), left)
    assert [user.username for user in sdk.list_users()] == ["alice"]
    assert not left.exists()


async def test_an_endless_answer_of_a_node_is_cut_off(
    ready: ReadySdk, story: Story, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    sdk = await ready()
    answer = services.evm.answer
    monkeypatch.setattr(
        services.evm,
        "answer",
        lambda method, params: (
            "x" * (33 * 1024 * 1024) if method == "eth_blockNumber" else answer(method, params)
        ),
    )
    with pytest.raises(NetworkError):
        await sdk.get_wallet_tx_list(story.pin, 0, 10)


async def test_another_user_never_gets_the_token(ready: ReadySdk, story: Story, services: Services) -> None:
    sdk = await ready()
    services.shares = None
    await sdk.create_new_user("bob")
    await sdk.init_user("bob")
    await sdk.set_wallet_password(story.pin, story.password)
    await sdk.create_wallet_from_new_mnemonic(story.pin)
    assert services.shares is None, "bob's wallet went to alice's account"


async def test_a_wallet_is_not_deleted_under_a_payment(
    ready: ReadySdk, story: Story, services: Services
) -> None:
    sdk = await ready(send=2)
    services.evm.mine = False
    sending = asyncio.create_task(sdk.send_amount(story.pin, OTHER_EVM, "1", payment_id="p1"))
    while not services.evm.waiting:
        await asyncio.sleep(0.02)
    with pytest.raises(StateError) as raised:
        await sdk.delete_wallet(story.pin)
    assert raised.value.code == "payment_in_progress"
    assert await sending == services.evm.waiting[0]["hash"]
