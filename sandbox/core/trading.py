"""Risk levels and how much each may exchange: the identity check grants them, the exchange keeps to them."""

from dataclasses import dataclass
from decimal import Decimal

NOT_TRADING = 70
"""From this level on nothing is exchanged; everybody starts here."""


@dataclass(frozen=True)
class Limits:
    """What may be exchanged, in EUR."""

    level: int
    daily_eur: Decimal
    monthly_eur: Decimal

    @property
    def allow_trading(self) -> bool:
        """Say whether anything may be exchanged at all."""
        return self.daily_eur > 0 and self.monthly_eur > 0


_SMALL = (Decimal(699), Decimal(20_000))
_TABLE = {
    60: _SMALL,
    55: _SMALL,
    50: _SMALL,
    40: (Decimal(14_999), Decimal(250_000)),
    30: (Decimal(250_000), Decimal(250_000)),
}
INDIVIDUAL = (20, 10)
"""Levels whose limits are agreed with each customer."""

LEVELS = (100, 90, 80, NOT_TRADING, *_TABLE, *INDIVIDUAL)


def limits_of(level: int, agreed: tuple[Decimal, Decimal] | None = None) -> Limits:
    """Return the limits of a level; those of 20 and 10 are what was agreed (daily, monthly)."""
    nothing = (Decimal(0), Decimal(0))
    daily, monthly = (agreed or nothing) if level in INDIVIDUAL else _TABLE.get(level, nothing)
    return Limits(level, daily, monthly)
