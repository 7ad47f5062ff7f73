"""The door in front of the services: closed while everything behind it is exchanged."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from starlette.types import ASGIApp, Receive, Scope, Send

from sandbox.core.errors import ConflictError
from sandbox.core.guard import refusal

_HELD_SECONDS = 30.0
"""How long a request waits for the door at most."""

_LEAVING_SECONDS = 10.0
"""How long those inside may take to leave."""


class BusyError(ConflictError):
    """Somebody else exchanges everything, or a request inside does not end."""

    code = "sandbox_busy"


class Gate:
    """Counts who is inside; whoever is inside can ask to be alone."""

    def __init__(self, leaving_seconds: float = _LEAVING_SECONDS) -> None:
        self._leaving_seconds = leaving_seconds
        self._inside = 0
        self._opened: asyncio.Event | None = None
        self._left = asyncio.Event()
        self.watch: Callable[[bool], None] = lambda _closed: None
        """Hears that the door is closed, and that it is open again."""

    async def enter(self) -> None:
        """Go in as soon as the door is open."""
        while self._opened is not None:
            await self._opened.wait()
        self._inside += 1

    def leave(self) -> None:
        """Go out again."""
        self._inside -= 1
        self._left.set()

    @asynccontextmanager
    async def alone(self) -> AsyncIterator[None]:
        """Close the door and wait until all others left; the caller is one who is inside."""
        if self._opened is not None:
            raise BusyError("A snapshot is being saved or restored; try again when that is done.")
        self._opened = asyncio.Event()
        try:
            await asyncio.to_thread(self.watch, True)
            try:
                await asyncio.wait_for(self._others_left(), self._leaving_seconds)
            except TimeoutError as error:
                raise BusyError(
                    f"A request has been running for {self._leaving_seconds:g} s; try again when it is done."
                ) from error
            yield
        finally:
            await asyncio.to_thread(self.watch, False)
            opened, self._opened = self._opened, None
            opened.set()

    async def _others_left(self) -> None:
        while self._inside > 1:
            self._left.clear()
            await self._left.wait()


class GateMiddleware:
    """Lets every request through the door, and holds those that come while it is closed."""

    def __init__(self, app: ASGIApp, gate: Gate) -> None:
        self._app = app
        self._gate = gate

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one exchange."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        try:
            async with asyncio.timeout(_HELD_SECONDS):
                await self._gate.enter()
        except TimeoutError:
            busy = refusal(503, "unavailable", "The sandbox is exchanging its state; try again.")
            await busy(scope, receive, send)
            return
        try:
            await self._app(scope, receive, send)
        finally:
            self._gate.leave()
