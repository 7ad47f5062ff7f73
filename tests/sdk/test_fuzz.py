"""What a person or a file can bring in, broken in thousands of ways: a typed error that tells nothing."""

from __future__ import annotations

import json
import random
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from etopay_sdk import (
    EtopayError,
    InternalError,
    Sdk,
    check_mnemonic,
    mnemonic_words,
    password_strength,
)

from tests.sdk.conftest import OpenSdk, ReadySdk
from tests.sdk.fake_services import OTHER_EVM, Story

PASSWORD = "a rather good backup password"
STRANGE = ["\x00", "é", "\u202e", "٣", "😀", "\ud7ff", "'", '"', "\\", "\n", "%s", "{}", "../", " "]


@pytest.fixture
def chance() -> random.Random:
    seed = random.randrange(2**32)
    print(f"seed {seed}")
    return random.Random(seed)


def broken(data: bytes, chance: random.Random) -> bytes:
    """Some bytes changed, left out, doubled or put in."""
    for _ in range(chance.choice([1, 1, 1, 2, 5, 20])):
        at = chance.randrange(len(data) + 1)
        length = chance.choice([1, 1, 2, 4, 32])
        match chance.randrange(5):
            case 0:
                data = data[:at] + chance.randbytes(length) + data[at + length :]
            case 1:
                data = data[:at] + data[at + length :]
            case 2:
                data = data[:at] + data[at : at + length] + data[at:]
            case 3:
                data = data[:at]
            case _:
                data = data[:at] + chance.choice([b"\x00", b"\xff"]) * length + data[at + length :]
    return data


def scribbled(text: str, chance: random.Random) -> str:
    """The same for text."""
    characters = list(text)
    for _ in range(chance.choice([1, 1, 2, 5])):
        at = chance.randrange(len(characters) + 1)
        match chance.randrange(4):
            case 0:
                characters[at:at] = chance.choice(STRANGE)
            case 1:
                del characters[at : at + chance.choice([1, 3, 50])]
            case 2:
                characters[at : at + 1] = chr(chance.choice([48, 65, 97, 122, 95, 45, 46]))
            case _:
                characters += characters[: chance.choice([1, 40, 3000])]
    return "".join(characters)


def said(error: BaseException) -> str:
    assert isinstance(error, EtopayError)
    assert not isinstance(error, InternalError), error.details
    return repr(error) + str(error) + json.dumps(error.details)


async def outcome(call: Callable[[], Awaitable[Any]]) -> str:
    """What the error of a call shows; nothing when it has none."""
    try:
        await call()
    except EtopayError as error:
        return said(error)
    return ""


def outcome_of(call: Callable[[], Any]) -> str:
    """The same for a call that is not awaited."""
    try:
        call()
    except EtopayError as error:
        return said(error)
    return ""


def test_phrases(chance: random.Random, story: Story) -> None:
    words = mnemonic_words()
    for _ in range(3000):
        random_words = " ".join(chance.choices(words, k=chance.randrange(30)))
        text = scribbled(chance.choice([story.phrase, random_words]), chance)
        shown = outcome_of(lambda text=text: check_mnemonic(text))  # type: ignore[misc]
        assert not {word for word in text.split() if len(word) > 8} & set(shown.split())


def test_passwords(chance: random.Random) -> None:
    for _ in range(200):
        text = scribbled(PASSWORD, chance)
        shown = outcome_of(lambda text=text: password_strength(text))  # type: ignore[misc]
        assert len(text) < 8 or text not in shown


async def test_shares(ready: ReadySdk, story: Story, chance: random.Random) -> None:
    sdk = await ready()
    share = await sdk.get_recovery_share(story.pin)
    assert share is not None
    await sdk.delete_wallet(story.pin)
    for _ in range(300):
        text = scribbled(share, chance)
        shown = await outcome(lambda text=text: sdk.set_recovery_share(text))  # type: ignore[misc]
        assert share[40:80] not in shown
        shown = await outcome(lambda: sdk.restore_wallet_from_shares(story.pin))
        assert share[40:80] not in shown


