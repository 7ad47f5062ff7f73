"""A change in the moment in which the browser leaves."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

import flet as ft
from flet.messaging.protocol import Message, MessageAction

from app.host.web import Client


async def nothing(page: ft.Page) -> None:
    """No app."""


async def test_a_message_to_a_page_that_has_gone_is_dropped() -> None:
    with ThreadPoolExecutor(1) as executor:
        client = Client(loop=asyncio.get_running_loop(), executor=executor, main=nothing, before_main=None)
        message = Message(MessageAction.PATCH_CONTROL, {"id": 1, "patch": [[0], [0, 0, "title", "x"]]})
        client._FletApp__send_queue = None  # type: ignore[attr-defined]
        client.send_message(message)
        queue: asyncio.Queue[bytes] = asyncio.Queue()
        client._FletApp__send_queue = queue  # type: ignore[attr-defined]
        client.send_message(message)
        assert queue.qsize() == 1
