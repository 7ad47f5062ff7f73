"""Writes KDBX 4 and 3 files from the format's description, with a cheap key derivation where speed counts."""

from __future__ import annotations

import base64
import gzip
import hashlib
import hmac
import struct
from dataclasses import dataclass
from xml.sax.saxutils import escape

from argon2.low_level import Type, hash_secret_raw
from Crypto.Cipher import Salsa20
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7
from pykeepass.kdbx_parsing.twofish import Twofish

MAGIC = bytes.fromhex("03d9a29a67fb4bb5")
CIPHERS = {
    "aes256": bytes.fromhex("31c1f2e6bf714350be5805216afc5aff"),
    "twofish": bytes.fromhex("ad68f29f576f4bb9a36ad47af965346c"),
    "chacha20": bytes.fromhex("d6038a2b8b6f4cb5a524339a31dbb59a"),
}
AES_KDF = bytes.fromhex("c9d9f39a628a4460bf740d08c18a4fea")
ARGON2 = {
    "argon2d": bytes.fromhex("ef636ddf8c29444b91f7a9a403e30a0c"),
    "argon2id": bytes.fromhex("9e298b1956db4773b23dfc3ec6f0a1e6"),
}
SEED, SALT, STREAM = b"s" * 32, b"t" * 32, b"k" * 64


@dataclass(frozen=True)
class Choices:
    """How a file is made."""

    kdf: str = "aes"
    cipher: str = "aes256"
    zipped: bool = False
    cost: int = 1
    stream: int = 3
    """Which cipher hides protected values: 3 is ChaCha20, 2 is Salsa20."""
    memory: int = 64 * 1024
    lanes: int = 1


def document(phrase: str, title: str = "mnemonic") -> bytes:
    """The inner document with one entry, its password unprotected."""
    fields = "".join(
        f"<String><Key>{key}</Key><Value>{escape(value)}</Value></String>"
        for key, value in (("Title", title), ("UserName", ""), ("Password", phrase))
    )
    name = "<UUID>AAAAAAAAAAAAAAAAAAAAAQ==</UUID>"
    group = f"<Group>{name}<Name>Root</Name><Entry>{name}{fields}</Entry></Group>"
    meta = "<Meta><Generator>test</Generator></Meta>"
    head = '<?xml version="1.0" encoding="utf-8" standalone="yes"?>'
    return f"{head}<KeePassFile>{meta}<Root>{group}</Root></KeePassFile>".encode()


def hidden(values: list[str], stream: int) -> list[str]:
    """The protected values of a document, in the order in which they stand in it."""
    plain = [value.encode() for value in values]
    if stream == 2:
        salsa = Salsa20.new(hashlib.sha256(STREAM).digest(), bytes.fromhex("e830094b97205d2a"))
        return [base64.b64encode(salsa.encrypt(value)).decode() for value in plain]
    key = hashlib.sha512(STREAM).digest()
    chacha = Cipher(algorithms.ChaCha20(key[:32], bytes(4) + key[32:44]), None).encryptor()
    return [base64.b64encode(chacha.update(value)).decode() for value in plain]


def field(kind: int, value: bytes) -> bytes:
    """One field of a header."""
    return struct.pack("<BI", kind, len(value)) + value


def _parameters(choices: Choices) -> bytes:
    items: list[tuple[int, bytes, bytes]]
    if choices.kdf == "aes":
        items = [(0x42, b"$UUID", AES_KDF), (5, b"R", struct.pack("<Q", choices.cost)), (0x42, b"S", SALT)]
    else:
        items = [
            (0x42, b"$UUID", ARGON2[choices.kdf]),
            (0x42, b"S", SALT),
            (4, b"P", struct.pack("<I", choices.lanes)),
            (5, b"M", struct.pack("<Q", choices.memory)),
            (5, b"I", struct.pack("<Q", choices.cost)),
            (4, b"V", struct.pack("<I", 0x13)),
        ]
    body = b"".join(
        bytes([kind]) + struct.pack("<I", len(name)) + name + struct.pack("<I", len(value)) + value
        for kind, name, value in items
    )
    return b"\x00\x01" + body + b"\0"


