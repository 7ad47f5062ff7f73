"""The way from a worker to its keeper."""

import string
from collections.abc import AsyncIterator
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any
from urllib.parse import quote

import httpx
from starlette.requests import Request
from starlette.types import Scope

from sandbox.core.errors import StartError, UnavailableError
from sandbox.core.guard import SECRET_HEADER
from sandbox.core.process import EXIT_USAGE

_HOP_BY_HOP = frozenset(
    {b"connection", b"keep-alive", b"proxy-connection", b"te", b"trailer", b"transfer-encoding", b"upgrade"}
)
_FROM_HERE_ON = frozenset({SECRET_HEADER.encode(), b"x-forwarded-for"})
"""What the worker says itself to its keeper."""

_NOT_YET = frozenset({502, 503, 504})
_SETUP = "/_sandbox/worker-setup"
_PATIENCE = httpx.Timeout(10.0, read=None)
"""Answers may take as long as they like: a planned failure may keep one for minutes."""


class KeeperAwayError(UnavailableError):
    """The keeper does not answer."""

    code = "keeper_away"

    def __init__(self) -> None:
        super().__init__("The keeper of this sandbox does not answer at the moment. Try again soon.")


class KeeperDoor:
    """Asks the keeper, and passes calls on to it."""

    def __init__(self, url: str, secret: str = "") -> None:
        self._url = url.rstrip("/")
        self._base = httpx.URL(self._url).raw_path.rstrip(b"/")
        self._secret = {SECRET_HEADER: secret} if secret else {}
        # "localhost": the guard of the keeper knows its own names only.
        own = self._secret | {"host": "localhost"}
        self._asking = httpx.Client(base_url=self._url, headers=own, timeout=10.0, trust_env=False)
        limits = httpx.Limits(max_connections=None, max_keepalive_connections=50)
        # It serves all callers: a cookie it kept would sign the next one in as somebody else.
        no_cookies = CookieJar(DefaultCookiePolicy(allowed_domains=[]))
        self._passing = httpx.AsyncClient(
            timeout=_PATIENCE, limits=limits, trust_env=False, cookies=no_cookies
        )

    def setup(self) -> dict[str, Any]:
        """Return what a worker has to know; raise KeeperAwayError or StartError."""
        return self._asked(_SETUP)

    def address(self, name: str, network_key: str) -> str:
        """Return the address of one of the sandbox's own accounts on the chains."""
        return str(self._asked(f"{_SETUP}/address", name=name, network_key=network_key)["address"])

    def report(self, exchanges: list[dict[str, object]]) -> None:
        """Tell the keeper what was asked of this worker."""
        self._answer("POST", f"{_SETUP}/exchanges", json={"exchanges": exchanges})

    def _asked(self, path: str, **wanted: str) -> dict[str, Any]:
        content: dict[str, Any] = self._answer("GET", path, params=wanted).json()
        return content

    def _answer(self, method: str, path: str, **sent: Any) -> httpx.Response:
        try:
            answer = self._asking.request(method, path, **sent)
        except httpx.HTTPError as error:
            raise KeeperAwayError from error
        if answer.status_code == 403:
            raise StartError(
                "The keeper refuses this worker. Set ETOPAY_SANDBOX_CONTROL_SECRET of both to the same.",
                EXIT_USAGE,
            )
        if answer.status_code in _NOT_YET:
            raise KeeperAwayError
        if not answer.is_success:
            raise StartError(
                f"What answers at {self._url} is no keeper for this worker (status {answer.status_code}). "
                "Both have to be of one version.",
                EXIT_USAGE,
            )
        return answer

    async def pass_on(self, request: Request, body: AsyncIterator[bytes] | None) -> httpx.Response:
        """Send a call to the keeper, its body as it comes, and return the answer; its body is on the way."""
        passed = self._passing.build_request(
            request.method,
            self._url,
            content=body,
            headers=self._headers(request),
            # As a URL it would be normalised: "/x/../_sandbox" is not what was asked for.
            extensions={"target": self._base + _target(request.scope)},
        )
        return await self._passing.send(passed, stream=True, follow_redirects=False)

    def _headers(self, request: Request) -> list[tuple[bytes, bytes]]:
        left_out = _HOP_BY_HOP | _FROM_HERE_ON
        if "transfer-encoding" in request.headers:
            left_out |= {b"content-length"}
        kept = [(name, value) for name, value in request.headers.raw if name.lower() not in left_out]
        if request.scope.get("state", {}).get("may_control"):
            return [*kept, *((name.encode(), value.encode()) for name, value in self._secret.items())]
        # It came from elsewhere, and the keeper shall not take it for a call from its own machine.
        client = request.client.host if request.client else "unknown"
        return [*kept, (b"x-forwarded-for", client.encode())]

    async def close(self) -> None:
        """End all connections."""
        self._asking.close()
        await self._passing.aclose()


def answered_headers(answer: httpx.Response) -> list[tuple[bytes, bytes]]:
    """Return the headers of an answer that belong to whoever asked."""
    return [pair for pair in answer.headers.raw if pair[0].lower() not in _HOP_BY_HOP]


async def parts(answer: httpx.Response) -> AsyncIterator[bytes]:
    """Yield the body as the keeper sent it."""
    async for part in answer.aiter_raw():
        yield part


def _target(scope: Scope) -> bytes:
    raw: bytes = scope.get("raw_path") or quote(scope["path"]).encode()
    query: bytes = scope["query_string"]
    # What may stand in a request line stays as it came, and the rest is quoted.
    return quote(raw + (b"?" + query if query else b""), safe=string.punctuation).encode()
