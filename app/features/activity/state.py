"""What the activity list shows: filters, days and rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from app.core.model import Direction
from app.core.model.activity import ActivityItem


class Kind(StrEnum):
    """The filter chips."""

    ALL = "all"
    IN = "in"
    OUT = "out"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Filters:
    """What was typed and chosen; ``network`` is a key or None for all."""

    search: str = ""
    kind: Kind = Kind.ALL
    network: str | None = None

    @property
    def active(self) -> bool:
        """Whether anything is left out."""
        return bool(self.search.strip()) or self.kind is not Kind.ALL or self.network is not None


@dataclass(frozen=True, slots=True)
class DayHead:
    """The name of a day above its rows; ``moment`` is None for what has no time yet."""

    moment: datetime | None


@dataclass(frozen=True, slots=True)
class Row:
    """An item and its place in the card of its day."""

    item: ActivityItem
    first: bool
    last: bool


Line = DayHead | Row


def matches(item: ActivityItem, filters: Filters) -> bool:
    """Whether an item passes; the search looks at address, transaction, amount, symbol and network."""
    if filters.network is not None and item.network.key != filters.network:
        return False
    if filters.kind is Kind.IN and item.direction is not Direction.IN:
        return False
    if filters.kind is Kind.OUT and item.direction is Direction.IN:
        return False
    if filters.kind is Kind.OPEN and item.settled:
        return False
    words = filters.search.casefold().split()
    hay = " ".join(
        (item.other, item.tx_id or "", f"{item.amount:f}", item.network.symbol, item.network.display_name)
    ).casefold()
    return all(word.replace(",", ".") in hay or word in hay for word in words)


def lines_of(items: Sequence[ActivityItem], filters: Filters) -> tuple[Line, ...]:
    """Day names and rows of what passes, in the given order."""
    shown = [item for item in items if matches(item, filters)]
    days = [_day(item) for item in shown]
    lines: list[Line] = []
    for index, item in enumerate(shown):
        first = index == 0 or days[index - 1] != days[index]
        last = index + 1 == len(shown) or days[index + 1] != days[index]
        if first:
            lines.append(DayHead(item.at))
        lines.append(Row(item, first, last))
    return tuple(lines)


def _day(item: ActivityItem) -> date | None:
    return item.at.astimezone().date() if item.at else None
