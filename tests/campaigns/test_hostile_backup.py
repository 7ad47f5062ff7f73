"""No backup file ends the process, fills its memory or keeps it busy; what is in order still opens."""

from __future__ import annotations

import io
import json
import os
import re
import struct
import subprocess
import sys
import zlib
from pathlib import Path
from random import Random

import pytest
from etopay_sdk import EtopayError, Sdk, ValidationError
from pykeepass import PyKeePass

from tests.campaigns import hostile_backup, kdbx_file
from tests.campaigns.kdbx_file import Choices
from tests.campaigns.test_backup_readers import PASSWORD, PHRASE, PIN
from tests.sdk.conftest import ReadySdk

ROOT = Path(__file__).resolve().parents[2]
WRONG_KEY = "the password is wrong, or the file was changed"
UNSUPPORTED = "it is encrypted in an unknown way; save it as KDBX 4 with AES-256 and Argon2"
OTHER_VERSION = "it is of another version; save it as KDBX 4"
NO_BACKUP = "it is no backup file"
MIB = 1024 * 1024


async def reason(sdk: Sdk, data: bytes) -> str:
    """Why a file is refused."""
    with pytest.raises(ValidationError) as raised:
        await sdk.create_wallet_from_backup(PIN, data, PASSWORD)
    assert raised.value.code == "invalid_backup"
    assert PHRASE not in repr(raised.value) + repr(raised.value.details)
    return str(raised.value.details["reason"])


async def restored(sdk: Sdk, data: bytes) -> str:
    """The phrase that comes out of a file."""
    await sdk.create_wallet_from_backup(PIN, data, PASSWORD, replace=True)
    phrase = await sdk.get_mnemonic(PIN)
    await sdk.delete_wallet(PIN)
    return phrase


