"""The clipboard, with secrets that do not stay in it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final, Protocol

import flet as ft

SECRET_SECONDS: Final = 60
"""How long a copied secret stays in the clipboard at most."""


class Clipboard(Protocol):
    """Text in and out of the system's clipboard."""

    async def copy(self, text: str, *, secret: bool = False) -> None:
        """Put a text there; a secret is removed after a minute if it is still there."""
        ...

    async def paste(self) -> str:
        """The text that is there, or an empty one."""
        ...


class TextClipboard(Protocol):
    """The part of a toolkit's clipboard that is used here."""

    async def set(self, value: str) -> None:
        """Replace the text."""
        ...

    async def get(self) -> str | None:
        """The text, None where there is none."""
        ...


class ClearingClipboard:
    """Implements :class:`Clipboard` on a plain one."""

    def __init__(
        self, plain: TextClipboard, *, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    ) -> None:
        self._plain = plain
        self._sleep = sleep
        self._clearing: asyncio.Task[None] | None = None

    async def copy(self, text: str, *, secret: bool = False) -> None:
        """Put a text there; a secret is removed after a minute if it is still there."""
        if self._clearing is not None:
            self._clearing.cancel()
            self._clearing = None
        await self._plain.set(text)
        if secret:
            self._clearing = asyncio.create_task(self._clear(text))

    async def paste(self) -> str:
        """The text that is there, or an empty one."""
        return await self._plain.get() or ""

    async def _clear(self, text: str) -> None:
        await self._sleep(SECRET_SECONDS)
        if await self._plain.get() == text:
            await self._plain.set("")


def flet_clipboard() -> ClearingClipboard:
    """The clipboard of the running client; call it where a page is current."""
    return ClearingClipboard(ft.Clipboard())
