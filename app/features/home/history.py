"""The balance over time at today's rates, computed from the activity where that is the whole truth."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from app.core.model import Direction
from app.core.model.activity import ActivityItem
from app.core.model.position import Position
from app.core.money import to_fiat

SAMPLES: Final = 48
FEWEST_STEPS: Final = 3


@dataclass(frozen=True, slots=True)
class History:
    """When the total became what; at today's rates, oldest first."""

    steps: tuple[tuple[datetime, Decimal], ...]

    def at(self, moment: datetime) -> Decimal:
        """The total at a moment."""
        worth = Decimal(0)
        for when, total in self.steps:
            if when > moment:
                break
            worth = total
        return worth

    def sampled(self, start: datetime, end: datetime) -> tuple[Decimal, ...]:
        """The totals at evenly spaced moments."""
        step = (end - start) / (SAMPLES - 1)
        return tuple(self.at(start + step * index) for index in range(SAMPLES))

    @property
    def began(self) -> datetime:
        """The first step."""
        return self.steps[0][0]


def balance_history(
    positions: Sequence[Position], items: Sequence[ActivityItem], *, complete: bool, now: datetime
) -> History | None:
    """None unless the activity explains every balance to the last digit and covers more than a day.

    A chain may not list what somebody sent here, and then the past cannot be known from the activity.
    """
    moves = sorted(_moves(items), key=lambda move: move[0])
    if not complete or len(moves) < FEWEST_STEPS or now - moves[0][0] < timedelta(days=1):
        return None
    by_key = {one.network.key: one for one in positions}
    sums: defaultdict[str, Decimal] = defaultdict(Decimal)
    for _, key, amount in moves:
        sums[key] += amount
    unknown = set(sums) - set(by_key)
    if unknown or any(
        one.amount is None or one.rate is None or sums[key] != one.amount for key, one in by_key.items()
    ):
        return None
    held: defaultdict[str, Decimal] = defaultdict(Decimal)
    steps = []
    for when, key, amount in moves:
        held[key] += amount
        steps.append((when, sum((_worth(by_key[one], held[one]) for one in held), Decimal(0))))
    return History(tuple(steps))


def _worth(position: Position, amount: Decimal) -> Decimal:
    return to_fiat(amount, position.rate.eur) if position.rate else Decimal(0)


def _moves(items: Iterable[ActivityItem]) -> Iterable[tuple[datetime, str, Decimal]]:
    """What each item did to the balances: its amount, and its fee where the fee's coin is kept."""
    items = tuple(items)
    fee_keys: dict[tuple[int | None, str], str] = {
        (item.network.chain_id, item.network.symbol): item.network.key
        for item in items
        if item.network.chain_id is not None and item.network.contract_address is None
    }
    for item in items:
        when = item.at or item.started_at
        if when is None:
            continue
        yield when, item.network.key, item.moved
        if item.direction is not Direction.IN and item.fee:
            same = item.network.fee_symbol == item.network.symbol
            payer = (
                item.network.key if same else fee_keys.get((item.network.chain_id, item.network.fee_symbol))
            )
            if payer is not None:
                yield when, payer, -item.fee
