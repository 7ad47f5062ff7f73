"""Planned failures: what shall go wrong, on which calls, and how often."""

import asyncio
import logging
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from threading import Lock
from typing import Literal

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sandbox.core.connection import drop_connection
from sandbox.core.ids import new_id

log = logging.getLogger("sandbox.faults")

FaultKind = Literal["status", "delay", "hang", "drop", "garbage"]
FaultStage = Literal["before", "after"]


@dataclass
class Fault:
    """One planned failure."""

    method: str
    path: str
    kind: FaultKind
    stage: FaultStage = "before"
    status: int = 500
    body: str = ""
    seconds: float = 1.0
    remaining: int | None = None
    id: str = field(default_factory=new_id)
    hits: int = 0
    cleared: asyncio.Event = field(default_factory=asyncio.Event)

    def matches(self, method: str, path: str) -> bool:
        """Say whether a call is meant."""
        return self.method in {"*", method} and fnmatchcase(path, self.path)


class FaultBoard:
    """The planned failures that are in force; forgotten when the process ends."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []
        self._lock = Lock()

    def add(self, fault: Fault) -> None:
        """Put a failure in force."""
        with self._lock:
            self._faults.append(fault)

    def all(self) -> list[Fault]:
        """Return what is in force."""
        with self._lock:
            return list(self._faults)

    def clear(self, fault_id: str | None = None) -> int:
        """End one failure or all; calls that hang are let go. Return how many were ended."""
        with self._lock:
            ended = [fault for fault in self._faults if fault_id in {None, fault.id}]
            self._faults = [fault for fault in self._faults if fault not in ended]
        for fault in ended:
            fault.cleared.set()
        return len(ended)

    def take(self, method: str, path: str) -> Fault | None:
        """Return the failure for a call and count it."""
        with self._lock:
            for fault in self._faults:
                if fault.matches(method, path):
                    fault.hits += 1
                    if fault.remaining is not None:
                        fault.remaining -= 1
                        if fault.remaining <= 0:
                            self._faults.remove(fault)
                    return fault
        return None


class FaultMiddleware:
    """Lets planned failures happen, before a call is handled or after it (the answer is lost)."""

    def __init__(self, app: ASGIApp, board: FaultBoard) -> None:
        self._app = app
        self._board = board

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one call."""
        planned = None
        if scope["type"] == "http" and not scope["path"].startswith("/_sandbox"):
            planned = self._board.take(scope["method"], scope["path"])
        if planned is None:
            await self._app(scope, receive, send)
            return
        log.info("fault %s on %s %s", planned.kind, scope["method"], scope["path"])
        kept: list[Message] = []
        if planned.stage == "after":

            async def keep(message: Message) -> None:
                kept.append(message)

            await self._app(scope, receive, keep)
        if planned.kind == "delay":
            await asyncio.sleep(planned.seconds)
            if planned.stage == "before":
                await self._app(scope, receive, send)
            for message in kept:
                await send(message)
        elif planned.kind == "hang":
            await _wait_until_gone(receive, planned.cleared)
            await drop_connection(receive)
        elif planned.kind == "drop":
            await drop_connection(receive)
        elif planned.kind == "garbage":
            await _answer(send, 200, planned.body or '{"this is": not JSON')
        else:
            await _answer(send, planned.status, planned.body)


async def _answer(send: Send, status: int, body: str) -> None:
    content = (body or '{"error":"planned_fault","detail":"This failure was asked for."}').encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(content)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": content})


async def _wait_until_gone(receive: Receive, cleared: asyncio.Event) -> None:
    async def client_gone() -> None:
        while (await receive())["type"] != "http.disconnect":
            pass

    waits = {asyncio.create_task(client_gone()), asyncio.create_task(cleared.wait())}
    _, pending = await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    for task in pending:
        task.cancel()
