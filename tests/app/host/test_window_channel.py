"""The desktop window's channel: private, and for one connection only."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import AsyncIterator
from pathlib import Path

import flet as ft
import msgpack
import pytest

from app.host.socket_server import OneWindowServer

REGISTER = 1


def hello() -> bytes:
    body = {"session_id": None, "page_name": "", "page": {"route": "/", "width": 400, "height": 800}}
    packet = b"\x00" + msgpack.packb([REGISTER, body])
    return struct.pack("<I", len(packet)) + packet


async def answer(reader: asyncio.StreamReader) -> bytes:
    (length,) = struct.unpack("<I", await reader.readexactly(4))
    return await reader.readexactly(length)


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[OneWindowServer]:
    async def show(page: ft.Page) -> None:
        page.add(ft.Text("the wallet"))

    running = OneWindowServer(show, tmp_path / "ui.sock")
    await running.start()
    yield running
    await running.close()


async def test_the_window_gets_its_page(server: OneWindowServer) -> None:
    reader, writer = await asyncio.open_unix_connection(server.page_url)
    writer.write(hello())
    seen = await answer(reader)
    while b"the wallet" not in seen:
        seen = await asyncio.wait_for(answer(reader), 5)
    writer.close()


async def test_a_second_connection_is_refused_and_the_first_goes_on(server: OneWindowServer) -> None:
    reader, writer = await asyncio.open_unix_connection(server.page_url)
    writer.write(hello())
    await answer(reader)
    session = server.session

    second_reader, second_writer = await asyncio.open_unix_connection(server.page_url)
    second_writer.write(hello())
    try:
        seen = await asyncio.wait_for(second_reader.read(), 5)
    except ConnectionResetError:
        seen = b""
    assert seen == b""
    assert server.session is session
    assert not writer.is_closing()
    writer.close()


async def test_nobody_comes_after_the_window_is_closed(server: OneWindowServer) -> None:
    reader, writer = await asyncio.open_unix_connection(server.page_url)
    writer.write(hello())
    await answer(reader)
    writer.close()
    await writer.wait_closed()
    later, _ = await asyncio.open_unix_connection(server.page_url)
    assert await asyncio.wait_for(later.read(), 5) == b""


async def test_a_failing_start_shows_a_reference_and_no_traceback(tmp_path: Path) -> None:
    async def show(page: ft.Page) -> None:
        raise RuntimeError("the-secret-detail")

    server = OneWindowServer(show, tmp_path / "ui.sock")
    await server.start()
    reader, writer = await asyncio.open_unix_connection(server.page_url)
    writer.write(hello())
    await answer(reader)
    crashed = await asyncio.wait_for(answer(reader), 5)
    assert b"could not start" in crashed
    assert b"the-secret-detail" not in crashed
    writer.close()
    await server.close()
