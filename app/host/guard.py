"""The gate in front of the web view: only the browser that was handed the link gets through."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable, Mapping
from http import HTTPStatus
from http.cookies import CookieError, SimpleCookie
from typing import Final
from urllib.parse import parse_qs

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

OPEN_PATH: Final = "/open"
HEALTH_PATH: Final = "/healthz"
CALLBACK_PATH: Final = "/oauth/callback"
# Reached by other programs or from other sites, and so without the cookie.
_WITHOUT_COOKIE: Final = frozenset({HEALTH_PATH, CALLBACK_PATH})
_COOKIE_BYTES: Final = 32
_WS_POLICY_VIOLATION: Final = 1008


class Guard:
    """ASGI middleware; ``on_link`` hears each new one-time link, the first at :meth:`start`."""

    def __init__(self, app: ASGIApp, *, port: int, on_link: Callable[[str], None]) -> None:
        self._app = app
        self._on_link = on_link
        self._authority = f"127.0.0.1:{port}"
        self._origin = f"http://{self._authority}"
        self._cookie_name = f"etopay_ui_{port}"
        self._cookie = secrets.token_urlsafe(_COOKIE_BYTES)
        self._key = ""

    def start(self) -> None:
        """Hand out the first link."""
        self._key = secrets.token_urlsafe(_COOKIE_BYTES)
        self._on_link(f"{self._origin}{OPEN_PATH}?key={self._key}")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let through, exchange the link, or refuse."""
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        refusal = self._refusal(scope, headers)
        if scope["type"] == "websocket":
            if refusal is None:
                await self._app(scope, receive, send)
            else:
                await send({"type": "websocket.close", "code": _WS_POLICY_VIOLATION})
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._add_headers(MutableHeaders(scope=message))
            await send(message)

        answer = refusal if refusal is not None else self._exchange(scope, headers)
        await (answer or self._app)(scope, receive, send_with_headers)

    def _refusal(self, scope: Scope, headers: Headers) -> Response | None:
        """Why a request is turned away, or None."""
        if headers.getlist("host") != [self._authority]:
            return _plain(HTTPStatus.MISDIRECTED_REQUEST, "This address belongs to an app on this machine.")
        origin = headers.get("origin")
        is_websocket = scope["type"] == "websocket"
        if origin != self._origin and (is_websocket or origin is not None):
            return _plain(HTTPStatus.FORBIDDEN, "Only the app's own page may ask for this.")
        if not is_websocket and scope["method"] not in {"GET", "HEAD"}:
            return _plain(HTTPStatus.METHOD_NOT_ALLOWED, "This address can only be read.")
        if scope["path"] in _WITHOUT_COOKIE or (scope["path"] == OPEN_PATH and not is_websocket):
            return None
        if self._has_cookie(headers) and _from_own_page(headers):
            return None
        return _plain(
            HTTPStatus.FORBIDDEN,
            "This page belongs to the app that serves it. Open the link that the app printed last.",
        )

    def _exchange(self, scope: Scope, headers: Headers) -> Response | None:
        """Trade the key of the link for the cookie, once."""
        if scope["path"] != OPEN_PATH:
            return None
        if self._has_cookie(headers):
            return RedirectResponse("/", HTTPStatus.SEE_OTHER)
        given = parse_qs(scope["query_string"].decode("latin-1")).get("key", [""])
        if not self._key or len(given) != 1 or not _same(given[0], self._key):
            return _plain(
                HTTPStatus.FORBIDDEN,
                "This link was used before or is not right. Open the link that the app printed last.",
            )
        response = RedirectResponse("/", HTTPStatus.SEE_OTHER)
        response.set_cookie(self._cookie_name, self._cookie, path="/", httponly=True, samesite="strict")
        self.start()
        return response

    def _has_cookie(self, headers: Headers) -> bool:
        cookies = SimpleCookie()
        try:
            cookies.load(headers.get("cookie", ""))
        except CookieError:
            return False
        morsel = cookies.get(self._cookie_name)
        return morsel is not None and _same(morsel.value, self._cookie)

    def _add_headers(self, headers: MutableHeaders) -> None:
        for name, value in self._security_headers().items():
            headers[name] = value
        # A page that the browser keeps alive after leaving for the sign-in holds the one seat there is.
        if headers.get("content-type", "").startswith("text/html"):
            headers["cache-control"] = "no-store"
        if "cache-control" not in headers:
            headers["cache-control"] = "private, no-cache"
        del headers["access-control-allow-origin"]

    def _security_headers(self) -> Mapping[str, str]:
        # Flet's page carries one inline script, and its renderer compiles WebAssembly in workers.
        policy = {
            "default-src": "'self'",
            "script-src": "'self' 'unsafe-inline' 'wasm-unsafe-eval' blob:",
            "worker-src": "'self' blob:",
            "style-src": "'self' 'unsafe-inline'",
            "img-src": "'self' data: blob:",
            "font-src": "'self' data:",
            "connect-src": f"'self' ws://{self._authority} data: blob:",
            "object-src": "'none'",
            "base-uri": "'self'",
            "form-action": "'none'",
            "frame-ancestors": "'none'",
        }
        return {
            "content-security-policy": "; ".join(f"{name} {value}" for name, value in policy.items()),
            "cross-origin-opener-policy": "same-origin",
            "cross-origin-embedder-policy": "require-corp",
            "cross-origin-resource-policy": "same-origin",
            "x-content-type-options": "nosniff",
            "x-frame-options": "DENY",
            "referrer-policy": "no-referrer",
            "permissions-policy": "camera=(self), geolocation=(), microphone=(), payment=(), usb=()",
        }


def _from_own_page(headers: Headers) -> bool:
    """Whether the browser says that the request comes from our page, or from the user."""
    site = headers.get("sec-fetch-site", "none")
    navigates = headers.get("sec-fetch-mode") == "navigate" and headers.get("sec-fetch-dest") == "document"
    return site in {"none", "same-origin"} or navigates


def _same(given: str, wanted: str) -> bool:
    return hmac.compare_digest(given.encode(), wanted.encode())


def _plain(status: HTTPStatus, text: str) -> Response:
    return PlainTextResponse(text + "\n", status, headers={"cache-control": "no-store"})