async def test_backups(ready: ReadySdk, story: Story, chance: random.Random) -> None:
    sdk = await ready()
    data = await sdk.create_wallet_backup(story.pin, PASSWORD)
    await sdk.delete_wallet(story.pin)
    for _ in range(12):
        spoiled = broken(data, chance)
        if spoiled == data:
            continue
        shown = await outcome(
            lambda spoiled=spoiled: sdk.create_wallet_from_backup(story.pin, spoiled, PASSWORD)  # type: ignore[misc]
        )
        if shown == "":
            # What was changed carries no meaning.
            assert await sdk.get_mnemonic(story.pin) == story.phrase
            await sdk.delete_wallet(story.pin)
    await sdk.create_wallet_from_backup(story.pin, data, PASSWORD)
    assert await sdk.get_mnemonic(story.pin) == story.phrase


async def test_vaults(
    ready: ReadySdk, open_sdk: OpenSdk, story: Story, folder: Path, chance: random.Random
) -> None:
    sdk = await ready()
    await sdk.close()
    (user,) = (folder / "users").iterdir()
    good = {path.name: path.read_bytes() for path in user.iterdir()}
    sdk = open_sdk()
    await sdk.init_user("alice")
    opened = 0
    for _ in range(150):
        for name, data in good.items():
            (user / name).write_bytes(broken(data, chance) if chance.random() < 0.7 else data)
        sdk.list_users()
        if await outcome(lambda: sdk.unlock(story.pin)) == "":
            # By the copy that was left whole.
            assert await sdk.get_mnemonic(story.pin) == story.phrase
            opened += 1
        await sdk.lock()
    for path in user.iterdir():
        path.unlink()
    for name, data in good.items():
        (user / name).write_bytes(data)
    await sdk.unlock(story.pin)
    assert await sdk.get_mnemonic(story.pin) == story.phrase
    print(f"opened {opened} times")


async def test_arguments(ready: ReadySdk, story: Story, chance: random.Random) -> None:
    sdk = await ready()
    iban = "DE89370400440532013000"
    calls: list[Callable[[Sdk], Awaitable[Any]]] = [
        lambda sdk: sdk.verify_pin(scribbled("123456", chance) + "x"),
        lambda sdk: sdk.create_new_user(scribbled("carol/../x", chance) + "/"),
        lambda sdk: sdk.send_amount(story.pin, scribbled(OTHER_EVM, chance) + " ", "0"),
        lambda sdk: sdk.send_amount(story.pin, OTHER_EVM, scribbled("1.5", chance) + "."),
        lambda sdk: sdk.send_amount(story.pin, OTHER_EVM, "0", payment_id=scribbled("id", chance) + " "),
        lambda sdk: sdk.update_iban_for_viviswap(story.pin, scribbled(iban, chance)),
        lambda sdk: sdk.set_network(scribbled("ETH", chance) + "?"),
        lambda sdk: sdk.get_wallet_tx(story.pin, scribbled("0x" + "11" * 32, chance)),
        lambda sdk: sdk.get_wallet_tx(story.pin, scribbled("1" * 32, chance), network="iota_other"),
        lambda sdk: sdk.get_purchase_details(scribbled("purchase", chance) + "\n"),
        lambda sdk: sdk.set_app_data(scribbled("name", chance) + "x" * 65, b""),
        lambda sdk: sdk.refresh_access_token(""),
        lambda sdk: sdk.update_kyc_status_for_postident(scribbled("case", chance) + "x" * 1025),
    ]
    for _ in range(60):
        for call in calls:
            shown = await outcome(lambda call=call: call(sdk))  # type: ignore[misc]
            assert shown
            assert story.pin not in shown
    assert await sdk.pending_payments() == []
    assert [user.username for user in sdk.list_users()] == ["alice"]
