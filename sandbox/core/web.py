"""What every HTTP exchange goes through: tidy path, known host, body limit, headers, log line."""

import logging
import re
import time
from collections.abc import Mapping
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

log = logging.getLogger("sandbox.http")

_LOCAL_NAMES = frozenset({"127.0.0.1", "localhost", "::1"})
_SLASHES = re.compile(r"/{2,}")
_TEXT_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
}
DEFAULT_CSP = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'"


def _refusal(status: int, code: str, detail: str) -> JSONResponse:
    return JSONResponse({"error": code, "detail": detail}, status_code=status)


class TidyPathMiddleware:
    """Treats repeated slashes as one: a client that joins base and path carelessly still arrives."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one exchange."""
        if scope["type"] == "http" and "//" in scope["path"]:
            scope = {**scope, "path": _SLASHES.sub("/", scope["path"])}
        await self._app(scope, receive, send)


class HostMiddleware:
    """Refuses foreign Host names (DNS rebinding), and what steers things to other machines and web pages."""

    def __init__(self, app: ASGIApp, public_url: str) -> None:
        self._app = app
        self._public = public_url
        self._names = _LOCAL_NAMES | {urlsplit(public_url).hostname or ""}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one exchange."""
        if scope["type"] == "http":
            headers = Headers(scope=scope)
            refusal = self._judge_host(headers)
            if refusal is None and scope["path"].startswith("/_sandbox"):
                refusal = self._judge_control(scope, headers)
            elif refusal is None and scope["path"].startswith("/nodes/"):
                refusal = self._judge_node(headers)
            if refusal is not None:
                await refusal(scope, receive, send)
                return
        await self._app(scope, receive, send)

    def _judge_host(self, headers: Headers) -> JSONResponse | None:
        try:
            name = urlsplit(f"//{headers.get('host', '')}").hostname
        except ValueError:
            name = None
        if name in self._names:
            return None
        return _refusal(421, "wrong_host", f"This is {self._public}; use that address.")

    def _judge_control(self, scope: Scope, headers: Headers) -> JSONResponse | None:
        client = scope.get("client")
        if client and client[0] not in _LOCAL_NAMES:
            return _refusal(403, "forbidden", "The control room answers this machine only.")
        if scope["method"] not in {"GET", "HEAD"}:
            origin = headers.get("origin")
            if origin not in {None, self._public} or headers.get("sec-fetch-site") == "cross-site":
                return _refusal(403, "forbidden", "The control room takes no orders from other web pages.")
        return None

    def _judge_node(self, headers: Headers) -> JSONResponse | None:
        # A page may send text that is JSON without being asked, and a node takes orders such as evm_mine.
        origin = headers.get("origin", self._public)
        if origin == self._public or origin.split(":", 1)[0] not in {"http", "https", "null"}:
            return None
        return _refusal(403, "forbidden", "The nodes take no calls from web pages.")


class _TooLargeError(Exception):
    """The body grew over the limit while it was read."""


class BodyLimitMiddleware:
    """Refuses bodies over the limit before they fill the memory; single paths may have a larger one."""

    def __init__(self, app: ASGIApp, limit: int, larger: Mapping[str, int] | None = None) -> None:
        self._app = app
        self._limit = limit
        self._larger = larger or {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one exchange."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = self._larger.get(scope["path"], self._limit)
        refusal = _refusal(413, "too_large", f"A body may have {limit} bytes.")
        declared = Headers(scope=scope).get("content-length", "0")
        if not declared.isdigit() or int(declared) > limit:
            await refusal(scope, receive, send)
            return
        seen = 0
        started = False

        async def limited_receive() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > limit:
                raise _TooLargeError
            return message

        async def watching_send(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self._app(scope, limited_receive, watching_send)
        except _TooLargeError:
            if not started:
                await refusal(scope, receive, send)


class HeadersMiddleware:
    """Adds the security headers and one short log line; no query, no header, no body is logged."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one exchange."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        start = time.perf_counter()
        status = 0

        async def dressed_send(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                for name, value in _TEXT_HEADERS.items():
                    headers.setdefault(name, value)
                headers.setdefault("Content-Security-Policy", DEFAULT_CSP)
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        try:
            await self._app(scope, receive, dressed_send)
        finally:
            took = (time.perf_counter() - start) * 1000
            log.info(
                "%s %s %s %.0f ms",
                scope["method"],
                scope["path"].encode("unicode_escape").decode(),
                status or "-",
                took,
            )
