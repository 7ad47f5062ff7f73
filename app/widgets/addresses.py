"""Short forms of addresses and ids, used only where the full one is one tap away."""

from __future__ import annotations


def short_address(address: str) -> str:
    """Prefix, first and last four characters."""
    if len(address) <= 14:
        return address
    head = 6 if address.startswith("0x") else 4
    return f"{address[:head]}\u2009…\u2009{address[-4:]}"
