"""Spoiled phrases, shares, backup files and stored files: a value or a typed error, soon, nothing told."""

from __future__ import annotations

import asyncio
import shutil
import struct
import time
import traceback
from collections.abc import Awaitable, Callable
from pathlib import Path
from random import Random

import pytest
from etopay_sdk import (
    Config,
    EtopayError,
    InternalError,
    Sdk,
    check_mnemonic,
    mnemonic_words,
    password_strength,
)

from tests.campaigns import hostile_backup, kdbx_file, reference
from tests.campaigns.hostile import TEXTS, spoil_bytes, spoil_text
from tests.sdk.conftest import ReadySdk
from tests.sdk.fake_services import Story
from tests.support.campaign import Campaign

PIN = Story().pin
PASSWORD = "a rather good backup password"
WORDS = mnemonic_words()
SLOW = 5.0
"""Seconds that no input may take."""


def judge(campaign: Campaign, error: Exception, *secrets: str) -> None:
    """Typed, not a panic, and without a word of what was put in."""
    assert isinstance(error, EtopayError), "".join(traceback.format_exception(error))
    assert not isinstance(error, InternalError), "a panic inside"
    shown = "".join(traceback.format_exception_only(error)) + repr(error) + repr(error.details)
    for secret in secrets:
        assert len(secret) < 9 or secret not in shown, shown
    campaign.figures[error.code] += 1


def now_and_then(chance: Random, text: str) -> str:
    """The text, spoiled in one of several ways."""
    match chance.randrange(6):
        case 0:
            return spoil_text(text, chance)
        case 1:
            return chance.choice(TEXTS) + text
        case 2:
            return text.upper() if chance.random() < 0.5 else text.replace(" ", chance.choice(TEXTS[:20]))
        case 3:
            parts = text.split()
            chance.shuffle(parts)
            return " ".join(parts)
        case 4:
            return text * chance.randrange(3)
        case _:
            return text[: chance.randrange(len(text) + 1)]


