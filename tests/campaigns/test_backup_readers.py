"""Backups open in a standard reader, and files of other programs restore here."""

from __future__ import annotations

import io
import itertools

import pytest
from etopay_sdk import EtopayError, ValidationError
from pykeepass import PyKeePass, create_database
from pykeepass.exceptions import CredentialsError

from tests.campaigns import kdbx_file
from tests.sdk.conftest import ReadySdk
from tests.sdk.fake_services import Story

PIN = Story().pin
PASSWORD = "a rather good backup password"
PHRASE = (
    "film crazy soon outside stand loop subway crumble thrive popular green nuclear "
    "struggle pistol arm wife phrase warfare march wheat nephew ask sunny firm"
)
CHOICES = [
    kdbx_file.Choices(kdf=kdf, cipher=cipher, zipped=zipped, cost=2)
    for kdf, cipher, zipped in itertools.product(
        ("aes", "argon2d", "argon2id"), ("aes256", "chacha20"), (False, True)
    )
]


async def test_our_backup_opens_in_a_standard_reader(ready: ReadySdk, story: Story) -> None:
    sdk = await ready(token=False)
    data = await sdk.create_wallet_backup(PIN, PASSWORD)
    opened = PyKeePass(io.BytesIO(data), password=PASSWORD)
    entry = opened.find_entries(title="mnemonic", first=True)
    assert entry.password == story.phrase
    with pytest.raises(CredentialsError):
        PyKeePass(io.BytesIO(data), password=PASSWORD + "x")


async def test_a_file_of_another_program_restores_here(ready: ReadySdk) -> None:
    made = io.BytesIO()
    other = create_database(made, password=PASSWORD)
    group = other.add_group(other.root_group, "Wallets")
    other.add_entry(other.root_group, "mail", "me", "not a phrase")
    other.add_entry(group, "mnemonic", "me", PHRASE)
    made.seek(0)
    other.save(made)
    sdk = await ready(token=False, wallet=False)
    with pytest.raises(ValidationError) as raised:
        await sdk.create_wallet_from_backup(PIN, made.getvalue(), PASSWORD + "x")
    assert raised.value.code == "invalid_backup"
    assert PHRASE not in repr(raised.value) + repr(raised.value.details)
    await sdk.create_wallet_from_backup(PIN, made.getvalue(), PASSWORD)
    assert await sdk.get_mnemonic(PIN) == PHRASE


@pytest.mark.parametrize("choices", CHOICES, ids=lambda c: f"{c.kdf}-{c.cipher}-{'gzip' * c.zipped}")
async def test_every_form_of_the_format(ready: ReadySdk, choices: kdbx_file.Choices) -> None:
    data = kdbx_file.build(kdbx_file.document(PHRASE), PASSWORD, choices)
    # The writer of these tests is right in the eyes of another reader.
    entry = PyKeePass(io.BytesIO(data), password=PASSWORD).find_entries(title="mnemonic", first=True)
    assert entry.password == PHRASE
    sdk = await ready(token=False, wallet=False)
    await sdk.create_wallet_from_backup(PIN, data, PASSWORD)
    assert await sdk.get_mnemonic(PIN) == PHRASE


@pytest.mark.parametrize(
    "xml",
    [
        kdbx_file.document(PHRASE, title="something else"),
        kdbx_file.document("zoo " * 12),
        kdbx_file.document(""),
        b"",
        b"<",
        b"<KeePassFile></KeePassFile>",
    ],
    ids=["no entry", "no phrase", "empty", "nothing", "half", "no root"],
)
async def test_a_file_without_a_phrase_is_refused(ready: ReadySdk, xml: bytes) -> None:
    sdk = await ready(token=False, wallet=False)
    with pytest.raises(EtopayError) as raised:
        await sdk.create_wallet_from_backup(PIN, kdbx_file.build(xml, PASSWORD), PASSWORD)
    assert raised.value.code in {"invalid_backup", "invalid_mnemonic"}
