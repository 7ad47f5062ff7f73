"""The redirect of a desktop or phone app: one HTTP answer on a random port of this machine (RFC 8252)."""

from __future__ import annotations

import asyncio
import html
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from app.device.sign_in import WAIT_SECONDS, OpenUrl, Redirect, first_answer

_HOST: Final = "127.0.0.1"
_PATH: Final = "/callback"
_READ_SECONDS: Final = 5


@dataclass(frozen=True, slots=True)
class ReturnPage:
    """What the browser shows at the end; all texts are in the user's language."""

    language: str
    brand: str
    title: str
    text: str
    background: str
    foreground: str
    accent: str

    def render(self) -> str:
        """The page, complete in itself: no script, no picture, nothing to load."""
        e = html.escape
        return (
            f'<!doctype html><html lang="{e(self.language)}"><head><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width,initial-scale=1">'
            f"<title>{e(self.brand)}</title>"
            "<style>html{color-scheme:light}body{margin:0;min-height:100vh;display:grid;place-items:center;"
            f"background:{e(self.background)};color:{e(self.foreground)};font:16px/1.5 system-ui,sans-serif}}"
            "main{padding:32px;max-width:28rem;text-align:center}"
            "h1{font-size:24px;line-height:1.25;margin:0 0 8px}"
            f"p{{margin:0}}p.b{{font-weight:700;color:{e(self.accent)};margin-bottom:24px}}</style></head>"
            f'<body><main><p class="b">{e(self.brand)}</p><h1>{e(self.title)}</h1><p>{e(self.text)}</p>'
            "</main></body></html>"
        )


class _LoopbackRedirect:
    def __init__(self, open_url: OpenUrl, page: Callable[[], ReturnPage], seconds: float) -> None:
        self._open_url, self._page, self._seconds = open_url, page, seconds
        self._state = ""
        self._answer: asyncio.Future[Mapping[str, str]] = asyncio.get_running_loop().create_future()
        self.uri = ""
        self._authority = ""

    def listens_on(self, port: int) -> None:
        self._authority = f"{_HOST}:{port}"
        self.uri = f"http://{self._authority}{_PATH}"

    async def ask(self, url: str, state: str) -> Mapping[str, str]:
        self._state = state
        return await first_answer(self._answer, self._open_url, url, self._seconds)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(TimeoutError, ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), _READ_SECONDS)
            answer = self._read(head.decode("latin-1").split("\r\n"))
            writer.write(self._response(answer is not None))
            await writer.drain()
            if answer is not None and not self._answer.done():
                self._answer.set_result(answer)
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()

    def _read(self, lines: list[str]) -> Mapping[str, str] | None:
        """The query of a request that is the expected one."""
        parts = lines[0].split(" ")
        hosts = [line.split(":", 1)[1].strip() for line in lines[1:] if line.lower().startswith("host:")]
        # A name that resolves to this machine is not this machine: only the address itself is served.
        if len(parts) != 3 or parts[0] != "GET" or hosts != [self._authority]:
            return None
        target = urlsplit(parts[1])
        if target.path != _PATH:
            return None
        pairs = parse_qsl(target.query, keep_blank_values=True)
        query = dict(pairs)
        if len(query) != len(pairs) or not self._state:
            return None
        matches = secrets.compare_digest(query.get("state", "").encode(), self._state.encode())
        return query if matches else None

    def _response(self, good: bool) -> bytes:
        body = self._page().render().encode() if good else b"This address expects the end of a sign-in.\n"
        kind = "text/html; charset=utf-8" if good else "text/plain; charset=utf-8"
        head = (
            f"HTTP/1.1 {'200 OK' if good else '400 Bad Request'}\r\nContent-Type: {kind}\r\n"
            f"Content-Length: {len(body)}\r\nCache-Control: no-store\r\nReferrer-Policy: no-referrer\r\n"
            "X-Content-Type-Options: nosniff\r\nX-Frame-Options: DENY\r\n"
            "Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'\r\n"
            "Connection: close\r\n\r\n"
        )
        return head.encode("ascii") + body


class LoopbackSignIn:
    """Implements :class:`app.device.sign_in.SignInBrowser` with the system's browser."""

    def __init__(
        self,
        open_url: OpenUrl,
        page: Callable[[], ReturnPage],
        *,
        come_back: Callable[[], Awaitable[None]] | None = None,
        seconds: float = WAIT_SECONDS,
    ) -> None:
        self._open_url, self._page, self._seconds = open_url, page, seconds
        self._come_back = come_back

    @asynccontextmanager
    async def redirect(self) -> AsyncIterator[Redirect]:
        """Listen for one answer while the context is open."""
        redirect = _LoopbackRedirect(self._open_url, self._page, self._seconds)
        server = await asyncio.start_server(redirect.serve, _HOST, 0, limit=16_384)
        redirect.listens_on(server.sockets[0].getsockname()[1])
        try:
            yield redirect
            if self._come_back is not None:
                await self._come_back()
        finally:
            server.close()
