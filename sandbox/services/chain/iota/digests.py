"""Hashes and their text forms on IOTA Rebased."""

from __future__ import annotations

import hashlib

import base58

from sandbox.services.chain.iota import bcs

DELETED_DIGEST = b"c" * 32


def blake2b(*parts: bytes) -> bytes:
    """BLAKE2b-256 of some bytes in a row."""
    return hashlib.blake2b(b"".join(parts), digest_size=32).digest()


def base58_text(digest: bytes) -> str:
    """How digests are written."""
    return base58.b58encode(digest).decode()


def base58_bytes(text: str) -> bytes:
    """A digest back from its text."""
    return base58.b58decode(text)


def hex_text(identifier: bytes) -> str:
    """How addresses and object ids are written."""
    return "0x" + identifier.hex()


def address_of(public_key: bytes) -> bytes:
    """Address of an Ed25519 key; no scheme flag goes into this hash."""
    return blake2b(public_key)


def signing_digest(transaction: bytes) -> bytes:
    """What the sender signs: intent TransactionData, version 0, application IOTA."""
    return blake2b(b"\x00\x00\x00", transaction)


def transaction_digest(transaction: bytes) -> bytes:
    """Name of a transaction."""
    return blake2b(b"TransactionData::", transaction)


def object_id(digest: bytes, index: int) -> bytes:
    """Id of the index-th object that a transaction creates."""
    return blake2b(b"\xf1", digest, bcs.write_u64(index))


def coin_digest(
    *, coin_id: bytes, owner: bytes, version: int, balance: int, previous: bytes, rebate: int
) -> bytes:
    """Digest of one version of a coin of IOTA."""
    content = bcs.write_bytes(coin_id + bcs.write_u64(balance))
    return blake2b(
        b"Object::",
        b"\x00\x01",
        bcs.write_u64(version),
        content,
        b"\x00",
        owner,
        bcs.write_bytes(previous),
        bcs.write_u64(rebate),
    )


def checkpoint_digest(previous: bytes, number: int, transaction: bytes) -> bytes:
    """Digest of a checkpoint; the network hashes more than this ledger has."""
    return blake2b(b"CheckpointSummary::", previous, bcs.write_u64(number), transaction)
