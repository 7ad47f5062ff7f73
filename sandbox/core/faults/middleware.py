"""Lets planned failures happen, before a call is handled or after it."""

import asyncio
import logging

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sandbox.core.connection import close_connection, drop_connection
from sandbox.core.faults import answers
from sandbox.core.faults.board import FaultBoard, Strike
from sandbox.core.faults.call import Call, Describe, Operations

log = logging.getLogger("sandbox.faults")


class FaultMiddleware:
    """Stands between the network and the services; the control room is never struck."""

    def __init__(self, app: ASGIApp, board: FaultBoard, describe: Describe | None = None) -> None:
        self._app = app
        self._board = board
        self._operations = Operations(describe) if describe else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one call."""
        if scope["type"] != "http" or scope["path"].startswith("/_sandbox") or not self._board.all():
            await self._app(scope, receive, send)
            return
        body = b""
        if self._board.needs_body(scope["path"]):
            whole = await _read(receive)
            if whole is None:
                return
            body, receive = whole, _replaying(whole, receive)
        call = Call(scope, body, self._operations)
        strike = self._board.take(call)
        if strike is None:
            await self._app(scope, receive, send)
            return
        log.info("fault %s on %s %s", strike.fault.kind, call.method, call.path)
        if strike.fault.kind == "swap":
            await self._swap(strike, scope, receive, send)
        elif strike.fault.kind == "duplicate":
            await self._keep_answer(dict(scope), _replaying(body, receive))
            await self._app(scope, _replaying(body, receive), send)
        else:
            await self._fail(strike, call, receive, send)

    async def _fail(self, strike: Strike, call: Call, receive: Receive, send: Send) -> None:
        fault, kept = strike.fault, list[Message]()
        if fault.handles_first:
            kept = await self._keep_answer(call.scope, receive)
        if fault.kind == "delay":
            await self._board.be_late(strike)
            if not fault.handles_first:
                await self._app(call.scope, receive, send)
            for message in kept:
                await send(message)
        elif fault.kind == "hang":
            await _wait_until_gone(receive, fault.cleared)
            await drop_connection(receive)
        elif fault.kind == "drop":
            await drop_connection(receive)
        elif fault.kind == "half":
            await answers.send_half(send, kept)
            await close_connection(receive)
        elif fault.kind == "wrong_type":
            await answers.send_mistyped(send, kept)
        elif fault.kind == "rpc_error":
            content = answers.rpc_errors(call, fault.code, fault.body)
            await answers.send_whole(send, 200, content, "application/json")
        elif fault.kind == "status":
            await answers.send_error(send, call.path, fault.status, fault.body)
        else:
            await answers.send_wrong(send, fault.kind, fault.body)

    async def _swap(self, strike: Strike, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the second of two calls, or its answer, go before the first."""
        if strike.role == "second":
            try:
                await self._app(scope, receive, send)
            finally:
                self._board.end_swap(strike.fault)
            return
        waiting = strike.fault.waiting
        assert waiting is not None
        kept = await self._keep_answer(scope, receive) if strike.fault.stage == "after" else []
        try:
            await asyncio.wait_for(waiting.wait(), strike.fault.seconds)
        except TimeoutError:
            self._board.end_swap(strike.fault)
        if strike.fault.stage == "before":
            await self._app(scope, receive, send)
        for message in kept:
            await send(message)

    async def _keep_answer(self, scope: Scope, receive: Receive) -> list[Message]:
        kept: list[Message] = []

        async def keep(message: Message) -> None:
            kept.append(message)

        await self._app(scope, receive, keep)
        return kept


async def _read(receive: Receive) -> bytes | None:
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        body += message.get("body", b"")
        if not message.get("more_body", False):
            return bytes(body)


def _replaying(body: bytes, receive: Receive) -> Receive:
    messages: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def again() -> Message:
        return messages.pop() if messages else await receive()

    return again


async def _wait_until_gone(receive: Receive, cleared: asyncio.Event) -> None:
    async def client_gone() -> None:
        while (await receive())["type"] != "http.disconnect":
            pass

    waits = {asyncio.create_task(client_gone()), asyncio.create_task(cleared.wait())}
    try:
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in waits:
            task.cancel()