@pytest.mark.campaign("fuzz-phrases")
def test_phrases(campaign: Campaign) -> None:
    chance = campaign.chance
    slowest = 0.0
    for number in campaign.each():
        if chance.random() < 0.3:
            count = chance.choice((1, 11, 12, 12, 13, 15, 18, 21, 24, 24, 25, 48))
            phrase = " ".join(chance.choice(WORDS) for _ in range(count))
        else:
            entropy = chance.randbytes(chance.choice((16, 20, 24, 28, 32)))
            phrase = now_and_then(chance, reference.phrase_of(entropy, WORDS))
        began = time.perf_counter()
        try:
            if number % 100 == 0:
                assert password_strength(phrase[:1024].encode()[:1024].decode("utf-8", "ignore")) <= 4
            check_mnemonic(phrase)
        except Exception as error:  # noqa: BLE001 - that is the question
            judge(campaign, error, phrase, *phrase.split())
        else:
            # What is taken for a phrase is one: its words give an entropy that gives the words.
            words = phrase.lower().split()
            bits = "".join(f"{WORDS.index(word):011b}" for word in words)
            raw = int(bits[: len(bits) * 32 // 33], 2).to_bytes(len(bits) * 4 // 33)
            assert reference.phrase_of(raw, WORDS) == " ".join(words), phrase
            campaign.figures["accepted"] += 1
        slowest = max(slowest, time.perf_counter() - began)
        assert slowest < SLOW, phrase[:200]
    campaign.figures["slowest, ms"] = round(slowest * 1000)


async def refused(
    campaign: Campaign, call: Callable[[], Awaitable[object]], *secrets: str, limit: float = SLOW
) -> None:
    """Await one call that may fail in a decent way only."""
    began = time.perf_counter()
    try:
        await asyncio.wait_for(call(), 120)
    except Exception as error:  # noqa: BLE001 - that is the question
        judge(campaign, error, *secrets)
    else:
        campaign.figures["accepted"] += 1
    taken = time.perf_counter() - began
    campaign.figures["slowest, ms"] = max(campaign.figures["slowest, ms"], round(taken * 1000))
    assert taken < limit


@pytest.mark.campaign("fuzz-shares")
async def test_shares(campaign: Campaign, ready: ReadySdk) -> None:
    sdk = await ready(token=False)
    share = await sdk.get_recovery_share(PIN)
    assert share is not None
    await sdk.delete_wallet(PIN)
    chance = campaign.chance
    for _ in campaign.each():
        given = now_and_then(chance, share)
        await refused(campaign, lambda given=given: sdk.set_recovery_share(given), given)


def spoiled_backup(chance: Random, phrase: str) -> bytes:
    """A backup file that is wrong at one of its layers, while the layers around it are in order."""
    zipped = chance.random() < 0.5
    kdf = chance.choice(("aes", "aes", "argon2d", "argon2id"))
    cipher = chance.choice(("aes256", "chacha20"))
    choices = kdbx_file.Choices(kdf=kdf, cipher=cipher, zipped=zipped, stream=chance.choice((0, 1, 2, 3, 9)))
    xml, header, inner = kdbx_file.document(phrase), None, None
    match chance.randrange(8):
        case 0:
            return spoil_bytes(kdbx_file.build(xml, PASSWORD, choices), chance)
        case 6:
            return spoil_bytes(kdbx_file.build_3(xml, PASSWORD), chance)
        case 7:
            return hostile_backup.any_kind(chance, PASSWORD)
        case 1:
            header = kdbx_file.MAGIC + spoil_bytes(kdbx_file.outer_header(choices)[8:], chance)
        case 2:
            inner = spoil_bytes(kdbx_file.inner_header(choices), chance)
        case 3:
            kind, size = chance.randrange(256), chance.choice((0, 1, 2**16, 2**31, 2**32 - 1))
            inner = struct.pack("<BI", kind, size) + kdbx_file.inner_header(choices)
        case 4:
            xml = spoil_bytes(xml, chance)
        case _:
            tag = chance.choice(
                (b"<Group>", b"<Entry>", b"<String>", b"<Value Protected='True'>", b"<!--", b"&")
            )
            place = chance.randrange(len(xml))
            xml = xml[:place] + tag * chance.choice((1, 20, 300)) + xml[place:]
    return kdbx_file.build(xml, PASSWORD, choices, header=header, inner=inner)


@pytest.mark.campaign("fuzz-backups")
async def test_backups(campaign: Campaign, ready: ReadySdk) -> None:
    sdk = await ready(token=False, wallet=False)
    chance = campaign.chance
    phrase = Story().phrase
    runs = campaign.each()

    async def work() -> None:
        for _ in runs:
            data = spoiled_backup(chance, phrase)
            await refused(
                campaign,
                lambda data=data: sdk.create_wallet_from_backup(PIN, data, PASSWORD, replace=True),
                phrase,
                PASSWORD,
                # What a file may demand of its key derivation is bounded, not small.
                limit=30,
            )

    async with asyncio.TaskGroup() as group:
        for _ in range(3):
            group.create_task(work())


@pytest.mark.campaign("fuzz-files")
async def test_stored_files(campaign: Campaign, ready: ReadySdk, folder: Path, tmp_path: Path) -> None:
    """What lies in the folder, looked at without a PIN, as the list of users does it at every start."""
    sdk = await ready(token=False)
    await sdk.close()
    whole = {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    names = [name for name in whole if name.name not in {"lock", "vault.previous"}]
    here = tmp_path / "device"
    shutil.copytree(folder, here)
    for copy in here.rglob("vault.previous"):
        # It would stand in for the vault, and nothing would be seen.
        copy.unlink()
    chance = campaign.chance
    async with Sdk(Config("http://127.0.0.1:9/api", "standalone", here)) as opened:
        for _ in campaign.each():
            name = chance.choice(names)
            (here / name).write_bytes(spoil_bytes(whole[name], chance))
            try:
                users = opened.list_users()
            except Exception as error:  # noqa: BLE001 - that is the question
                judge(campaign, error)
            else:
                campaign.figures["damage seen" if any(u.damaged for u in users) else "users listed"] += 1
                assert len(users) == 1
            (here / name).write_bytes(whole[name])
