"""Damaged, cut, swapped and foreign files: a typed error or the last good state, never an empty wallet."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
from etopay_sdk import Config, EtopayError, Sdk, WalletNotInitialized

from tests.sdk.conftest import OpenSdk, ReadySdk
from tests.sdk.fake_services import Story
from tests.support.campaign import Campaign

PIN = Story().pin
PHRASE = Story().phrase
FILES = ("vault", "vault.previous", "user.json", "attempts")


def user_folder(folder: Path) -> Path:
    (only,) = (folder / "users").iterdir()
    return only


def flip(data: bytes, chance: Random) -> bytes:
    place = chance.randrange(len(data) * 8)
    changed = bytearray(data)
    changed[place // 8] ^= 1 << place % 8
    return bytes(changed)


def zeros(data: bytes, chance: Random) -> bytes:
    start = chance.randrange(len(data))
    length = min(chance.choice((1, 16, 512, 4096)), len(data) - start)
    return data[:start] + bytes(length) + data[start + length :]


DAMAGE: dict[str, Callable[[bytes, Random], bytes]] = {
    "bit flips": flip,
    "cuts": lambda data, chance: data[: chance.randrange(len(data))],
    "zeroed blocks": zeros,
    "swapped halves": lambda data, chance: data[len(data) // 2 :] + data[: len(data) // 2],
    "longer files": lambda data, chance: data + chance.randbytes(chance.randrange(1, 5000)),
    "other content": lambda data, chance: chance.randbytes(chance.randrange(1, 5000)),
}


class Device:
    """A folder that is set up once and put back before every run."""

    def __init__(self, folder: Path, whole: Path) -> None:
        self.folder = folder
        self.whole = whole

    @property
    def user(self) -> Path:
        return user_folder(self.folder)

    def restore(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)
        shutil.copytree(self.whole, self.folder)

    async def outcome(self) -> str:
        """What a user sees: `good`, or the code of an error. A wallet that seems empty is a failure."""
        config = Config("http://127.0.0.1:9/api", "standalone", self.folder, read_timeout=5)
        async with Sdk(config) as sdk:
            sdk.list_users()
            try:
                await sdk.init_user("alice")
                await sdk.unlock(PIN)
                user = await sdk.get_user()
                assert user.has_wallet, "the wallet seems empty"
                found = await sdk.get_mnemonic(PIN)
            except WalletNotInitialized:
                raise AssertionError("the wallet seems empty") from None
            except EtopayError as error:
                return self.code_of(error)
        assert found == PHRASE
        return "good"

    @staticmethod
    def code_of(error: EtopayError) -> str:
        """Its code; its text tells nothing."""
        assert PHRASE not in repr(error) + repr(error.details)
        return error.code


@pytest.fixture
async def device(ready: ReadySdk, folder: Path, tmp_path: Path) -> Device:
    sdk = await ready(token=False)
    for number in range(3):
        # So that the last good copy is one with the wallet in it.
        await sdk.set_app_data("number", bytes([number]))
    await sdk.close()
    whole = tmp_path / "whole"
    shutil.move(folder, whole)
    return Device(tmp_path / "device", whole)


@pytest.mark.campaign("damage")
async def test_random_damage(campaign: Campaign, device: Device) -> None:
    chance = campaign.chance
    contents = {name: (user_folder(device.whole) / name).read_bytes() for name in FILES}
    for _ in campaign.each():
        kind = chance.choice(list(DAMAGE))
        with_copy = chance.random() < 0.5
        name = chance.choice(FILES)
        damaged = DAMAGE[kind](contents[name], chance)
        device.restore()
        (device.user / name).write_bytes(damaged)
        if not with_copy:
            (device.user / "vault.previous").unlink()
        changed = damaged != contents[name]
        outcome = await device.outcome()
        if changed and name == "vault" and not with_copy:
            assert outcome == "storage_corrupt", (kind, outcome)
            assert (device.user / "vault").read_bytes() == damaged, "the damaged file was not kept"
        elif name == "attempts" and changed:
            # Its own damage may lock, and may by chance be another valid count.
            assert outcome in {"good", "pin_locked"}, (kind, outcome)
        else:
            assert outcome == "good", (kind, name, with_copy, outcome)
        campaign.figures[kind] += 1
        campaign.figures["good state" if outcome == "good" else "typed error"] += 1


@pytest.mark.campaign("cuts")
async def test_every_cut(campaign: Campaign, device: Device) -> None:
    contents = {name: (user_folder(device.whole) / name).read_bytes() for name in FILES}
    cuts = [(name, at) for name, data in contents.items() for at in range(len(data))]
    step = max(1, len(cuts) // campaign.runs)
    for number in campaign.each(len(cuts) // step):
        name, length = cuts[number * step]
        device.restore()
        (device.user / name).write_bytes(contents[name][:length])
        assert await device.outcome() == ("pin_locked" if name == "attempts" else "good"), (name, length)
        if name == "vault":
            (device.user / "vault.previous").unlink()
            assert await device.outcome() == "storage_corrupt", length
        campaign.figures[name] += 1


async def test_an_older_file_is_an_older_state(device: Device, open_sdk: OpenSdk) -> None:
    device.restore()
    old = (device.user / "vault.previous").read_bytes()
    (device.user / "vault").write_bytes(old)
    (device.user / "vault.previous").unlink()
    assert await device.outcome() == "good"


async def test_a_vault_older_than_a_pin_change_does_not_bring_back_the_old_pin(
    device: Device, open_sdk: OpenSdk
) -> None:
    device.restore()
    before = (device.user / "vault").read_bytes()
    sdk = open_sdk(at=device.folder)
    await sdk.init_user("alice")
    await sdk.change_pin(PIN, "86420975")
    await sdk.close()
    for name in ("vault", "vault.previous"):
        if (device.user / name).exists():
            assert (device.user / name).read_bytes() != before


@pytest.mark.parametrize("both", [False, True])
@pytest.mark.parametrize("kind", ["empty", "zip", "sqlite", "json", "other wallet", "huge", "folder"])
async def test_a_foreign_file(
    device: Device, open_sdk: OpenSdk, story: Story, tmp_path: Path, kind: str, both: bool
) -> None:
    device.restore()
    foreign = tmp_path / "foreign"
    match kind:
        case "empty":
            foreign.write_bytes(b"")
        case "zip":
            foreign.write_bytes(b"PK\x03\x04" + Random(1).randbytes(3000))
        case "sqlite":
            with sqlite3.connect(foreign) as base:
                base.execute("create table wallets (phrase text)")
        case "json":
            foreign.write_text('{"username": "alice", "phrase": null}')
        case "huge":
            foreign.write_bytes(bytes(64 << 20))
        case "other wallet":
            sdk = open_sdk(at=tmp_path / "bob")
            await sdk.create_new_user("bob")
            await sdk.init_user("bob")
            await sdk.set_wallet_password(PIN, story.password)
            await sdk.create_wallet_from_new_mnemonic(PIN)
            await sdk.close()
            shutil.copy(user_folder(tmp_path / "bob") / "vault", foreign)
    for name in ("vault", "vault.previous") if both else ("vault",):
        (device.user / name).unlink()
        if kind == "folder":
            (device.user / name).mkdir()
        else:
            shutil.copy(foreign, device.user / name)
    outcome = await device.outcome()
    assert outcome in ({"storage_corrupt", "storage_error"} if both else {"good"})


async def test_the_campaign_would_see_an_empty_wallet(device: Device, ready: ReadySdk, folder: Path) -> None:
    """The control: a folder whose wallet was deleted counts as a failure."""
    sdk = await ready(token=False)
    await sdk.delete_wallet(PIN)
    await sdk.close()
    shutil.copytree(folder, device.folder)
    with pytest.raises(AssertionError, match="seems empty"):
        await device.outcome()
