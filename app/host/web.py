"""The web view: the app in a browser of this machine, for development and preview.

The wallet's keys live in the process that serves the page, and the page is only served to this machine.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from http import HTTPStatus
from pathlib import Path
from typing import Final

import uvicorn
from flet.messaging.protocol import Message
from flet_web import get_package_web_dir
from flet_web.fastapi.flet_app import FletApp
from flet_web.fastapi.flet_app_manager import app_manager
from flet_web.fastapi.flet_static_files import FletStaticFiles
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect

from app.device.sign_in import deliver
from app.host.client import ShowPage
from app.host.errors import HostError
from app.host.guard import CALLBACK_PATH, HEALTH_PATH, Guard

HOST: Final = "127.0.0.1"
# A sign-in in the same tab disconnects the page for as long as the user takes.
_SESSION_SECONDS: Final = 900
_GRACE_SECONDS: Final = 2
_SIGN: Final = "svg/app-icon.svg"


def listen(port: int) -> socket.socket:
    """A socket on loopback, bound before anything else starts. Raises HostError."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
        listener.listen()
    except OSError:
        listener.close()
        raise HostError(
            f"Port {port} is taken. Choose another one with --port, or 0 for a free one."
        ) from None
    return listener


def callback_uri(port: int) -> str:
    """Where the identity provider sends the browser back to."""
    return f"http://{HOST}:{port}{CALLBACK_PATH}"


class Client(FletApp):  # type: ignore[misc]  # flet_web is not typed
    """Flet's client, for whom a message to a page that has just gone is no error.

    Flet takes the queue away a moment before the session hears that its page is gone. The error of a change
    in that moment, as when the browser leaves for the sign-in, would end the session's updates for ever.
    """

    def send_message(self, message: Message) -> None:
        """Drop what cannot be sent: the page gets everything anew when it comes back."""
        if getattr(self, "_FletApp__send_queue", None) is not None:
            super().send_message(message)


class Channel(WebSocket):
    """A connection whose end is only noticed by reading.

    Flet's loop that sends would die of it before the session hears that its page is gone, and the session
    would hold its place at the wallet for ever.
    """

    async def send_bytes(self, data: bytes) -> None:
        """Drop what the page can no longer get."""
        with suppress(WebSocketDisconnect, RuntimeError):
            await super().send_bytes(data)


def web_app(
    show: ShowPage,
    *,
    name: str,
    assets: Path,
    port: int,
    on_link: Callable[[str], None],
    return_page: Callable[[], str],
) -> tuple[Guard, Starlette]:
    """The guarded ASGI app and what it guards; ``return_page`` is seen for a moment after a sign-in."""

    async def signed_in(request: Request) -> Response:
        return _sign_in_answer(request, return_page)

    async def client(scope: Scope, receive: Receive, send: Send) -> None:
        await Client(
            loop=asyncio.get_running_loop(),
            executor=app_manager.executor,
            main=show,
            before_main=None,
            session_timeout_seconds=_SESSION_SECONDS,
        ).handle(Channel(scope, receive, send))

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        await app_manager.start()
        yield
        await app_manager.shutdown()

    _brand_first_page(assets)
    files = FletStaticFiles(assets_dir=str(assets), app_name=name, app_short_name=name, no_cdn=True)
    inner = Starlette(
        routes=[
            Route(HEALTH_PATH, _health, methods=["GET"]),
            Route(CALLBACK_PATH, signed_in, methods=["GET"]),
            WebSocketRoute("/ws", _Asgi(client)),
            Mount("/", files),
        ],
        lifespan=lifespan,
    )
    return Guard(inner, port=port, on_link=on_link), inner


def _brand_first_page(assets: Path) -> None:
    """Show the brand's sign while the client loads: of two first pages Flet serves the one in the assets."""
    page = (Path(get_package_web_dir()) / "index.html").read_text(encoding="utf-8")
    for theirs in ("icons/loading-animation.png", "icons/apple-touch-icon-192.png"):
        page = page.replace(theirs, _SIGN)
    page = page.replace("width: 200px;", "width: 96px; border-radius: 22px;")
    page = page.replace('type="image/png" href="favicon.png"', f'type="image/svg+xml" href="{_SIGN}"')
    (assets / "index.html").write_text(page, encoding="utf-8")


class _Asgi:
    """Tells Starlette that a function is a whole ASGI app and no endpoint."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app(scope, receive, send)


class _Server(uvicorn.Server):
    """Leaves signals to the host, and tells when it answers."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.answers = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """As usual."""
        await super().startup(sockets)
        self.answers.set()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Nothing: the host asks for the stop."""
        yield


async def serve(guard: Guard, listener: socket.socket, stop: asyncio.Event) -> None:
    """Serve until ``stop`` is set; the first link goes out when the server answers."""
    config = uvicorn.Config(
        guard,
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        ws="websockets-sansio",
        timeout_graceful_shutdown=_GRACE_SECONDS,
    )
    server = _Server(config)
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    await server.answers.wait()
    guard.start()
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    server.should_exit = True
    await serving


async def _health(_: Request) -> Response:
    return PlainTextResponse("ok\n")


def _sign_in_answer(request: Request, return_page: Callable[[], str]) -> Response:
    """Hand the answer to the sign-in that waits, and go back to the app.

    A page and not a redirect: coming from another site, the browser would follow a redirect without the
    app's strict cookie.
    """
    pairs = request.query_params.multi_items()
    query = dict(pairs)
    if len(query) != len(pairs) or not deliver(query.get("state", ""), query):
        return PlainTextResponse("No sign-in waits for this answer.\n", HTTPStatus.BAD_REQUEST)
    return HTMLResponse(return_page(), headers={"cache-control": "no-store", "refresh": "0; url=/"})
