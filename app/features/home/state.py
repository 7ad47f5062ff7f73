"""What Home shows, derived from the stores."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Final

from app.core.errors import AppError, ErrorCode
from app.core.model.activity import ActivityItem
from app.core.model.position import Position
from app.features.home.history import History

LATEST: Final = 4


class Phase(StrEnum):
    """Which of its states the screen is in."""

    LOADING = "loading"
    FAILED = "failed"
    EMPTY = "empty"
    CONTENT = "content"


@dataclass(frozen=True, slots=True)
class LatestPart:
    """The newest items with today's rates of their coins."""

    items: tuple[ActivityItem, ...]
    rates: tuple[Decimal | None, ...]
    hidden: bool
    loaded: bool
    failed: bool


@dataclass(frozen=True, slots=True)
class HomeState:
    """All that Home needs; ``nudge`` asks to write down the recovery phrase."""

    name: str
    positions: tuple[Position, ...] = ()
    items: tuple[ActivityItem, ...] = ()
    total: Decimal | None = None
    loaded: bool = False
    offline: bool = False
    trouble: ErrorCode | None = None
    hidden: bool = False
    nudge: bool = False
    as_of: datetime | None = None
    rates_as_of: datetime | None = None
    activity_loaded: bool = False
    activity_error: AppError | None = None
    error: AppError | None = None
    history: History | None = None

    @property
    def phase(self) -> Phase:
        """Loading until figures are there; empty while nothing ever happened."""
        if not self.positions:
            return Phase.FAILED if self.error is not None else Phase.LOADING
        if not self.loaded:
            return Phase.LOADING
        anything = any(one.amount for one in self.positions) or self.items
        return Phase.CONTENT if anything or self.offline or not self.activity_loaded else Phase.EMPTY

    @property
    def latest_part(self) -> LatestPart:
        """What the block of the newest items shows."""
        rates = tuple(rate_of(self.positions, item) for item in self.latest)
        failed = self.activity_error is not None
        return LatestPart(self.latest, rates, self.hidden, self.activity_loaded, failed)

    @property
    def latest(self) -> tuple[ActivityItem, ...]:
        """The newest few items."""
        return self.items[:LATEST]

    def of(self, network_key: str) -> tuple[ActivityItem, ...]:
        """The newest few items of one network."""
        return tuple(item for item in self.items if item.network.key == network_key)[:LATEST]


def calm(position: Position) -> Position:
    """The position to the minute: what is shown of it does not change more often."""
    rate = replace(position.rate, as_of=_minute(position.rate.as_of)) if position.rate else None
    as_of = _minute(position.as_of) if position.as_of else None
    return replace(position, as_of=as_of, rate=rate)


def _minute(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0)


def rate_of(positions: Sequence[Position], item: ActivityItem) -> Decimal | None:
    """Today's rate of an item's coin, where it is known."""
    found = next((one for one in positions if one.network.key == item.network.key), None)
    return found.rate.eur if found and found.rate else None


def shares(positions: Sequence[Position]) -> tuple[tuple[Position, Decimal], ...]:
    """Positions with a worth and their part of the whole, largest first."""
    known = [(one, one.eur) for one in positions if one.eur]
    total = sum((worth for _, worth in known), Decimal(0))
    parts = [(one, worth / total) for one, worth in known] if total else []
    return tuple(sorted(parts, key=lambda part: part[1], reverse=True))


def by_worth(positions: Sequence[Position]) -> tuple[Position, ...]:
    """Largest worth first, then what has an amount, then the rest."""
    return tuple(
        sorted(positions, key=lambda one: (one.eur or Decimal(0), one.amount or Decimal(0)), reverse=True)
    )
