"""Strict reading of JSON-RPC arguments, refused in geth's words."""

from __future__ import annotations

import re
from typing import Any

from sandbox.services.chain.errors import RpcError, invalid_params

_QUANTITY = re.compile(r"0x(0|[1-9a-f][0-9a-f]*)", re.IGNORECASE)
_HEX = re.compile(r"0x[0-9a-f]*", re.IGNORECASE)

HEAD_TAGS = frozenset({"latest", "pending", "safe", "finalized"})
BlockReference = int | str
"""A block number, one of HEAD_TAGS, or a block hash."""


class Arguments:
    """The positional arguments of one call."""

    def __init__(self, values: list[Any], at_most: int) -> None:
        if len(values) > at_most:
            raise invalid_params(f"too many arguments, want at most {at_most}")
        self._values = values

    def optional(self, index: int) -> Any:
        """The argument as it came, or None."""
        return self._values[index] if index < len(self._values) else None

    def required(self, index: int) -> Any:
        """The argument as it came; missing or null is an error."""
        value = self.optional(index)
        if value is None:
            raise invalid_params(f"missing value for required argument {index}")
        return value

    def address(self, index: int) -> str:
        """An address, in lower case."""
        return address(self.required(index), f"argument {index}")

    def hash(self, index: int) -> str:
        """A 32-byte hash, in lower case."""
        return hash32(self.required(index), f"argument {index}")

    def data(self, index: int) -> bytes:
        """Bytes of any length."""
        return data(self.required(index), f"argument {index}")

    def quantity(self, index: int) -> int:
        """A number in hex without leading zeros."""
        return quantity(self.required(index), f"argument {index}")

    def flag(self, index: int, *, default: bool) -> bool:
        """A boolean."""
        value = self.optional(index)
        if value is None:
            return default
        if not isinstance(value, bool):
            raise invalid_params(f"invalid argument {index}: a boolean is expected")
        return value

    def object(self, index: int) -> dict[str, Any]:
        """A JSON object."""
        value = self.required(index)
        if not isinstance(value, dict):
            raise invalid_params(f"invalid argument {index}: an object is expected")
        return value

    def block(self, index: int) -> BlockReference:
        """A block by number, tag, hash or EIP-1898 object; the latest if missing."""
        value = self.optional(index)
        return "latest" if value is None else block_reference(value, f"argument {index}")


def quantity(value: Any, what: str) -> int:
    """A number below 2**256 in hex, strictly without leading zeros."""
    text = _text(value, what)
    if not text.lower().startswith("0x"):
        raise invalid_params(f"invalid {what}: hex string without 0x prefix")
    if len(text) == 2:
        raise invalid_params(f'invalid {what}: hex string "0x" is no number')
    if not _HEX.fullmatch(text):
        raise invalid_params(f"invalid {what}: invalid hex string")
    if not _QUANTITY.fullmatch(text):
        raise invalid_params(f"invalid {what}: hex number with leading zero digits")
    if len(text) > 66:
        raise invalid_params(f"invalid {what}: hex number > 256 bits")
    return int(text, 16)


def data(value: Any, what: str) -> bytes:
    """Bytes in hex with an even number of digits."""
    text = _text(value, what)
    if not text.lower().startswith("0x"):
        raise invalid_params(f"invalid {what}: hex string without 0x prefix")
    if not _HEX.fullmatch(text):
        raise invalid_params(f"invalid {what}: invalid hex string")
    if len(text) % 2:
        raise invalid_params(f"invalid {what}: hex string of odd length")
    return bytes.fromhex(text[2:])


def address(value: Any, what: str) -> str:
    """A 20-byte address in lower case; the case of its letters is not checked."""
    return _fixed(value, what, 20, "common.Address")


def hash32(value: Any, what: str) -> str:
    """A 32-byte hash in lower case."""
    return _fixed(value, what, 32, "common.Hash")


def block_reference(value: Any, what: str) -> BlockReference:
    """A block by number, tag, hash or EIP-1898 object."""
    if isinstance(value, dict):
        if "blockHash" in value and "blockNumber" in value:
            raise invalid_params(f"invalid {what}: cannot specify both BlockHash and BlockNumber, choose one")
        if "blockHash" in value:
            return hash32(value["blockHash"], what)
        value = value.get("blockNumber")
    text = _text(value, what)
    if text in HEAD_TAGS:
        return text
    if text == "earliest":
        return 0
    if len(text) == 66:
        return hash32(text, what)
    return block_number(text, what)


def block_number(value: Any, what: str) -> int:
    """A block number, which has at most 63 bits."""
    number = quantity(value, what)
    if number >= 2**63:
        raise invalid_params(f"invalid {what}: block number larger than int64")
    return number


def storage_slot(value: Any, what: str) -> int:
    """A storage slot of at most 32 bytes; here leading zeros are welcome."""
    text = _text(value, what)
    if not _HEX.fullmatch(text) or not 2 < len(text) <= 66:
        raise invalid_params(f"invalid {what}: a storage key has 1 to 64 hex digits")
    return int(text, 16)


def state_error(number: int) -> RpcError:
    """The answer of a node that keeps only the newest state."""
    return RpcError(-32000, f"missing trie node: the state of block {number} is not kept")


def _text(value: Any, what: str) -> str:
    if not isinstance(value, str):
        raise invalid_params(f"invalid {what}: json: cannot unmarshal non-string")
    return value


def _fixed(value: Any, what: str, size: int, kind: str) -> str:
    raw = data(value, what)
    if len(raw) != size:
        raise invalid_params(
            f"invalid {what}: hex string has length {2 * len(raw)}, want {2 * size} for {kind}"
        )
    return "0x" + raw.hex()
