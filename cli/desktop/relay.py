"""Stands in for the desktop client and relays to an older one that differs in framing only.

Flet from 0.86 on sends [length, four bytes][zero byte][message]; the client that the registry carries for
Linux is older and speaks a plain stream of messages. The first argument is the app's socket; the real client
is named by FLET_REAL_CLIENT.
"""

from __future__ import annotations

import asyncio
import os
import struct
import sys
import tempfile
from pathlib import Path

import msgpack

_Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def _connect(address: str) -> _Streams:
    if address.startswith("tcp://"):
        host, _, port = address.removeprefix("tcp://").rpartition(":")
        return await asyncio.open_connection(host, int(port))
    return await asyncio.open_unix_connection(address)


async def _to_client(app: asyncio.StreamReader, client: asyncio.StreamWriter) -> None:
    while True:
        (length,) = struct.unpack("<I", await app.readexactly(4))
        frame = await app.readexactly(length)
        if frame[0] == 0:
            client.write(frame[1:])
            await client.drain()


async def _to_app(client: asyncio.StreamReader, app: asyncio.StreamWriter) -> None:
    rest = b""
    while data := await client.read(1 << 20):
        rest += data
        while (end := first_message(rest)) is not None:
            message, rest = rest[:end], rest[end:]
            app.write(struct.pack("<I", len(message) + 1) + b"\0" + message)
        await app.drain()


def first_message(data: bytes) -> int | None:
    """Where the first whole message ends."""
    unpacker = msgpack.Unpacker(raw=False, strict_map_key=False, max_buffer_size=1 << 30)
    unpacker.feed(data)
    try:
        unpacker.skip()
    except msgpack.OutOfData:
        return None
    return int(unpacker.tell())


async def run(address: str, rest: list[str]) -> int:
    """Start the real client and relay until it ends."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        app_reader, app_writer = await _connect(address)
        down = asyncio.create_task(_to_client(app_reader, writer))
        up = asyncio.create_task(_to_app(reader, app_writer))
        _, pending = await asyncio.wait({down, up}, return_when=asyncio.FIRST_COMPLETED)
        for task in pending:
            task.cancel()
        for stream in (app_writer, writer):
            stream.close()

    with tempfile.TemporaryDirectory() as folder:
        socket = str(Path(folder) / "relay.sock")
        server = await asyncio.start_unix_server(serve, socket)
        async with server:
            client = await asyncio.create_subprocess_exec(os.environ["FLET_REAL_CLIENT"], socket, *rest)
            return await client.wait()


if __name__ == "__main__":
    sys.exit(asyncio.run(run(sys.argv[1], sys.argv[2:])))
