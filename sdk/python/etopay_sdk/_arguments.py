"""Arguments as the native half takes them, or an error that names the one that is wrong."""

from __future__ import annotations

import logging
import operator
from decimal import Decimal

from etopay_sdk.amounts import to_wire
from etopay_sdk.exceptions import ValidationError

_MOST = 2**32 - 1
_LEVELS = {"warning": "warn", "critical": "off", "fatal": "off", "notset": "trace"}
# The lines of the native half are at most errors.
_BY_NUMBER = (
    (logging.DEBUG - 1, "trace"),
    (logging.DEBUG, "debug"),
    (logging.INFO, "info"),
    (logging.WARNING, "warn"),
    (logging.ERROR, "error"),
)


def count(name: str, value: int) -> int:
    """Return a number that is counted from 0; TypeError when it is no whole number."""
    number = operator.index(value)
    if not 0 <= number <= _MOST:
        raise ValidationError("invalid_argument", {"field": name, "reason": f"it must be from 0 to {_MOST}"})
    return number


def fee_limit(value: Decimal | str | None) -> str | None:
    """Return the limit of a fee as the native half reads it."""
    return None if value is None else _fee("invalid_argument", "max_fee", value)


def fee_in_config(value: Decimal | str) -> str:
    """Return the limit that holds for every call without one of its own."""
    return _fee("invalid_config", "max_evm_fee", value)


def _fee(code: str, field: str, value: Decimal | str) -> str:
    try:
        return to_wire(value)
    except ValidationError as error:
        raise ValidationError(code, {"field": field, "reason": error.details["reason"]}) from None


def level(value: str | int) -> str:
    """Return the native name of a log level: one of those names, or a name or number of `logging`."""
    if isinstance(value, str):
        name = value.strip().lower()
        return _LEVELS.get(name, name)
    number = operator.index(value)
    return next((name for most, name in _BY_NUMBER if number <= most), "off")
