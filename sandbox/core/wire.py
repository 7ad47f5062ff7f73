"""Strict JSON shapes: unknown members are refused, decimals travel as plain strings."""

import re
from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, PlainSerializer, WithJsonSchema

from sandbox.core.wording import quoted

_PLAIN = re.compile(r"[0-9]{1,29}(\.[0-9]{1,28})?", re.ASCII)
_MANTISSA = 2**96


class In(BaseModel):
    """A request body."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Out(BaseModel):
    """A response body."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def parse_decimal(value: object) -> Decimal:
    """Read a decimal in plain notation that the SDK can hold (96-bit mantissa, 28 decimals)."""
    if isinstance(value, Decimal):
        return value
    if not isinstance(value, str):
        # pydantic reports this kind of error only.
        raise ValueError(  # noqa: TRY004
            'write it as text in plain digits, such as "0.1"'
        )
    if not _PLAIN.fullmatch(value):
        raise ValueError(
            f'{quoted(value)} is no amount: write it in plain digits, such as "0.1", '
            "without sign, comma or exponent"
        )
    if int(value.replace(".", "")) >= _MANTISSA:
        raise ValueError(f"{quoted(value)} has too many digits: 28 are fine")
    return Decimal(value)


def plain(value: Decimal) -> str:
    """Write a decimal without exponent, keeping its scale."""
    return f"{value:f}"


Amount = Annotated[
    Decimal,
    BeforeValidator(parse_decimal),
    PlainSerializer(plain, return_type=str),
    WithJsonSchema({"type": "string", "pattern": r"^[0-9]{1,29}(\.[0-9]{1,28})?$", "examples": ["0.1"]}),
]


def parse_euros(value: object) -> Decimal:
    """Read an amount of euros: whole cents."""
    amount = parse_decimal(value)
    if amount != round(amount, 2):
        raise ValueError(f"{quoted(value)} has parts of a cent: 2 decimals are fine")
    return amount


Euros = Annotated[
    Decimal,
    BeforeValidator(parse_euros),
    PlainSerializer(plain, return_type=str),
    WithJsonSchema({"type": "string", "pattern": r"^[0-9]{1,9}(\.[0-9]{1,2})?$", "examples": ["25.00"]}),
]
