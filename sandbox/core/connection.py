"""The bare connection under a request, so that a planned failure can cut it."""

import asyncio
from contextvars import ContextVar

from starlette.types import Receive
from uvicorn.protocols.http.h11_impl import H11Protocol

_transport: ContextVar[asyncio.Transport | None] = ContextVar("sandbox_transport", default=None)


class ConnectionProtocol(H11Protocol):
    """uvicorn's HTTP protocol that lets a handler find its own connection."""

    def data_received(self, data: bytes) -> None:
        """Handle bytes; tasks started meanwhile inherit the connection."""
        _transport.set(self.transport)
        super().data_received(data)


class ConnectionDroppedError(Exception):
    """Raised where there is no real connection to cut (in-process tests)."""


async def drop_connection(receive: Receive) -> None:
    """Cut the connection of the running request without any answer."""
    transport = _transport.get()
    if transport is None:
        raise ConnectionDroppedError
    transport.abort()
    while (await receive())["type"] != "http.disconnect":
        pass


async def close_connection(receive: Receive) -> None:
    """End the connection of the running request once what was sent has left."""
    transport = _transport.get()
    if transport is None:
        raise ConnectionDroppedError
    transport.close()
    while (await receive())["type"] != "http.disconnect":
        pass
