"""`GET /courses` and `GET /courses/history`."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated

from fastapi import APIRouter, Query

from sandbox.core.auth import Me
from sandbox.core.clock import iso
from sandbox.core.context import Ctx
from sandbox.core.errors import InvalidError
from sandbox.services.rates.schemas import Course, CourseHistory, CurrentCourse
from sandbox.services.rates.service import Market

router = APIRouter(tags=["rates"])
_LONGEST = timedelta(days=1830)
NetworkKey = Annotated[str, Query(max_length=60)]


@router.get("/courses")
def current(context: Ctx, _user: Me, network_key: NetworkKey) -> CurrentCourse:
    """Return EUR for one unit of the network's coin."""
    network = context.networks.get(network_key)
    quote = context.rates.quote(network.key, context.clock.now())
    return CurrentCourse(course=Course(course=quote.rate, date=iso(quote.at)))


@router.get("/courses/history")
def history(
    context: Ctx,
    _user: Me,
    network_key: NetworkKey,
    from_date: date | None = None,
    to_date: date | None = None,
) -> CourseHistory:
    """Return past rates.

    The real service's call is not documented: path and steps are our reading of the SDK's types.
    """
    network = context.networks.get(network_key)
    now = context.clock.now()
    if to_date and to_date.year < 2000:
        raise InvalidError("to_date must not be before the year 2000.")
    end = min(datetime.combine(to_date, time.max, UTC), now) if to_date else now
    start = datetime.combine(from_date, time.min, UTC) if from_date else end - timedelta(days=30)
    if start > end or end - start > _LONGEST:
        raise InvalidError("from_date must be before to_date, at most five years.")
    courses = [
        Course(course=rate, date=iso(moment)) for moment, rate in Market().history(network.key, start, end)
    ]
    return CourseHistory(courses=courses)
