"""What can be done on the screens of a payment."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from decimal import Decimal

Act = Callable[[], Awaitable[object] | object]


@dataclass(frozen=True, slots=True)
class SendActions:
    """Callbacks of the form."""

    back: Act
    network: Callable[[str], Awaitable[object]]
    recipient: Callable[[str], Awaitable[object]]
    clear: Act
    paste: Act
    accept: Act
    amount: Callable[[str], Awaitable[object]]
    part: Callable[[Decimal], Awaitable[object]]
    review: Act
    activity: Act
    retry: Act


@dataclass(frozen=True, slots=True)
class ProgressActions:
    """Callbacks once the PIN was given."""

    done: Act
    again: Act
    activity: Act
    copy: Callable[[str], Awaitable[object]]
