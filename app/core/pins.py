"""Which PINs are easy to guess."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

SHORTEST_PIN: Final = 6
_LONGEST_HARMLESS: Final = 3
_YEARS: Final = range(1920, 2031)


class PinFlaw(StrEnum):
    """What makes a PIN easy to guess."""

    RUN = "run"
    REPEAT = "repeat"
    PATTERN = "pattern"
    BIRTHDAY = "birthday"


@dataclass(frozen=True, slots=True)
class PinWeakness:
    """A flaw and how many digits from ``start`` on show it; the digits themselves stay where they are."""

    flaw: PinFlaw
    start: int
    length: int


def weakness_of(pin: str) -> PinWeakness | None:
    """The worst flaw of a PIN that is complete or still being typed, or None."""
    for flaw, steps in ((PinFlaw.REPEAT, (0,)), (PinFlaw.RUN, (1, -1))):
        start, length = max((_longest(pin, step) for step in steps), key=lambda found: found[1])
        if length > _LONGEST_HARMLESS:
            return PinWeakness(flaw, start, length)
    if len(pin) < SHORTEST_PIN:
        return None
    if len(set(pin)) <= 2 or any(_is_pattern(pin, size) for size in (2, 3)):
        return PinWeakness(PinFlaw.PATTERN, 0, len(pin))
    if _is_date(pin):
        return PinWeakness(PinFlaw.BIRTHDAY, 0, len(pin))
    return None


def _longest(pin: str, step: int) -> tuple[int, int]:
    """Where the longest row of digits that differ by ``step`` starts, and how long it is."""
    best, start = (0, min(len(pin), 1)), 0
    for here in range(1, len(pin)):
        if int(pin[here]) - int(pin[here - 1]) != step:
            start = here
        if here - start + 1 > best[1]:
            best = (start, here - start + 1)
    return best


def _is_pattern(pin: str, size: int) -> bool:
    return len(pin) >= 2 * size and all(pin[i] == pin[i % size] for i in range(len(pin)))


def _is_date(pin: str) -> bool:
    if len(pin) == 8:
        shapes = [(pin[4:], pin[2:4], pin[:2]), (pin[:4], pin[4:6], pin[6:]), (pin[4:], pin[:2], pin[2:4])]
    elif len(pin) == 6:
        a, b, c = pin[:2], pin[2:4], pin[4:]
        shapes = [
            (century + year, month, day)
            for century in ("19", "20")
            for year, month, day in ((c, b, a), (a, b, c), (c, a, b))
        ]
    else:
        return False
    return any(_exists(int(year), int(month), int(day)) for year, month, day in shapes)


def _exists(year: int, month: int, day: int) -> bool:
    if year not in _YEARS:
        return False
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True
