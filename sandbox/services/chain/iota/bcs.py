"""Binary canonical serialization: a strict reader and the few writers we need."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

MAX_LENGTH = 2**31 - 1


class BcsError(ValueError):
    """Bytes that are no canonical BCS of what is expected."""


class BcsReader:
    """Takes values off the front of some bytes."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._position = 0

    def take(self, size: int) -> bytes:
        """The next bytes."""
        end = self._position + size
        if end > len(self._data):
            raise BcsError("unexpected end of input")
        taken = self._data[self._position : end]
        self._position = end
        return taken

    def integer(self, size: int) -> int:
        """A little-endian unsigned integer of this many bytes."""
        return int.from_bytes(self.take(size), "little")

    def uleb128(self) -> int:
        """A length or a variant number, in its shortest form."""
        value = 0
        for index in range(5):
            byte = self.integer(1)
            value |= (byte & 0x7F) << (7 * index)
            if byte < 0x80:
                if index and byte == 0:
                    raise BcsError("uleb128 is not canonical")
                if value > 0xFFFFFFFF:
                    break
                return value
        raise BcsError("uleb128 overflows 32 bits")

    def length(self) -> int:
        """A length that BCS allows."""
        value = self.uleb128()
        if value > MAX_LENGTH:
            raise BcsError("sequence is too long")
        return value

    def vector(self, read: Callable[[], T]) -> tuple[T, ...]:
        """A sequence of values."""
        return tuple(read() for _ in range(self.length()))

    def bytes(self) -> bytes:
        """A sequence of bytes."""
        return self.take(self.length())

    def text(self) -> str:
        """A UTF-8 string."""
        try:
            return self.bytes().decode()
        except UnicodeDecodeError:
            raise BcsError("text is no UTF-8") from None

    def boolean(self) -> bool:
        """A boolean, 0 or 1."""
        value = self.integer(1)
        if value > 1:
            raise BcsError("boolean is neither 0 nor 1")
        return bool(value)

    def option(self, read: Callable[[], T]) -> T | None:
        """A value or nothing."""
        return read() if self.boolean() else None

    def finish(self) -> None:
        """Refuses bytes that are left over."""
        if self._position != len(self._data):
            raise BcsError("remaining input")


def write_uleb128(value: int) -> bytes:
    """A length or a variant number."""
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def write_u16(value: int) -> bytes:
    """A 16-bit integer."""
    return value.to_bytes(2, "little")


def write_u64(value: int) -> bytes:
    """A 64-bit integer."""
    return value.to_bytes(8, "little")


def write_bytes(data: bytes) -> bytes:
    """Bytes behind their length."""
    return write_uleb128(len(data)) + data


def write_vector(items: list[bytes]) -> bytes:
    """Written items behind their number."""
    return write_uleb128(len(items)) + b"".join(items)
