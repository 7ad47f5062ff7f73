"""Opens a vault file and seals it again, to put into it what an earlier version had left there."""

from __future__ import annotations

import base64
import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from argon2.low_level import Type, hash_secret_raw
from Crypto.Cipher import ChaCha20_Poly1305

NONCE, TAG, CHECKSUM = 24, 16, 32


def _opened(key: bytes, nonce: bytes, sealed: bytes, extra: bytes) -> bytes:
    cipher = ChaCha20_Poly1305.new(key=key, nonce=nonce)
    cipher.update(extra)
    return cipher.decrypt_and_verify(sealed[:-TAG], sealed[-TAG:])


def _data_key(header: dict[str, Any], pin: str) -> bytes:
    wrap, profile = header["wrap"], header["wrap"]["profile"]
    salt, nonce, sealed = (base64.b64decode(wrap[name]) for name in ("salt", "nonce", "sealed"))
    cost = [profile[name] for name in ("memory_kib", "passes", "lanes")]
    outer = hash_secret_raw(pin.encode(), salt, cost[1], cost[0], cost[2], 32, Type.ID, 19)
    facts = "|".join(str(fact) for fact in cost) + f"|{str(profile['weak']).lower()}|false"
    return _opened(outer, nonce, sealed, f"etopay wrap 1|{facts}|{header['username']}|".encode() + salt)


def change(vault: Path, pin: str, edit: Callable[[dict[str, Any]], None]) -> None:
    """Let `edit` change what the vault holds."""
    data = vault.read_bytes()
    body = 12 + int.from_bytes(data[8:12], "little")
    key = _data_key(json.loads(data[12:body]), pin)
    held = json.loads(_opened(key, data[body : body + NONCE], data[body + NONCE : -CHECKSUM], data[:body]))
    edit(held)
    nonce = os.urandom(NONCE)
    cipher = ChaCha20_Poly1305.new(key=key, nonce=nonce)
    cipher.update(data[:body])
    sealed = b"".join(cipher.encrypt_and_digest(json.dumps(held).encode()))
    whole = data[:body] + nonce + sealed
    vault.write_bytes(whole + hashlib.sha256(whole).digest())
