"""Risk levels and what each allows to exchange."""

from dataclasses import dataclass
from decimal import Decimal

from sandbox.services.kyc.viviswap.steps import Progress, Step

NOT_TRADING = 70
"""From this level on nothing is exchanged; everybody starts here."""


@dataclass(frozen=True)
class Limits:
    """What may be exchanged, in EUR."""

    level: int
    daily_eur: Decimal
    monthly_eur: Decimal


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


def level_of(progress: Progress, *, closed: bool, elevated: bool, with_bank: bool, with_origin: bool) -> int:
    """Return the level an application has earned."""
    if closed or not (progress.is_verified(Step.GENERAL) and progress.is_verified(Step.PERSONAL)):
        return NOT_TRADING
    if progress.verified_step != Step.COMPLETED:
        return 55 if with_bank else 60
    if elevated:
        return 50
    return 30 if with_origin else 40
