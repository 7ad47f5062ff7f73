"""Moments that order rows: what is listed by them has a newest, also while the clock stands still."""

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

_NEAR = timedelta(seconds=1)
_TICK = timedelta(microseconds=1)


def own_moment(session: Session, column: InstrumentedAttribute[datetime], now: datetime) -> datetime:
    """Return now, or the first moment behind the rows that have it already."""
    taken = session.scalar(select(func.max(column)).where(column >= now, column < now + _NEAR))
    return now if taken is None else taken + _TICK
