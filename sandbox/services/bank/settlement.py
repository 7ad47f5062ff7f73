"""When a transfer arrives: the TARGET calendar, the hour until which orders are taken, instant transfers."""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

from dateutil.easter import easter

CUT_OFF = time(15)
"""Orders up to this hour (UTC) are carried out on the same business day."""

ARRIVAL = time(7)
"""Hour (UTC) at which ordinary transfers of the day before are booked."""

INSTANT = timedelta(seconds=10)
"""The longest a SEPA instant transfer may take by its rulebook."""


@lru_cache(maxsize=16)
def closing_days(year: int) -> frozenset[date]:
    """Return the days on which TARGET is closed beside weekends."""
    sunday = easter(year)
    return frozenset(
        {
            date(year, 1, 1),
            sunday - timedelta(days=2),
            sunday + timedelta(days=1),
            date(year, 5, 1),
            date(year, 12, 25),
            date(year, 12, 26),
        }
    )


def is_business_day(day: date) -> bool:
    """Say whether TARGET is open."""
    return day.weekday() < 5 and day not in closing_days(day.year)


def next_business_day(day: date) -> date:
    """Return the first business day after a day."""
    day += timedelta(days=1)
    while not is_business_day(day):
        day += timedelta(days=1)
    return day


def due_at(ordered: datetime, *, instant: bool) -> datetime:
    """Return when the money of a transfer is there.

    An ordinary transfer is accepted on a business day before the cut-off, else on the next one, and arrives
    on the business day after that.
    """
    if instant:
        return ordered + INSTANT
    moment = ordered.astimezone(UTC)
    accepted = moment.date()
    if not is_business_day(accepted) or moment.time() > CUT_OFF:
        accepted = next_business_day(accepted)
    return datetime.combine(next_business_day(accepted), ARRIVAL, UTC)