def test_no_file_ends_the_process_or_keeps_it_busy(tmp_path: Path) -> None:
    files = tmp_path / "files"
    files.mkdir()
    wanted: dict[str, str] = {}
    for name, why, make in hostile_backup.all_kinds():
        (files / name).write_bytes(make(PASSWORD))
        wanted[name] = why
    ended = subprocess.run(
        [sys.executable, "-m", "tests.campaigns.backup_child", files, tmp_path / "wallet", PASSWORD],
        cwd=ROOT,
        env=os.environ,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    *lines, memory = [json.loads(line) for line in ended.stdout.splitlines()]
    assert ended.returncode == 0, (ended.returncode, ended.stdout[-500:])
    assert {name: (code, why) for name, code, why, _ in lines} == {
        name: ("invalid_backup", why) for name, why in wanted.items()
    }
    assert max(seconds for *_, seconds in lines) < 10, lines
    assert memory < 300, f"{memory} MiB"


async def test_a_file_cut_anywhere_is_refused(ready: ReadySdk) -> None:
    sdk = await ready(token=False, wallet=False)
    xml = b"<KeePassFile><Root><Group/></Root></KeePassFile>"
    for data in (kdbx_file.build(xml, PASSWORD), kdbx_file.build_3(xml, PASSWORD)):
        assert await reason(sdk, data) == hostile_backup.NO_PHRASE
        seen = {await reason(sdk, data[:end]) for end in range(len(data))}
        assert seen <= {NO_BACKUP, hostile_backup.DAMAGED, WRONG_KEY}


async def test_a_changed_byte_is_seen(ready: ReadySdk) -> None:
    sdk = await ready(token=False, wallet=False)
    data = kdbx_file.build(kdbx_file.document(PHRASE), PASSWORD)
    head = len(kdbx_file.outer_header(Choices()))
    places = {
        "the hash of the header": (head, hostile_backup.DAMAGED),
        "the proof of the header": (head + 32, WRONG_KEY),
        "the proof of the first block": (head + 64, hostile_backup.DAMAGED),
        "the length of the first block": (head + 96, hostile_backup.DAMAGED),
        "the first block": (head + 100, hostile_backup.DAMAGED),
        "the end of the first block": (len(data) - 37, hostile_backup.DAMAGED),
        "the proof of the last block": (len(data) - 36, hostile_backup.DAMAGED),
    }
    for place, (at, why) in places.items():
        changed = bytearray(data)
        changed[at] ^= 1
        assert await reason(sdk, bytes(changed)) == why, place
    assert await restored(sdk, data) == PHRASE


async def test_blocks_cannot_change_places(ready: ReadySdk) -> None:
    sdk = await ready(token=False, wallet=False)
    noise = f"<!--{Random(1).randbytes(700_000).hex()}-->".encode()
    data = kdbx_file.build(kdbx_file.document(PHRASE) + noise, PASSWORD)
    assert await restored(sdk, data) == PHRASE
    head = len(kdbx_file.outer_header(Choices())) + 64
    size = 36 + MIB
    first, rest = data[head : head + size], data[head + size :]
    second, last = rest[:-36], rest[-36:]
    assert await reason(sdk, data[:head] + second + first + last) == hostile_backup.DAMAGED
    assert await reason(sdk, data[:head] + first + last) == hostile_backup.DAMAGED


@pytest.mark.parametrize(
    "choices",
    [
        Choices(kdf="argon2d", memory=64 * MIB, cost=32, lanes=8),
        Choices(kdf="argon2id", memory=512 * MIB, cost=2, lanes=64),
        Choices(kdf="argon2id", memory=MIB, cost=2, lanes=64),
    ],
    ids=["2 GiB of work", "512 MiB", "64 lanes"],
)
async def test_what_other_programs_ask_for_is_given(ready: ReadySdk, choices: Choices) -> None:
    sdk = await ready(token=False, wallet=False)
    assert await restored(sdk, kdbx_file.build(kdbx_file.document(PHRASE), PASSWORD, choices)) == PHRASE


@pytest.mark.parametrize("stream", [2, 3])
@pytest.mark.parametrize("form", ["4", "3", "3, not compressed", "twofish"])
async def test_protected_values(ready: ReadySdk, form: str, stream: int) -> None:
    text = kdbx_file.document("@").replace(b"<Value>@", b'<Value Protected="True">@')
    xml = text.replace(b"@", kdbx_file.hidden([PHRASE], stream)[0].encode())
    match form:
        case "4":
            data = kdbx_file.build(xml, PASSWORD, Choices(stream=stream))
        case "twofish":
            data = kdbx_file.build(xml, PASSWORD, Choices(cipher="twofish", stream=stream))
        case _:
            data = kdbx_file.build_3(xml, PASSWORD, Choices(zipped=form == "3", stream=stream, cost=5))
    if not form.startswith("3") or stream == 2:
        # The writer of these tests is right in the eyes of another reader.
        entry = PyKeePass(io.BytesIO(data), password=PASSWORD).find_entries(title="mnemonic", first=True)
        assert entry.password == PHRASE
    sdk = await ready(token=False, wallet=False)
    with pytest.raises(EtopayError):
        await sdk.create_wallet_from_backup(PIN, data, PASSWORD + "x")
    assert await restored(sdk, data) == PHRASE


async def test_every_way_to_compress(ready: ReadySdk) -> None:
    sdk = await ready(token=False, wallet=False)
    chance = Random(7)
    xml = (
        kdbx_file.document(PHRASE)
        + b"<!--"
        + chance.randbytes(40_000).hex().encode()
        + b"x" * 99_000
        + b"-->"
    )
    end = struct.pack("<II", zlib.crc32(kdbx_file.inner_header(Choices()) + xml), 0)
    for level in range(10):
        for strategy in (
            zlib.Z_DEFAULT_STRATEGY,
            zlib.Z_FIXED,
            zlib.Z_HUFFMAN_ONLY,
            zlib.Z_RLE,
            zlib.Z_FILTERED,
        ):
            packer = zlib.compressobj(level, zlib.DEFLATED, -15, 9, strategy)
            body = packer.compress(kdbx_file.inner_header(Choices()))
            body += packer.flush(chance.choice((zlib.Z_SYNC_FLUSH, zlib.Z_FULL_FLUSH, zlib.Z_PARTIAL_FLUSH)))
            body += packer.compress(xml) + packer.flush()
            # Extra field, name, comment and a hash of the header.
            head = b"\x1f\x8b\x08\x1e" + bytes(6) + b"\x03\x00abc" + b"name\0" + b"comment\0" + b"hh"
            packed = head + body + end
            data = kdbx_file.build(xml, PASSWORD, Choices(zipped=True), packed=packed)
            assert await restored(sdk, data) == PHRASE, (level, strategy)
            wrong = packed[:-8] + bytes(4) + packed[-4:]
            data = kdbx_file.build(xml, PASSWORD, Choices(zipped=True), packed=wrong)
            assert await reason(sdk, data) == hostile_backup.DAMAGED


async def test_a_writer_that_hands_on_each_kilobyte(ready: ReadySdk) -> None:
    sdk = await ready(token=False, wallet=False)
    xml = kdbx_file.document(PHRASE) + b"<!--" + Random(8).randbytes(5_000).hex().encode() * 1_400 + b"-->"
    whole = kdbx_file.inner_header(Choices()) + xml
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    pieces = (whole[at : at + 1024] for at in range(0, len(whole), 1024))
    body = b"".join(packer.compress(piece) + packer.flush(zlib.Z_SYNC_FLUSH) for piece in pieces)
    end = struct.pack("<II", zlib.crc32(whole), len(whole))
    packed = hostile_backup.GZIP + body + packer.flush() + end
    data = kdbx_file.build(xml, PASSWORD, Choices(zipped=True), packed=packed)
    assert await restored(sdk, data) == PHRASE


async def test_a_large_database(ready: ReadySdk) -> None:
    """With as much in it as the bound on its size allows: more than a million tags and texts."""
    sdk = await ready(token=False, wallet=False)
    empty = "".join(f"<{name}/>" for name in ("ForegroundColor", "BackgroundColor", "OverrideURL", "Tags"))
    times = ["LastModificationTime", "CreationTime", "LastAccessTime", "ExpiryTime", "LocationChanged"]
    dates = "".join(f"<{name}>4n3F3A4AAAA=</{name}>" for name in times)
    fields = "".join(f"<String><Key>{key}</Key><Value/></String>" for key in ("Notes", "URL", "UserName"))
    typed = "<AutoType><Enabled>True</Enabled></AutoType>"
    own = f"<IconID>0</IconID>{empty}<Times>{dates}</Times>{fields}{typed}<History/>"
    others = "".join(entry(f"other {number}", "-", own) for number in range(26_000))
    xml = f"<KeePassFile><Root><Group>{others}{MINE}</Group></Root></KeePassFile>".encode()
    assert len(xml) < 16 * MIB < len(xml) * 1.2
    assert sum(1 for _ in re.finditer(rb"<|/>|>[^<]", xml)) > 1_100_000
    data = kdbx_file.build(xml, PASSWORD, Choices(zipped=True))
    assert await restored(sdk, data) == PHRASE


def entry(title: str, password: str, more: str = "") -> str:
    """One entry of a document."""
    fields = "".join(
        f"<String><Key>{key}</Key><Value>{value}</Value></String>"
        for key, value in (("Title", title), ("Password", password))
    )
    return f"<Entry>{fields}{more}</Entry>"


OTHER = " ".join(["zoo"] * 11 + ["wrong"])
MINE, NOT_MINE = entry("mnemonic", PHRASE), entry("mnemonic", OTHER)


async def test_protected_values_before_it_count(ready: ReadySdk) -> None:
    item, other, old, mine = kdbx_file.hidden(["item", "another entry", "an older one", PHRASE], 3)
    value = '<Value Protected="true">'
    entries = entry("other", other) + entry("mnemonic", mine).replace(
        "<Entry>", f"<Entry><History>{entry('mnemonic', old)}</History>"
    )
    entries = entries.replace("<Key>Password</Key><Value>", f"<Key>Password</Key>{value}")
    custom = f"<Meta><CustomData><Item><Key>a</Key>{value}{item}</Value></Item></CustomData></Meta>"
    xml = f"<KeePassFile>{custom}<Root><Group>{entries}</Group></Root></KeePassFile>"
    sdk = await ready(token=False, wallet=False)
    assert await restored(sdk, kdbx_file.build(xml.encode(), PASSWORD)) == PHRASE


@pytest.mark.parametrize(
    "content",
    [
        f"<Group><Group>{NOT_MINE}</Group>{MINE}</Group>",
        f"<Group><Group><Group>{MINE}</Group></Group><Group>{NOT_MINE}</Group></Group>",
        f"<Group>{MINE}{NOT_MINE}</Group>",
        f"<Group>{entry('mnemonic', PHRASE, f'<History>{NOT_MINE}</History>')}</Group>",
        f"<Group>{entry('other', OTHER, f'<History>{NOT_MINE}</History>')}{MINE}</Group>",
        f"{NOT_MINE}<Group>{MINE}</Group>",
        f"<Group><Times>{NOT_MINE}</Times>{MINE}</Group>",
        f"<Group>{entry('mnemonic', PHRASE, '<String><Key>Password</Key><Value>x</Value></String>')}</Group>",
        f"<Group>{entry('<![CDATA[mnemonic]]>', f' {PHRASE} ')}</Group>",
        f"<Group>{'<Group>' * 55}{MINE}{'</Group>' * 55}</Group>",
    ],
    ids=[
        *("own entries first", "outer groups first", "the first", "not the history", "not another's history"),
        *(
            "not outside groups",
            "not in other elements",
            "the first field",
            "character data",
            "57 groups deep",
        ),
    ],
)
async def test_which_entry_is_taken(ready: ReadySdk, content: str) -> None:
    sdk = await ready(token=False, wallet=False)
    data = kdbx_file.build(f"<KeePassFile><Root>{content}</Root></KeePassFile>".encode(), PASSWORD)
    assert await restored(sdk, data) == PHRASE


async def test_what_is_not_known_is_said(ready: ReadySdk) -> None:
    sdk = await ready(token=False, wallet=False)
    header = kdbx_file.outer_header(Choices())
    cases = {
        header.replace(kdbx_file.CIPHERS["aes256"], b"c" * 16): UNSUPPORTED,
        header.replace(kdbx_file.AES_KDF, b"k" * 16): UNSUPPORTED,
        header.replace(kdbx_file.field(3, bytes(4)), kdbx_file.field(3, b"\2\0\0\0")): UNSUPPORTED,
        header.replace(b"\0\0\4\0", b"\0\0\5\0", 1): OTHER_VERSION,
        header.replace(b"\x67\xfb\x4b\xb5", b"\x65\xfb\x4b\xb5"): OTHER_VERSION,
        header.replace(b"\x03\xd9", b"PK"): NO_BACKUP,
    }
    assert header not in cases, "a case that changes nothing"
    for changed, why in cases.items():
        assert await reason(sdk, kdbx_file.build(b"", PASSWORD, header=changed)) == why
    unknown = kdbx_file.build(kdbx_file.document(PHRASE), PASSWORD, Choices(stream=1))
    assert await reason(sdk, unknown) == UNSUPPORTED
