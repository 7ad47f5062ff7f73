"""The last requests and answers, for whoever looks over an app's shoulder; kept in memory only."""

import itertools
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from urllib.parse import parse_qs

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sandbox.core.clock import Clock
from sandbox.core.masking import mask_body, mask_query, mask_url
from sandbox.core.timings import Timings

KEPT = 500
LARGEST_BODY = 8 * 1024
"""A body beyond is told by its size only: half of it could not be masked for certain."""

_QUIET = ("/_sandbox", "/explorer", "/favicon.ico")
"""Looking at these changes nothing and would drown what an app does."""

WORKERS = "/_sandbox/worker-setup"
"""What workers and their keeper tell each other."""

_SIGN_IN_NAMES = ("username", "login")
_TEXTS = ("json", "form-urlencoded", "text/")


@dataclass(frozen=True)
class Exchange:
    """One request with its answer; secrets are taken out before it is kept."""

    id: int
    at: datetime
    method: str
    path: str
    query: str
    status: int | None
    """None: the connection was cut."""

    milliseconds: float
    user: str | None
    app_name: str | None
    has_token: bool
    request_type: str
    request_body: str
    response_type: str
    response_body: str
    location: str


class TrafficLog:
    """A ring of the last exchanges."""

    def __init__(self) -> None:
        self._ring: deque[Exchange] = deque(maxlen=KEPT)
        self._numbers = itertools.count(1)
        self._lock = Lock()
        self.timings = Timings()

    def add(self, make: Callable[[int], Exchange]) -> None:
        """Keep an exchange under the next number."""
        with self._lock:
            exchange = make(next(self._numbers))
            self._ring.append(exchange)
        self.timings.add(exchange.path, exchange.milliseconds)

    def all(self) -> list[Exchange]:
        """Return what is kept, oldest first."""
        with self._lock:
            return list(self._ring)

    def clear(self) -> None:
        """Forget all; numbers go on."""
        with self._lock:
            self._ring.clear()
        self.timings.clear()


class _Body:
    """Collects a body while it passes, up to the size that is shown."""

    def __init__(self) -> None:
        self.size = 0
        self._parts: list[bytes] = []

    def take(self, message: Message) -> None:
        part = message.get("body", b"")
        self.size += len(part)
        if self.size <= LARGEST_BODY:
            self._parts.append(part)
        else:
            self._parts.clear()

    def shown(self, content_type: str) -> str:
        if not self.size:
            return ""
        if self.size > LARGEST_BODY or not any(kind in content_type for kind in _TEXTS):
            return f"({self.size} bytes)"
        return mask_body(b"".join(self._parts).decode(errors="replace"), content_type)

    def field(self, names: tuple[str, ...], content_type: str) -> str | None:
        if "form-urlencoded" not in content_type:
            return None
        form = parse_qs(b"".join(self._parts).decode(errors="replace"))
        return next((form[name][0][:100] for name in names if name in form), None)


class _Listener:
    """One exchange while it goes on."""

    def __init__(self, scope: Scope, at: datetime) -> None:
        self.scope = scope
        self._at = at
        self._start = time.perf_counter()
        self._asked, self._answered = _Body(), _Body()
        self._status: int | None = None
        self._headers = Headers(raw=[])
        # Where the token check tells who is calling.
        self._state: dict[str, object] = scope.setdefault("state", {})

    def hear(self, message: Message) -> None:
        """Take a message of either side."""
        if message["type"] == "http.request":
            self._asked.take(message)
        elif message["type"] == "http.response.start":
            self._status, self._headers = message["status"], Headers(raw=list(message.get("headers", [])))
        elif message["type"] == "http.response.body":
            self._answered.take(message)

    def exchange(self, number: int) -> Exchange:
        """Return what was heard, without secrets."""
        asked, told = Headers(scope=self.scope), self._headers
        kind, told_kind = asked.get("content-type", ""), told.get("content-type", "")
        user = self._state.get("username") or self._asked.field(_SIGN_IN_NAMES, kind)
        return Exchange(
            id=number,
            at=self._at,
            method=self.scope["method"],
            path=self.scope["path"],
            query=mask_query(self.scope["query_string"].decode(errors="replace")),
            status=self._status,
            milliseconds=round((time.perf_counter() - self._start) * 1000, 1),
            user=str(user) if user else None,
            app_name=asked.get("x-app-name"),
            has_token="authorization" in asked,
            request_type=kind,
            request_body=self._asked.shown(kind),
            response_type=told_kind,
            response_body="" if "html" in told_kind else self._answered.shown(told_kind),
            location=mask_url(told.get("location", "")),
        )


class TrafficMiddleware:
    """Notes every exchange that an app or a tester caused."""

    def __init__(self, app: ASGIApp, log: TrafficLog, clock: Clock) -> None:
        self._app = app
        self._log = log
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one exchange."""
        if scope["type"] != "http" or _is_quiet(scope):
            await self._app(scope, receive, send)
            return
        listener = _Listener(scope, self._clock.now())

        async def listening_receive() -> Message:
            message = await receive()
            listener.hear(message)
            return message

        async def listening_send(message: Message) -> None:
            listener.hear(message)
            await send(message)

        try:
            await self._app(scope, listening_receive, listening_send)
        finally:
            self._log.add(listener.exchange)


def _is_quiet(scope: Scope) -> bool:
    if scope["path"].startswith(WORKERS):
        return True
    looks = scope["method"] in {"GET", "HEAD", "OPTIONS"}
    return looks and (scope["path"] == "/" or scope["path"].startswith(_QUIET))
