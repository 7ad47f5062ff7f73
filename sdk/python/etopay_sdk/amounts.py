"""Amounts on their way in and out: exact decimals only."""

from __future__ import annotations

import re
from decimal import Decimal

from etopay_sdk.exceptions import ValidationError

_PLAIN = re.compile(r"[0-9]{1,40}(\.[0-9]{1,40})?")


def to_wire(amount: Decimal | str) -> str:
    """Spell an amount the way the native half reads it; binary floating point is refused."""
    if isinstance(amount, Decimal):
        if not amount.is_finite():
            raise ValidationError("invalid_amount", {"reason": "it is not a number"})
        text = format(amount, "f")
        return text[1:] if text.startswith("-") and amount == 0 else text
    if isinstance(amount, str):
        if not _PLAIN.fullmatch(amount):
            raise ValidationError("invalid_amount", {"reason": "it is not a plain decimal number"})
        return amount
    raise TypeError(f"an amount is a Decimal or a str, not {type(amount).__name__}")
