"""A real browser comes back from a sign-in at another site and is still let in."""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import async_playwright

from app.device.sign_in import HostSignIn
from cli.smoke import chromium
from tests.app.host.conftest import served

pytestmark = pytest.mark.e2e


class Provider:
    """A web server that is another site for the browser, and sends it back with an answer."""

    def __init__(self) -> None:
        self.back = ""

    async def start(self) -> asyncio.Server:
        return await asyncio.start_server(self._answer, "127.0.0.1", 0)

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        head = (
            f"HTTP/1.1 302 Found\r\nLocation: {self.back}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        )
        writer.write(head.encode())
        await writer.drain()
        writer.close()


async def test_the_strict_cookie_is_sent_again_after_the_return(tmp_path: Path) -> None:
    provider = Provider()
    async with served(tmp_path) as view, await provider.start() as server, async_playwright() as play:
        opened = await play.chromium.launch(executable_path=chromium.find(), args=["--no-sandbox"])
        tab = await opened.new_page()
        statuses: dict[str, int] = {}

        def seen(response: Any) -> None:
            statuses[response.url] = response.status

        tab.on("response", seen)
        await tab.goto(view.link)
        statuses.clear()
        provider.back = f"{view.base}/oauth/callback?state=s1&code=c1"
        port = server.sockets[0].getsockname()[1]

        async def open_url(url: str) -> None:
            # `localhost` and `127.0.0.1` are two sites.
            await tab.goto(f"http://localhost:{port}/", wait_until="commit")

        async with HostSignIn(f"{view.base}/oauth/callback", open_url, seconds=20).redirect() as redirect:
            answer = await redirect.ask("the provider's page", "s1")
        assert answer["code"] == "c1"
        await tab.wait_for_url(f"{view.base}/", timeout=20_000)
        assert statuses[f"{view.base}/"] == HTTPStatus.OK
        await opened.close()