def _master(password: str, choices: Choices) -> bytes:
    key = hashlib.sha256(hashlib.sha256(password.encode()).digest()).digest()
    if choices.kdf == "aes":
        step = Cipher(algorithms.AES(SALT), modes.ECB()).encryptor()
        for _ in range(choices.cost):
            key = step.update(key)
        return hashlib.sha256(key).digest()
    kind = {"argon2d": Type.D, "argon2id": Type.ID}[choices.kdf]
    return hash_secret_raw(key, SALT, choices.cost, choices.memory // 1024, choices.lanes, 32, kind, 0x13)


def _encrypt(data: bytes, key: bytes, choices: Choices) -> tuple[bytes, bytes]:
    if choices.cipher == "chacha20":
        nonce = b"n" * 12
        box = Cipher(algorithms.ChaCha20(key, bytes(4) + nonce), None).encryptor()
        return nonce, box.update(data) + box.finalize()
    vector = b"v" * 16
    pad = PKCS7(128).padder()
    if choices.cipher == "twofish":
        padded = pad.update(data) + pad.finalize()
        return vector, bytes(Twofish.new(key, mode=Twofish.MODE_CBC, IV=vector).encrypt(padded))
    box = Cipher(algorithms.AES(key), modes.CBC(vector)).encryptor()
    return vector, box.update(pad.update(data) + pad.finalize()) + box.finalize()


def outer_header(choices: Choices) -> bytes:
    """Everything that can be read without the password."""
    vector = b"n" * 12 if choices.cipher == "chacha20" else b"v" * 16
    return (
        MAGIC
        + struct.pack("<HH", 0, 4)
        + field(2, CIPHERS[choices.cipher])
        + field(3, struct.pack("<I", choices.zipped))
        + field(4, SEED)
        + field(7, vector)
        + field(11, _parameters(choices))
        + field(0, b"\r\n\r\n")
    )


def inner_header(choices: Choices) -> bytes:
    """What stands before the document, encrypted with it."""
    return field(1, struct.pack("<I", choices.stream)) + field(2, STREAM) + field(0, b"")


def build(
    xml: bytes,
    password: str,
    choices: Choices = Choices(),
    *,
    header: bytes | None = None,
    inner: bytes | None = None,
    packed: bytes | None = None,
) -> bytes:
    """The file; `header`, `inner` and `packed` replace the usual ones, and everything still authenticates."""
    head = outer_header(choices) if header is None else header
    master = _master(password, choices)
    plain = (inner_header(choices) if inner is None else inner) + xml
    if packed is not None:
        plain = packed
    elif choices.zipped:
        plain = gzip.compress(plain, mtime=0)
    _, secret = _encrypt(plain, hashlib.sha256(SEED + master).digest(), choices)
    base = hashlib.sha512(SEED + master + b"\x01").digest()

    def key(block: int) -> bytes:
        return hashlib.sha512(struct.pack("<Q", block) + base).digest()

    out = head + hashlib.sha256(head).digest() + hmac.digest(key(2**64 - 1), head, "sha256")
    blocks = [secret[at : at + (1 << 20)] for at in range(0, len(secret), 1 << 20)] + [b""]
    for number, block in enumerate(blocks):
        length = struct.pack("<I", len(block))
        out += hmac.digest(key(number), struct.pack("<Q", number) + length + block, "sha256") + length + block
    return out


def build_3(xml: bytes, password: str, choices: Choices = Choices(zipped=True, stream=2)) -> bytes:
    """The same in KDBX 3, which knows one key derivation and proves its content by hashes inside it."""

    def short(kind: int, value: bytes) -> bytes:
        return struct.pack("<BH", kind, len(value)) + value

    start = b"p" * 32
    head = MAGIC + struct.pack("<HH", 1, 3)
    head += short(2, CIPHERS["aes256"]) + short(3, struct.pack("<I", choices.zipped)) + short(4, SEED)
    head += (
        short(5, SALT) + short(6, struct.pack("<Q", choices.cost)) + short(7, b"v" * 16) + short(8, STREAM)
    )
    head += short(9, start) + short(10, struct.pack("<I", choices.stream)) + short(0, b"\r\n\r\n")
    content = gzip.compress(xml, mtime=0) if choices.zipped else xml
    plain = start
    for number, block in enumerate((content, b"")):
        digest = hashlib.sha256(block).digest() if block else bytes(32)
        plain += struct.pack("<I", number) + digest + struct.pack("<I", len(block)) + block
    key = hashlib.sha256(SEED + _master(password, choices)).digest()
    return head + _encrypt(plain, key, choices)[1]
