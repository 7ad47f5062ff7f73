"""Backup files that are in order and made to end the process that opens them, or to keep it busy."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Iterator
from random import Random

from tests.campaigns import kdbx_file
from tests.campaigns.hostile import spoil_bytes
from tests.campaigns.kdbx_file import Choices

DAMAGED = "it is damaged"
TOO_COSTLY = "it demands too much memory or time"
TOO_LARGE = "it is too large"
TOO_NESTED = "its content is too large or too deeply nested"
NO_PHRASE = "it has no entry named mnemonic with a recovery phrase"

MIB = 1024 * 1024
GZIP = b"\x1f\x8b\x08" + bytes(7)
ZIPPED = Choices(zipped=True)


def nested(tag: str, depth: int) -> bytes:
    """Elements in elements, where the reader looks at them."""
    around = {"Group": b"", "Entry": b"<Group>", "History": b"<Group><Entry>"}.get(tag, b"<Group><Entry>")
    inner = f"<{tag}>".encode() * depth + f"</{tag}>".encode() * depth
    closing = b"".join(b"</" + name for name in reversed(around.split(b"<")[1:]))
    return b"<KeePassFile><Root>" + around + inner + closing + b"</Root></KeePassFile>"


def alternating(depth: int) -> bytes:
    """Entries in histories in entries, each of which a reader calls itself for."""
    start, end = b"<History><Entry>" * depth, b"</Entry></History>" * depth
    return b"<KeePassFile><Root><Group><Entry>" + start + end + b"</Entry></Group></Root></KeePassFile>"


def in_root(content: bytes, attributes: bytes = b"") -> bytes:
    """A document with only this in it."""
    return b"<KeePassFile" + attributes + b"><Root>" + content + b"</Root></KeePassFile>"


def laughs(kind: str, levels: int = 12) -> bytes:
    """Entities made of entities."""
    entities = [f'<!ENTITY a0 "{"ha" * 50}">']
    entities += [f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, levels)]
    if kind == "in the type":
        entities = [text.replace("<!ENTITY ", "<!ENTITY % ").replace("&", "%") for text in entities]
        entities.append(f"%a{levels - 1};")
    head = f"<!DOCTYPE KeePassFile [{''.join(entities)}]>"
    use = f"&a{levels - 1};" * 1000 if kind != "in the type" else ""
    value = f"<Group><Entry><String><Key>Title</Key><Value>{use}</Value></String></Entry></Group>"
    return head.encode() + in_root(value.encode())


def packed_bomb(size: int, text: bytes = b" ") -> bytes:
    """A gzip that says it is `size` bytes long, made without making them."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packer.compress(text * MIB) + packer.flush(zlib.Z_FULL_FLUSH)
    block = packer.compress(text * MIB) + packer.flush(zlib.Z_FULL_FLUSH)
    return GZIP + block * (size // MIB) + b"\x03\x00" + bytes(8)


def empty_blocks(count: int) -> bytes:
    """A gzip of nothing, in many pieces."""
    return GZIP + b"\x00\x00\x00\xff\xff" * count + b"\x01\x00\x00\xff\xff" + bytes(8)


def empty_coded_blocks(size: int) -> bytes:
    """The same in the fewest bits: ten for each block, coded with the fixed code."""
    five = sum(0b10 << 10 * block for block in range(4)).to_bytes(5, "little")
    return GZIP + five * (size // 5) + b"\x03\x00" + bytes(8)


def demanding(**fields: int) -> Callable[[str], bytes]:
    """A file whose header asks for this; the rest belongs to a cheaper one."""

    def make(password: str) -> bytes:
        kdf = "aes" if "rounds" in fields else "argon2id"
        asked = Choices(
            kdf=kdf,
            cost=fields.get("rounds", fields.get("passes", 1)),
            memory=fields.get("memory", 64 * 1024),
            lanes=fields.get("lanes", 1),
        )
        header = kdbx_file.outer_header(asked)
        return kdbx_file.build(b"", password, Choices(kdf=kdf), header=header)

    return make


def zipped(xml: Callable[[], bytes]) -> Callable[[str], bytes]:
    """A file with this document, compressed."""
    return lambda password: kdbx_file.build(xml(), password, ZIPPED)


def packed(data: Callable[[], bytes]) -> Callable[[str], bytes]:
    """A file with this instead of a compressed document."""
    return lambda password: kdbx_file.build(b"", password, ZIPPED, packed=data())


def all_kinds() -> Iterator[tuple[str, str, Callable[[str], bytes]]]:
    """Name, what is wrong with it, and how it is made for a password."""
    for tag in ("Group", "Entry", "History", "a"):
        yield f"10,000 nested {tag}", TOO_NESTED, zipped(lambda tag=tag: nested(tag, 10_000))
    yield "300,000 nested groups", TOO_NESTED, zipped(lambda: nested("Group", 300_000))
    yield "a million nested groups", TOO_NESTED, zipped(lambda: nested("Group", 1_000_000))
    yield "histories in histories", TOO_NESTED, zipped(lambda: alternating(100_000))
    yield "four million elements", TOO_NESTED, zipped(lambda: in_root(b"<a/>" * 4_000_000))
    yield "a million groups", NO_PHRASE, zipped(lambda: in_root(b"<Group></Group>" * 1_000_000))
    yield "a long attribute", DAMAGED, zipped(lambda: in_root(b"", b' a="' + b"x" * (8 * MIB) + b'"'))
    yield (
        "many attributes",
        DAMAGED,
        zipped(lambda: in_root(b"", b"".join(b' a%d=""' % n for n in range(300_000)))),
    )
    yield (
        "many namespaces",
        TOO_NESTED,
        zipped(lambda: in_root(b"<a/>" * 100_000, b"".join(b' xmlns:a%d="b"' % n for n in range(20_000)))),
    )
    yield (
        "a long namespace",
        DAMAGED,
        zipped(lambda: in_root(b"<a/>" * 500_000, b' xmlns="' + b"x" * MIB + b'"')),
    )
    yield "a long name", DAMAGED, zipped(lambda: in_root(b"<" + b"a" * (8 * MIB) + b"/>"))
    yield "a billion laughs", DAMAGED, zipped(lambda: laughs("in the text"))
    yield "laughs in the document type", DAMAGED, zipped(lambda: laughs("in the type"))
    yield (
        "a title in a million pieces",
        NO_PHRASE,
        zipped(
            lambda: in_root(
                b"<Group><Entry><String><Key>Title</Key><Value>"
                + b"xxxxx<?a?>" * 1_000_000
                + b"</Value></String></Entry></Group>"
            )
        ),
    )
    yield "a long comment", NO_PHRASE, zipped(lambda: in_root(b"<!--" + b"x" * (15 * MIB) + b"-->"))
    yield "17 MiB of document", TOO_NESTED, zipped(lambda: in_root(b" " * (17 * MIB)))
    yield "a gigabyte of blanks", TOO_NESTED, packed(lambda: packed_bomb(1024 * MIB))
    yield "700,000 empty blocks", TOO_COSTLY, packed(lambda: empty_blocks(700_000))
    yield "three million empty blocks", TOO_COSTLY, packed(lambda: empty_coded_blocks(4 * MIB - 4096))
    yield "a long file", TOO_LARGE, lambda _: kdbx_file.MAGIC + bytes(4 * MIB)
    yield (
        "an attachment that is not there",
        DAMAGED,
        lambda password: kdbx_file.build(b"", password, inner=struct.pack("<BI", 3, 2**32 - 1)),
    )
    for what, fields in {
        "513 MiB": {"memory": 513 * MIB},
        "a terabyte": {"memory": 1 << 40},
        "64 MiB, 65 passes": {"memory": 64 * MIB, "passes": 65},
        "2^63 passes": {"passes": 1 << 63},
        "300 lanes": {"memory": 64 * MIB, "lanes": 300},
        "100,000,001 rounds": {"rounds": 100_000_001},
    }.items():
        yield f"{what} of key derivation", TOO_COSTLY, demanding(**fields)


def any_kind(chance: Random, password: str) -> bytes:
    """One of these, of some size."""
    size = int(10 ** chance.uniform(0, 5))
    match chance.randrange(8):
        case 0:
            xml = nested(chance.choice(("Group", "Entry", "History", "String", "Times", "a")), size)
        case 1:
            xml = alternating(size)
        case 2:
            xml = laughs(chance.choice(("in the text", "in the type")), chance.randrange(1, 14))
        case 3:
            xml = in_root(
                b"<a/>" * size, b"".join(b' xmlns:a%d="b"' % n for n in range(chance.randrange(20)))
            )
        case 4:
            asked = {"rounds": 1 << chance.randrange(64)}
            if chance.random() < 0.7:
                asked = {"memory": 1 << chance.randrange(13, 64), "passes": 1 << chance.randrange(63)}
            return demanding(**asked)(password)
        case 5:
            bomb = packed_bomb(MIB << chance.randrange(11), chance.choice((b" ", b"<Group>", b"\x00")))
            return packed(lambda: bomb)(password)
        case 6:
            return packed(lambda: empty_blocks(size * 7))(password)
        case _:
            whole = zlib.compress(
                kdbx_file.inner_header(ZIPPED) + kdbx_file.document("zoo"), chance.randrange(10)
            )
            data = chance.choice((chance.randbytes(min(size, 5000)), spoil_bytes(whole[2:-4], chance)))
            return packed(lambda: GZIP + data)(password)
    return kdbx_file.build(xml, password, Choices(zipped=chance.random() < 0.8))
