"""Damaged, foreign and copied wallet files."""

from __future__ import annotations

import base64
import multiprocessing
import random
import secrets
import shutil
import stat
import sys
from pathlib import Path

import pytest
from etopay_sdk import (
    Config,
    EtopayError,
    PinError,
    Sdk,
    StateError,
    StorageCorrupt,
    StorageError,
    StorageInUse,
)

from tests.sdk.conftest import OpenSdk, ReadySdk
from tests.sdk.fake_services import Story


def vault_of(folder: Path) -> Path:
    return next((folder / "users").iterdir()) / "vault"


async def test_every_truncation(ready: ReadySdk, open_sdk: OpenSdk, story: Story, folder: Path) -> None:
    await (await ready()).close()
    vault = vault_of(folder)
    whole = vault.read_bytes()
    previous = vault.with_name("vault.previous")
    previous.unlink()
    sdk = open_sdk()
    await sdk.init_user("alice")
    for length in range(len(whole)):
        vault.write_bytes(whole[:length])
        with pytest.raises(StorageCorrupt):
            await sdk.unlock(story.pin)
        assert vault.read_bytes() == whole[:length]
        assert sdk.list_users()[0].damaged
    vault.write_bytes(whole)
    await sdk.unlock(story.pin)
    assert await sdk.get_mnemonic(story.pin) == story.phrase


