"""Strict reading of JSON-RPC arguments."""

from __future__ import annotations

import base64
import binascii
import re
from typing import Any

import base58

from sandbox.services.chain.errors import RpcError, invalid_params

_HEX = re.compile(r"0x[0-9a-fA-F]{1,64}")
_COIN_TYPE = re.compile(r"(0x[0-9a-fA-F]{1,64})::(\w+)::(\w+)")

MAX_PAGE = 50


def argument(values: list[Any], index: int) -> Any:
    """A positional argument, None if it is missing."""
    return values[index] if index < len(values) else None


def address(value: Any) -> bytes:
    """An address or object id; short ones are padded with zeros."""
    if not isinstance(value, str) or not _HEX.fullmatch(value):
        raise _wrong("an address is 0x and up to 64 hex digits")
    return bytes.fromhex(value[2:].rjust(64, "0"))


def digest(value: Any) -> bytes:
    """A digest of 32 bytes in base58."""
    try:
        raw = base58.b58decode(value) if isinstance(value, str) and len(value) <= 64 else b""
    except ValueError:
        raw = b""
    if len(raw) != 32:
        raise _wrong("a digest is 32 bytes in base58")
    return raw


def encoded_bytes(value: Any) -> bytes:
    """Bytes in base64."""
    if not isinstance(value, str):
        raise _wrong("base64 text is expected")
    try:
        return base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        raise _wrong("the transaction is no base64") from None


def texts(value: Any) -> list[str]:
    """A list of texts."""
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise _wrong("a list of text is expected")
    return value


def page_size(value: Any) -> int:
    """Size of a page, at most MAX_PAGE."""
    if value is None:
        return MAX_PAGE
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise _wrong("a page size is a number of at least 1")
    return min(value, MAX_PAGE)


def coin_type(value: Any) -> str | None:
    """A coin type with a shortened address, None if it is missing."""
    if value is None:
        return None
    found = _COIN_TYPE.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise _wrong("a coin type looks like 0x2::iota::IOTA")
    return f"{hex(int(found[1], 16))}::{found[2]}::{found[3]}"


def options(value: Any) -> dict[str, bool]:
    """Which parts of a transaction to show."""
    if value is None:
        return {}
    if not isinstance(value, dict) or not all(isinstance(one, bool) for one in value.values()):
        raise _wrong("options are an object of booleans")
    return value


def sequence_number(value: Any) -> int | None:
    """A checkpoint number as text or number, None if the text is none."""
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**63:
        return value
    if isinstance(value, str) and value.isascii() and value.isdecimal() and int(value) < 2**63:
        return int(value)
    return None


def _wrong(reason: str) -> RpcError:
    return invalid_params(f"Invalid params: {reason}")
