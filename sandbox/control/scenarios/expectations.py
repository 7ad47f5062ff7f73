"""Whether an answer is as a step expects it."""

import re
from decimal import Decimal, InvalidOperation
from typing import Any

from sandbox.control.scenarios.client import MISSING, Answer, member

_SECONDS = "took"
"""A member that every answer has: the seconds that the call took."""


def objections(answer: Answer, status: int | None, expected: dict[str, Any]) -> list[str]:
    """Return what is not as expected, one sentence each."""
    found = []
    if status is None and not 200 <= answer.status < 300:
        found.append(f"It was refused: {answer.said()}.")
    elif status is not None and answer.status != status:
        found.append(f"The answer is {answer.said()}, expected {status}.")
    for path, wanted in expected.items():
        value = answer.seconds if path == _SECONDS else member(answer.content, path)
        problem = _compared(value, wanted if isinstance(wanted, dict) else {"is": wanted})
        if problem:
            found.append(f"`{path}` is {_shown(value)}, expected {problem}.")
    return found


def _compared(value: Any, wanted: dict[str, Any]) -> str:
    for name, other in wanted.items():
        if not _holds(name, value, other):
            return _shown(other) if name == "is" else f"{name} {_shown(other)}"
    return ""


def _holds(name: str, value: Any, other: Any) -> bool:
    if value is MISSING:
        return name == "not"
    if name == "length":
        return isinstance(value, list | dict | str) and len(value) == other
    if name == "in":
        return any(_same(value, one) for one in other)
    if name == "matches":
        return isinstance(value, str) and re.search(other, value) is not None
    if name in {"min", "max"}:
        left, right = _number(value), _number(other)
        return left is not None and right is not None and (left >= right if name == "min" else left <= right)
    return _same(value, other) if name == "is" else not _same(value, other)


def _same(value: Any, other: Any) -> bool:
    if isinstance(value, bool) or isinstance(other, bool):
        return value is other
    left, right = _number(value), _number(other)
    return left == right if left is not None and right is not None else bool(value == other)


def _number(value: Any) -> Decimal | None:
    """Read a number, also one that is written as text, as amounts are."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return None


def _shown(value: Any) -> str:
    if value is MISSING:
        return "not there"
    text = str(value)
    return repr(value) if len(text) <= 80 else f"{text[:80]}…"
