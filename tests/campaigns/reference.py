"""Keys, addresses and signed transactions worked out a second time, from the published specifications.

Nothing here comes from the binding or its crates: BIP-39, BIP-32 and SLIP-10 on `hashlib` and `cryptography`,
EIP-55, EIP-1559 with the nonces of RFC 6979, and the transaction layout of IOTA. Public vectors hold it.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import base58
from Crypto.Hash import keccak
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
HARDENED = 1 << 31


def phrase_of(entropy: bytes, words: Sequence[str]) -> str:
    """BIP-39: the phrase of some entropy."""
    checked = len(entropy) * 8 // 32
    number = int.from_bytes(entropy) << checked | hashlib.sha256(entropy).digest()[0] >> (8 - checked)
    length = (len(entropy) * 8 + checked) // 11
    return " ".join(words[number >> 11 * place & 2047] for place in reversed(range(length)))


def seed_of(phrase: str, passphrase: str = "") -> bytes:
    """BIP-39: the seed of a phrase."""
    text, salt = (unicodedata.normalize("NFKD", part).encode() for part in (phrase, "mnemonic" + passphrase))
    return hashlib.pbkdf2_hmac("sha512", text, salt, 2048)


def keccak256(data: bytes) -> bytes:
    """Hash of Ethereum."""
    return bytes(keccak.new(digest_bits=256, data=data).digest())


def _indices(path: str) -> list[int]:
    steps = path.split("/")[1:]
    return [int(step.rstrip("'")) + HARDENED * step.endswith("'") for step in steps]


@dataclass(frozen=True)
class Node:
    """A private key and its chain code."""

    key: bytes
    chain: bytes
    depth: int = 0
    parent: bytes = bytes(4)
    number: int = 0


def _hmac(key: bytes, data: bytes) -> tuple[bytes, bytes]:
    digest = hmac.digest(key, data, "sha512")
    return digest[:32], digest[32:]


def _point(key: bytes) -> ec.EllipticCurvePublicKey:
    return ec.derive_private_key(int.from_bytes(key), ec.SECP256K1()).public_key()


def _compressed(key: bytes) -> bytes:
    return _point(key).public_bytes(Encoding.X962, PublicFormat.CompressedPoint)


def bip32(seed: bytes, path: str) -> Node:
    """BIP-32 on secp256k1."""
    node = Node(*_hmac(b"Bitcoin seed", seed))
    for index in _indices(path):
        public = _compressed(node.key)
        data = b"\0" + node.key if index >= HARDENED else public
        left, chain = _hmac(node.chain, data + index.to_bytes(4))
        key = (int.from_bytes(left) + int.from_bytes(node.key)) % ORDER
        mark = hashlib.new("ripemd160", hashlib.sha256(public).digest()).digest()[:4]
        node = Node(key.to_bytes(32), chain, node.depth + 1, mark, index)
    return node


def xprv(node: Node) -> str:
    """BIP-32: the usual spelling of a private node."""
    head = b"\x04\x88\xad\xe4" + bytes([node.depth]) + node.parent + node.number.to_bytes(4)
    return base58.b58encode_check(head + node.chain + b"\0" + node.key).decode()


def slip10(seed: bytes, path: str) -> Node:
    """SLIP-10 on ed25519, where every step is hardened."""
    node = Node(*_hmac(b"ed25519 seed", seed))
    for index in _indices(path):
        node = Node(*_hmac(node.chain, b"\0" + node.key + index.to_bytes(4)))
    return node


def ed25519_public(key: bytes) -> bytes:
    """The public half of an ed25519 key."""
    private = ed25519.Ed25519PrivateKey.from_private_bytes(key)
    return private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def checksummed(address: bytes) -> str:
    """EIP-55."""
    digits = address.hex()
    nibbles = keccak256(digits.encode()).hex()
    return "0x" + "".join(d.upper() if n >= "8" else d for d, n in zip(digits, nibbles, strict=False))


def evm_key(phrase: str, account: int = 0, index: int = 0, coin: int = 60) -> bytes:
    """The private key of an EVM address."""
    return bip32(seed_of(phrase), f"m/44'/{coin}'/{account}'/0/{index}").key


def evm_address(key: bytes) -> str:
    """The EVM address of a private key."""
    public = _point(key).public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return checksummed(keccak256(public[1:])[12:])


def iota_key(phrase: str, account: int = 0, index: int = 0) -> bytes:
    """The private key of an IOTA address."""
    return slip10(seed_of(phrase), f"m/44'/4218'/{account}'/0'/{index}'").key


def iota_address(key: bytes) -> str:
    """The IOTA address of a private key."""
    return "0x" + hashlib.blake2b(ed25519_public(key), digest_size=32).hexdigest()


def rfc6979(key: bytes, digest: bytes) -> int:
    """RFC 6979: the nonce of a signature, for SHA-256 and this curve."""
    mac, value = bytes(32), b"\x01" * 32
    data = key + (int.from_bytes(digest) % ORDER).to_bytes(32)
    for mark in (b"\0", b"\x01"):
        mac = hmac.digest(mac, value + mark + data, "sha256")
        value = hmac.digest(mac, value, "sha256")
    while True:
        value = hmac.digest(mac, value, "sha256")
        nonce = int.from_bytes(value)
        if 0 < nonce < ORDER:
            return nonce
        mac = hmac.digest(mac, value + b"\0", "sha256")
        value = hmac.digest(mac, value, "sha256")


def ecdsa(key: bytes, digest: bytes) -> tuple[int, int, int]:
    """Parity, r and s of a signature, s in the lower half."""
    nonce = rfc6979(key, digest)
    at = _point(nonce.to_bytes(32)).public_numbers()
    r = at.x % ORDER
    s = pow(nonce, -1, ORDER) * (int.from_bytes(digest) + r * int.from_bytes(key)) % ORDER
    return (at.y & 1, r, s) if s <= ORDER // 2 else (at.y & 1 ^ 1, r, ORDER - s)


Rlp = bytes | int | list["Rlp"]


def rlp(item: Rlp) -> bytes:
    """Recursive length prefix."""
    if isinstance(item, int):
        item = item.to_bytes((item.bit_length() + 7) // 8)
    if isinstance(item, bytes):
        if len(item) == 1 and item[0] < 0x80:
            return item
        return _rlp_head(0x80, len(item)) + item
    body = b"".join(rlp(part) for part in item)
    return _rlp_head(0xC0, len(body)) + body


def _rlp_head(base: int, length: int) -> bytes:
    if length < 56:
        return bytes([base + length])
    size = length.to_bytes((length.bit_length() + 7) // 8)
    return bytes([base + 55 + len(size)]) + size


def evm_transaction(key: bytes, fields: list[Rlp]) -> bytes:
    """EIP-1559: the signed transaction of the nine fields from chain id to access list."""
    parity, r, s = ecdsa(key, keccak256(b"\x02" + rlp(fields)))
    return b"\x02" + rlp([*fields, parity, r, s])


def _id(text: str) -> bytes:
    return bytes.fromhex(text.removeprefix("0x"))


def _u64(number: int) -> bytes:
    return number.to_bytes(8, "little")


def iota_transaction(key: bytes, to: str, nanos: int, coin: dict[str, str], price: int) -> tuple[str, str]:
    """The bytes of a plain payment out of one coin, and their signature, both in base64."""
    sender = _id(iota_address(key))
    data = b"\0\0"
    data += b"\x02" + b"\0\x08" + _u64(nanos) + b"\0\x20" + _id(to)
    data += b"\x02" + bytes.fromhex("020001010000") + bytes.fromhex("0101030000000001 0100".replace(" ", ""))
    data += sender + b"\x01" + _id(coin["coinObjectId"]) + _u64(int(coin["version"]))
    data += b"\x20" + base58.b58decode(coin["digest"])
    data += sender + _u64(price) + _u64(5_000_000) + b"\0"
    digest = hashlib.blake2b(b"\0\0\0" + data, digest_size=32).digest()
    signature = ed25519.Ed25519PrivateKey.from_private_bytes(key).sign(digest)
    proof = b"\0" + signature + ed25519_public(key)
    return base64.b64encode(data).decode(), base64.b64encode(proof).decode()
