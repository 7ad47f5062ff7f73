"""`/_sandbox/requests`: what apps asked of late, and what they were told."""

from typing import Annotated, Literal, Self

from fastapi import APIRouter, Query, Request

from sandbox.core.clock import iso
from sandbox.core.errors import NotFoundError
from sandbox.core.timings import Timings
from sandbox.core.traffic import Exchange, TrafficLog
from sandbox.core.wire import Out

router = APIRouter(tags=["control room"], prefix="/_sandbox/requests")
Part = Literal["backend", "identity", "nodes", "control"]
_PARTS: dict[Part, tuple[str, ...]] = {
    "backend": ("/api/",),
    "identity": ("/realms/", "/admin/", "/postident/"),
    "nodes": ("/nodes/",),
    "control": ("/_sandbox",),
}
_CLASSES = {"2xx": 2, "3xx": 3, "4xx": 4, "5xx": 5}


class RequestOut(Out):
    """One request with its answer; passwords, tokens, codes and shares are hidden."""

    id: int
    """Position; the next call takes the last one as `after`."""

    at: str
    method: str
    path: str
    query: str
    status: int | None
    """Null: the connection was cut without an answer."""

    milliseconds: float
    user: str | None
    app_name: str | None
    has_token: bool
    request_type: str
    request_body: str
    response_type: str
    response_body: str
    location: str


class RequestList(Out):
    """Requests, oldest first."""

    requests: list[RequestOut]


class TimesOut(Out):
    """How long the answers of a part took."""

    part: Part
    count: int
    p50_ms: float
    """Half of them took no longer."""

    p95_ms: float
    p99_ms: float
    longest_ms: float

    @classmethod
    def of(cls, part: Part, timings: Timings) -> Self:
        """Return the times of one part."""
        found = timings.of(tuple(path.strip("/") for path in _PARTS[part]))
        return cls(
            part=part,
            count=found.count,
            p50_ms=found.p50,
            p95_ms=found.p95,
            p99_ms=found.p99,
            longest_ms=found.longest,
        )


class TimesList(Out):
    """How long answers took, by part."""

    parts: list[TimesOut]


@router.get("")
def list_requests(
    request: Request,
    *,
    after: Annotated[int, Query(ge=0)] = 0,
    limit: Annotated[int, Query(ge=1, le=500)] = 200,
    part: Part | None = None,
    method: Literal["GET", "POST", "PUT", "DELETE"] | None = None,
    status: Literal["2xx", "3xx", "4xx", "5xx", "none"] | None = None,
    path: Annotated[str, Query(max_length=200, description="A piece of the path.")] = "",
    user: Annotated[str, Query(max_length=100)] = "",
) -> RequestList:
    """Return the last requests behind a position; looking at the control room is not among them."""

    def wanted(one: Exchange) -> bool:
        return (
            one.id > after
            and (part is None or one.path.startswith(_PARTS[part]))
            and method in {None, one.method}
            and (status is None or _is_of(one, status))
            and path.lower() in one.path.lower()
            and user.lower() in (one.user or "").lower()
        )

    found = [one for one in _log(request).all() if wanted(one)]
    return RequestList(requests=[_out(one) for one in found[-limit:]])


@router.get("/times")
def list_times(request: Request) -> TimesList:
    """Return how long answers took since the requests were last forgotten."""
    timings = _log(request).timings
    return TimesList(parts=[TimesOut.of(part, timings) for part in _PARTS])


@router.get("/{request_id}", responses={404: {"description": "It is not kept any more, or never was."}})
def show_request(request: Request, request_id: int) -> RequestOut:
    """Return one request."""
    for one in _log(request).all():
        if one.id == request_id:
            return _out(one)
    raise NotFoundError(f"There is no request {request_id}; only the last ones are kept.")


@router.delete("", status_code=204)
def clear_requests(request: Request) -> None:
    """Forget the requests so far."""
    _log(request).clear()


def _log(request: Request) -> TrafficLog:
    log = request.app.state.traffic
    assert isinstance(log, TrafficLog)
    return log


def _is_of(one: Exchange, status: str) -> bool:
    return one.status is None if status == "none" else (one.status or 0) // 100 == _CLASSES[status]


def _out(one: Exchange) -> RequestOut:
    return RequestOut(**{**one.__dict__, "at": iso(one.at)})
