"""Arguments as the native half takes them, or an error that names the one that is wrong."""

from __future__ import annotations

import logging
import operator

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


def level(value: str | int) -> str:
    """Return the native name of a log level: one of those names, or a name or number of `logging`."""
    if isinstance(value, str):
        name = value.strip().lower()
        return _LEVELS.get(name, name)
    number = operator.index(value)
    return next((name for most, name in _BY_NUMBER if number <= most), "off")
