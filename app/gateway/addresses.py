"""Which addresses a network takes, and why another one is refused."""

from __future__ import annotations

import string
from typing import Any, Final

from Crypto.Hash import keccak

from app.core.errors import AppError, ErrorCode
from app.core.model import Network, NetworkKind

_PREFIX: Final = "0x"
_HEX_DIGITS: Final = frozenset(string.hexdigits)
_LENGTHS: Final = {NetworkKind.EVM: 40, NetworkKind.ERC20: 40, NetworkKind.IOTA: 64}


def checksum_address(address: str) -> str:
    """An EVM address of 0x and 40 hex digits with its EIP-55 capitals."""
    digits = address.removeprefix(_PREFIX).lower()
    digest = keccak.new(digest_bits=256, data=digits.encode("ascii")).hexdigest()
    marked = (
        digit.upper() if int(mark, 16) >= 8 else digit for digit, mark in zip(digits, digest, strict=False)
    )
    return _PREFIX + "".join(marked)


def check_address(network: Network, address: str) -> str:
    """The address in its canonical form; a mixed-case EVM address must carry the right checksum.

    Errors: INVALID_ADDRESS with the reasons listed at ``Gateway.check_address``.
    """
    trimmed = address.strip()
    wanted = _LENGTHS[network.kind]
    if not trimmed:
        raise _refused(network, "empty")
    if not trimmed.startswith(_PREFIX):
        raise _refused(network, "prefix")
    digits = trimmed.removeprefix(_PREFIX)
    if not _HEX_DIGITS.issuperset(digits):
        raise _refused(network, "characters")
    if len(digits) < wanted:
        raise _refused(network, "too_short", missing=wanted - len(digits))
    if len(digits) > wanted:
        raise _refused(network, "too_long", extra=len(digits) - wanted)
    if network.kind is NetworkKind.IOTA:
        return trimmed.lower()
    canonical = checksum_address(trimmed)
    has_checksum = digits not in {digits.lower(), digits.upper()}
    if has_checksum and trimmed != canonical:
        raise _refused(network, "checksum")
    return canonical


def _refused(network: Network, reason: str, **count: int) -> AppError:
    params: dict[str, Any] = {"network": network.display_name, "reason": reason, **count}
    return AppError(ErrorCode.INVALID_ADDRESS, **params)
