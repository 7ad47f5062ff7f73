"""SPDX licence expressions: how they are spelt, and what they leave to choose."""

from __future__ import annotations

import re
from collections.abc import Callable

_TOKEN = re.compile(r"\(|\)|[^\s()]+")
# Old spellings that crates still use.
_SPELLINGS = {"GPL-3.0+": "GPL-3.0-or-later", "GPL-2.0+": "GPL-2.0-or-later", "GPL-3.0": "GPL-3.0-only"}


def normal(expression: str) -> str:
    """The expression as SPDX spells it today; crates.io still takes ``MIT/Apache-2.0``."""
    tokens = _TOKEN.findall(expression.replace("/", " OR "))
    text = " ".join(_SPELLINGS.get(token, token) for token in tokens)
    return text.replace("( ", "(").replace(" )", ")")


def choices(expression: str) -> list[frozenset[str]]:
    """The sets of licences that each satisfy the expression; ``X WITH Y`` is one licence."""
    tokens = _TOKEN.findall(normal(expression))
    found = _either(tokens)
    if tokens:
        raise ValueError(f"“{expression}” is not a licence expression: “{tokens[0]}” is left over.")
    return found


def allowed(expression: str, accepts: Callable[[str], bool]) -> bool:
    """Whether one of the choices has only accepted licences."""
    return any(all(accepts(licence) for licence in choice) for choice in choices(expression))


def _either(tokens: list[str]) -> list[frozenset[str]]:
    found = _both(tokens)
    while tokens and tokens[0] == "OR":
        tokens.pop(0)
        found = found + _both(tokens)
    return found


def _both(tokens: list[str]) -> list[frozenset[str]]:
    found = _one(tokens)
    while tokens and tokens[0] == "AND":
        tokens.pop(0)
        right = _one(tokens)
        found = [one | other for one in found for other in right]
    return found


def _one(tokens: list[str]) -> list[frozenset[str]]:
    if not tokens or tokens[0] in {")", "AND", "OR", "WITH"}:
        raise ValueError("A licence is missing in a licence expression.")
    token = tokens.pop(0)
    if token == "(":  # noqa: S105 - a parenthesis, not a password
        found = _either(tokens)
        if not tokens or tokens.pop(0) != ")":
            raise ValueError("A parenthesis is not closed in a licence expression.")
        return found
    if len(tokens) > 1 and tokens[0] == "WITH":
        tokens.pop(0)
        return [frozenset({f"{token} WITH {tokens.pop(0)}"})]
    return [frozenset({token})]
