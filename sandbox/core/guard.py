"""Who may steer the sandbox: this machine, or whoever knows the control secret; never a foreign web page."""

import hmac
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

SECRET_HEADER = "x-control-secret"  # noqa: S105 — the header's name
_LOCAL_NAMES = frozenset({"127.0.0.1", "localhost", "::1"})
_WEB_SCHEMES = frozenset({"http", "https", "null"})
_PROXY_HEADERS = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip")
_ONLY_HERE = (
    "The control room answers this machine only. From another one, send the header X-Control-Secret "
    "with what ETOPAY_SANDBOX_CONTROL_SECRET was set to."
)


def refusal(status: int, code: str, detail: str) -> JSONResponse:
    """Return a refusal as every part of the sandbox writes it."""
    return JSONResponse({"error": code, "detail": detail}, status_code=status)


def may_control(request: Request) -> bool:
    """Say whether a request may steer the sandbox; without the guard, nobody may."""
    return bool(request.scope.get("state", {}).get("may_control", False))


class GuardMiddleware:
    """Refuses foreign Host names (DNS rebinding), and what steers things to other machines and web pages."""

    def __init__(self, app: ASGIApp, public_url: str, secret: str = "") -> None:
        self._app = app
        self._public = public_url
        self._secret = secret.encode()
        self._names = _LOCAL_NAMES | {urlsplit(public_url).hostname or ""}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one exchange."""
        if scope["type"] == "http":
            headers = Headers(scope=scope)
            known = self._may_control(scope, headers)
            scope.setdefault("state", {})["may_control"] = known
            refused = self._judge_host(headers)
            if refused is None and scope["path"].startswith("/_sandbox"):
                refused = self._judge_control(headers, known=known)
            elif refused is None and scope["path"].startswith("/nodes/"):
                refused = self._judge_node(headers)
            if refused is not None:
                await refused(scope, receive, send)
                return
        await self._app(scope, receive, send)

    def _judge_host(self, headers: Headers) -> JSONResponse | None:
        try:
            name = urlsplit(f"//{headers.get('host', '')}").hostname
        except ValueError:
            name = None
        if name in self._names:
            return None
        return refusal(421, "wrong_host", f"This is {self._public}; use that address.")

    def _may_control(self, scope: Scope, headers: Headers) -> bool:
        client = scope.get("client")
        # What a proxy on this machine passes on may come from anywhere.
        here = (client is None or client[0] in _LOCAL_NAMES) and not any(
            name in headers for name in _PROXY_HEADERS
        )
        given = headers.get(SECRET_HEADER, "").encode()
        return here or (bool(self._secret) and hmac.compare_digest(given, self._secret))

    def _judge_control(self, headers: Headers, *, known: bool) -> JSONResponse | None:
        if not known:
            return refusal(403, "forbidden", _ONLY_HERE)
        foreign = not self._is_own(headers.get("origin"), headers)
        if foreign or headers.get("sec-fetch-site") in {"cross-site", "same-site"}:
            is_link = headers.get("sec-fetch-mode") == "navigate" and headers.get("origin") is None
            if not is_link:
                return refusal(403, "forbidden", "The control room takes no orders from other web pages.")
        return None

    def _judge_node(self, headers: Headers) -> JSONResponse | None:
        # A page may send text that is JSON without being asked, and a node takes orders such as evm_mine.
        origin = headers.get("origin")
        if self._is_own(origin, headers) or str(origin).split(":", 1)[0] not in _WEB_SCHEMES:
            return None
        return refusal(403, "forbidden", "The nodes take no calls from web pages.")

    def _is_own(self, origin: str | None, headers: Headers) -> bool:
        """Say whether a page came from here; the Host is one of ours when this is asked."""
        if origin is None or origin == self._public:
            return True
        scheme, _, place = origin.partition("://")
        return scheme in {"http", "https"} and place == headers.get("host")