async def test_flipped_bits(ready: ReadySdk, open_sdk: OpenSdk, story: Story, folder: Path) -> None:
    await (await ready()).close()
    vault = vault_of(folder)
    whole = vault.read_bytes()
    vault.with_name("vault.previous").unlink()
    seed = random.randrange(2**32)
    print(f"seed {seed}")
    places = random.Random(seed).sample(range(len(whole) * 8), 400)
    sdk = open_sdk()
    await sdk.init_user("alice")
    for place in places:
        damaged = bytearray(whole)
        damaged[place // 8] ^= 1 << place % 8
        vault.write_bytes(damaged)
        with pytest.raises(StorageCorrupt):
            await sdk.unlock(story.pin)


@pytest.mark.parametrize("damage", ["missing", "empty", "flipped", "foreign"])
async def test_last_good_copy_is_used(
    ready: ReadySdk, open_sdk: OpenSdk, story: Story, folder: Path, damage: str
) -> None:
    sdk = await ready()
    await sdk.set_app_data("x", b"y")
    await sdk.close()
    vault = vault_of(folder)
    whole = vault.read_bytes()
    match damage:
        case "missing":
            vault.unlink()
        case "empty":
            vault.write_bytes(b"")
        case "flipped":
            vault.write_bytes(whole[:-40] + bytes([whole[-40] ^ 1]) + whole[-39:])
        case "foreign":
            vault.write_bytes(b"PK\x03\x04" + random.randbytes(3000))
    again = open_sdk()
    await again.init_user("alice")
    await again.unlock(story.pin)
    assert await again.get_mnemonic(story.pin) == story.phrase
    await again.set_app_data("x", b"z")
    if damage != "missing":
        assert vault.with_name("vault.damaged").exists()


async def test_vault_of_another_user_is_refused(
    ready: ReadySdk, open_sdk: OpenSdk, story: Story, folder: Path
) -> None:
    sdk = await ready()
    await sdk.create_new_user("bob")
    await sdk.close()
    users = list((folder / "users").iterdir())
    alice = next(user for user in users if (user / "vault").exists())
    bob = next(user for user in users if user != alice)
    shutil.copy(alice / "vault", bob / "vault")
    again = open_sdk()
    await again.init_user("bob")
    with pytest.raises(StorageCorrupt):
        await again.unlock(story.pin)


async def test_secrets_are_not_on_disk(ready: ReadySdk, folder: Path) -> None:
    story = Story(pin=str(secrets.randbelow(10**12)).zfill(12), password="pw " + secrets.token_hex(16))
    sdk = await ready(wallet=False)
    await sdk.change_pin(Story().pin, story.pin)
    await sdk.set_wallet_password(story.pin, story.password)
    phrase = await sdk.create_wallet_from_new_mnemonic(story.pin)
    share = await sdk.get_recovery_share(story.pin)
    assert share is not None
    await sdk.set_app_data("refresh", b"token-" + share[-40:].encode())
    words = phrase.split()
    needles = [story.pin, story.password, phrase, " ".join(words[:3]), share, share.split("-")[3][:60]]
    needles += ["token-" + share[-40:]]
    control = folder / "control"
    control.write_text(phrase)
    assert find(folder, [phrase]) == ["control"]
    control.unlink()
    assert find(folder, needles) == []
    await sdk.close()
    assert find(folder, needles) == []


def find(folder: Path, needles: list[str]) -> list[str]:
    """Files that hold one of the needles, in any usual spelling."""
    spellings: list[bytes] = []
    for needle in needles:
        raw = needle.encode()
        spellings += [raw, raw.hex().encode(), needle.encode("utf-16-le"), needle.encode("utf-16-be")]
        # Base64 in all three alignments, without the ends that depend on the neighbours.
        spellings += [base64.b64encode(b"\0" * shift + raw)[4:-4] for shift in range(3)]
    hits = []
    for path in folder.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            if any(spelling in data for spelling in spellings):
                hits.append(path.name)
    return hits


async def test_modes(ready: ReadySdk, folder: Path) -> None:
    await ready()
    if sys.platform == "win32":
        # There the folder inherits the rights of the user's profile.
        return
    for path in [folder, *folder.rglob("*")]:
        mode = stat.S_IMODE(path.stat().st_mode)
        assert mode == (0o700 if path.is_dir() else 0o600), path


async def test_device_key(ready: ReadySdk, open_sdk: OpenSdk, story: Story) -> None:
    key, other = b"k" * 32, b"o" * 32
    await (await ready(device_key=key)).close()
    for given, code in [(None, "device_key_missing"), (other, "device_key_mismatch")]:
        sdk = open_sdk(device_key=given)
        await sdk.init_user("alice")
        with pytest.raises(StateError) as raised:
            await sdk.unlock(story.pin)
        assert raised.value.code == code
        await sdk.close()
    sdk = open_sdk(device_key=key)
    await sdk.init_user("alice")
    with pytest.raises(PinError) as wrong:
        await sdk.unlock("000000")
    assert wrong.value.attempts_left == 9
    await sdk.unlock(story.pin)


async def test_device_key_is_taken_up_later(ready: ReadySdk, open_sdk: OpenSdk, story: Story) -> None:
    await (await ready()).close()
    sdk = open_sdk(device_key=b"k" * 32)
    await sdk.init_user("alice")
    await sdk.unlock(story.pin)
    await sdk.close()
    without = open_sdk()
    await without.init_user("alice")
    with pytest.raises(StateError):
        await without.unlock(story.pin)


async def test_weak_test_vaults_are_stamped(ready: ReadySdk, folder: Path) -> None:
    await ready()
    assert b'"weak":true' in vault_of(folder).read_bytes()


def _try_to_open(folder: str, told: multiprocessing.Queue[str]) -> None:
    try:
        Sdk(Config("http://127.0.0.1:9/api", "standalone", folder))
        told.put("opened")
    except EtopayError as error:
        told.put(error.code)


class TestOneOwner:
    async def test_same_process(self, open_sdk: OpenSdk, folder: Path) -> None:
        first = open_sdk()
        with pytest.raises(StorageInUse):
            open_sdk()
        with pytest.raises(StorageInUse):
            open_sdk(at=folder / ".." / folder.name)
        await first.close()
        await first.close()
        open_sdk()

    async def test_other_process(self, open_sdk: OpenSdk, folder: Path) -> None:
        sdk = open_sdk()
        context = multiprocessing.get_context("spawn")
        for expected in ("storage_in_use", "opened"):
            told: multiprocessing.Queue[str] = context.Queue()
            process = context.Process(target=_try_to_open, args=(str(folder), told))
            process.start()
            assert told.get(timeout=20) == expected
            process.join()
            await sdk.close()

    async def test_unwritable_folder(self, tmp_path: Path, open_sdk: OpenSdk) -> None:
        blocked = tmp_path / "file"
        blocked.write_text("a file where a folder should be")
        with pytest.raises(StorageError):
            open_sdk(at=blocked / "wallets")
