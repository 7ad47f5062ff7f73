"""A page that goes in the middle of a message is noticed, and gives its place free."""

from __future__ import annotations

import asyncio

import flet as ft
import httpx
import msgpack
import websockets

from tests.app.host.conftest import Served

REGISTER = 1


async def test_the_session_hears_that_its_page_is_gone(view: Served) -> None:
    async with httpx.AsyncClient(trust_env=False) as client:
        await client.get(view.link)
        cookie = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
    channel = await websockets.connect(
        f"ws://127.0.0.1:{view.port}/ws",
        origin=view.base,  # type: ignore[arg-type]
        additional_headers={"Cookie": cookie},
        proxy=None,
    )
    body = {"session_id": None, "page_name": "", "page": {"route": "/", "width": 400, "height": 800}}
    await channel.send(b"\x00" + msgpack.packb([REGISTER, body]))
    while not view.pages:
        await asyncio.sleep(0.01)
    (page,) = view.pages
    gone = asyncio.Event()
    page.on_disconnect = lambda _: gone.set()
    text = ft.Text("0")
    page.add(text)

    async def talk() -> None:
        for number in range(100_000):
            text.value = f"{number} " + "x" * 10_000
            page.update()
            await asyncio.sleep(0)

    talking = asyncio.create_task(talk())
    await asyncio.sleep(0.1)
    channel.transport.abort()
    try:
        await asyncio.wait_for(gone.wait(), 10)
    finally:
        talking.cancel()
