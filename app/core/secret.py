"""A value that must not be seen: PIN, password, phrase, token."""

from __future__ import annotations

from typing import Final


class Secret:
    """Holds a secret string and shows nothing of it in ``repr``, ``str``, formats or pickles.

    Call :meth:`reveal` at the one place that needs the value, and drop the object as soon as it is used.
    """

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value: Final = value

    def reveal(self) -> str:
        """The value itself."""
        return self._value

    def __repr__(self) -> str:
        return "Secret(…)"

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return "…"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash(("Secret", self._value))

    def __bool__(self) -> bool:
        return bool(self._value)

    def __reduce__(self) -> str:
        raise TypeError("A secret is never pickled.")
