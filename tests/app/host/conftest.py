"""A served web view and a plain way to talk to it."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import flet as ft
import pytest

from app.host.web import listen, serve, web_app


@dataclass
class Served:
    """A running web view."""

    port: int
    links: list[str] = field(default_factory=list)
    pages: list[ft.Page] = field(default_factory=list)

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def link(self) -> str:
        return self.links[-1]


@asynccontextmanager
async def served(assets: Path) -> AsyncIterator[Served]:
    listener = listen(0)
    view = Served(listener.getsockname()[1])

    async def show(page: ft.Page) -> None:
        view.pages.append(page)
        page.add(ft.Text("here"))

    guard, _ = web_app(
        show,
        name="Test",
        assets=assets,
        port=view.port,
        on_link=view.links.append,
        return_page=lambda: "<p>Signed in</p>",
    )
    stop = asyncio.Event()
    serving = asyncio.create_task(serve(guard, listener, stop))
    while not view.links:
        await asyncio.sleep(0.01)
    try:
        yield view
    finally:
        stop.set()
        await asyncio.wait_for(serving, 10)


@pytest.fixture
async def view(tmp_path: Path) -> AsyncIterator[Served]:
    async with served(tmp_path) as running:
        yield running


def other_addresses() -> list[str]:
    """Addresses of this machine that are not loopback."""
    found = set()
    with suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(("192.0.2.1", 9))
        found.add(probe.getsockname()[0])
    found.update(str(info[4][0]) for info in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET))
    return sorted(address for address in found if not address.startswith("127."))
