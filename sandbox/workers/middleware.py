"""Decides who answers a call that came to a worker: the worker, or its keeper."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import httpx
from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sandbox.core.connection import close_connection, drop_connection
from sandbox.core.errors import SandboxError, StartError
from sandbox.core.guard import refusal
from sandbox.core.shared import Follower
from sandbox.workers.door import KeeperAwayError, KeeperDoor, answered_headers, parts

_OURS = ("/api/", "/realms/", "/admin/", "/postident/")


class KeeperMiddleware:
    """Passes on what is the keeper's, and learns before all else what the keeper changed."""

    def __init__(self, app: ASGIApp, door: KeeperDoor, follower: Follower) -> None:
        self._app = app
        self._door = door
        self._follower = follower

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one exchange."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        try:
            ours = scope["path"].startswith(_OURS) and not await asyncio.to_thread(self._follower.refresh)
            if not ours:
                await self._pass_on(scope, receive, send)
                return
        except SandboxError as error:
            await refusal(error.status, error.code, error.message)(scope, receive, send)
            return
        except StartError as error:
            await refusal(503, KeeperAwayError.code, str(error))(scope, receive, send)
            return
        await self._app(scope, receive, send)

    async def _pass_on(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        whole = asyncio.Event()
        body = _body(request, whole)
        passing = asyncio.create_task(self._exchange(request, body, receive, send))
        leaving = asyncio.create_task(_left(receive, whole))
        await asyncio.wait({passing, leaving}, return_when=asyncio.FIRST_COMPLETED)
        for task in (passing, leaving):
            task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await passing

    async def _exchange(
        self, request: Request, body: AsyncIterator[bytes] | None, receive: Receive, send: Send
    ) -> None:
        try:
            answer = await self._door.pass_on(request, body)
        except httpx.ConnectError as error:
            raise KeeperAwayError from error
        except ClientDisconnect:
            return
        except httpx.HTTPError:
            # The keeper cut the connection, as a planned failure does.
            await drop_connection(receive)
            return
        try:
            headers = answered_headers(answer)
            await send({"type": "http.response.start", "status": answer.status_code, "headers": headers})
            async for part in parts(answer):
                await send({"type": "http.response.body", "body": part, "more_body": True})
            await send({"type": "http.response.body", "body": b""})
        except httpx.HTTPError:
            await close_connection(receive)
        finally:
            await answer.aclose()


def _body(request: Request, whole: asyncio.Event) -> AsyncIterator[bytes] | None:
    """Return the body as it arrives, or None if there is none; set the event once nothing more comes."""
    if "content-length" not in request.headers and "transfer-encoding" not in request.headers:
        whole.set()
        return None

    async def arriving() -> AsyncIterator[bytes]:
        async for part in request.stream():
            yield part
        whole.set()

    return arriving()


async def _left(receive: Receive, whole: asyncio.Event) -> None:
    # Until then whoever sends the body on is told of it.
    await whole.wait()
    message: Message = {"type": ""}
    while message["type"] != "http.disconnect":
        message = await receive()
