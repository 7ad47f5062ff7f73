"""What a link is, and how what it takes from an answer is written."""

from typing import Any, NamedTuple

ADMIN = "/admin{realm}"
DESK = "/_sandbox"
ID = "$response.body#/"
MORE = "$request.body#/"
ASKED = "$request.query."
EXAMPLE: dict[str, Any] = {"$example": "of the call's body"}
"""Stands for the example that the description gives of the target's body."""


class Link(NamedTuple):
    """A call that can follow another one."""

    source: str
    target: str
    parameters: dict[str, str] = {}  # noqa: RUF012 — never changed
    body: Any = None


def to_all(source: str, expression: str, name: str, *targets: str) -> tuple[Link, ...]:
    """Return links to calls that take one and the same thing."""
    return tuple(Link(source, target, {name: expression}) for target in targets)
