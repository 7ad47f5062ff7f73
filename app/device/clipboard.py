"""The clipboard, with secrets that do not stay in it.

A copied secret goes after a minute, when the wallet is locked, when the app ends in order, and at the next
start if it is still there then. Going out of sight alone does not remove it: pasting into another window is
what it was copied for. What could not be removed in time is tried again when the app comes back into sight.

What no app can do: after a kill or a power cut the secret stays until the next start; a browser lets the web
view look into the clipboard only while its page has the focus; and what the system or a clipboard manager
keeps as a history is not reached at all.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final, Protocol

import flet as ft

from app.device.secret_mark import SecretMark

_log = logging.getLogger(__name__)
SECRET_SECONDS: Final = 60
"""How long a copied secret stays in the clipboard at most."""
CLOSING_SECONDS: Final = 2.0
"""How long a closing window waits for its clipboard."""


class Clipboard(Protocol):
    """Text in and out of the system's clipboard."""

    async def copy(self, text: str, *, secret: bool = False) -> None:
        """Put a text there; a secret is removed after a minute if it is still there."""
        ...

    async def paste(self) -> str:
        """The text that is there, or an empty one."""
        ...

    async def forget(self) -> None:
        """Remove a copied secret now, also one of an earlier run, if it is still there. Never fails."""
        ...

    def forget_soon(self) -> None:
        """The same, beside what goes on."""
        ...

    def catch_up(self) -> None:
        """Try again what should be gone and could not be removed."""
        ...


class TextClipboard(Protocol):
    """The part of a toolkit's clipboard that is used here."""

    async def set(self, value: str) -> None:
        """Replace the text."""
        ...

    async def get(self) -> str | None:
        """The text, None where there is none or it may not be read."""
        ...


class ClearingClipboard:
    """Implements :class:`Clipboard` on a plain one."""

    def __init__(
        self,
        plain: TextClipboard,
        mark: SecretMark,
        *,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        on_secret: Callable[[bool], None] = lambda _: None,
    ) -> None:
        """``on_secret`` hears when a secret may be there from now on, and when it no longer is."""
        self._plain = plain
        self._mark = mark
        self._on_secret = on_secret
        self._sleep = sleep
        self._clearing: asyncio.Task[None] | None = None
        self._changing = asyncio.Lock()
        self._overdue = False

    async def copy(self, text: str, *, secret: bool = False) -> None:
        """Put a text there; a secret is removed after a minute if it is still there."""
        async with self._changing:
            if secret:
                self._mark.put(text)
                self._on_secret(True)
            try:
                await self._plain.set(text)
            except BaseException:
                # It may be there all the same; where an earlier one's minute runs, that is soon enough.
                if secret and (self._overdue or self._clearing is None or self._clearing.done()):
                    self._wait_a_minute()
                raise
            if secret:
                self._mark.settle()
                self._wait_a_minute()
            elif self._mark.there:
                self._stop_waiting()
                self._gone()

    async def paste(self) -> str:
        """The text that is there, or an empty one."""
        return await self._plain.get() or ""

    async def forget(self) -> None:
        """Remove a copied secret now, also one of an earlier run, if it is still there. Never fails."""
        if not (stamp := self._mark.stamp):
            return
        self._overdue = True
        try:
            # A browser may ask the user first; copying does not wait for that.
            held = await self._plain.get()
            async with self._changing:
                if held is None or self._mark.stamp != stamp:
                    return
                if self._mark.fits(held):
                    await self._plain.set("")
                self._gone()
        except (RuntimeError, TimeoutError) as error:
            # The page is gone; the mark stays for the next start.
            _log.info("The clipboard could not be cleared: %s", type(error).__name__)

    def forget_soon(self) -> None:
        """The same, beside what goes on."""
        if self._mark.there:
            self._stop_waiting()
            self._clearing = asyncio.create_task(self.forget())

    def catch_up(self) -> None:
        """Try again what should be gone and could not be removed."""
        if self._overdue:
            self.forget_soon()

    async def _forget_later(self) -> None:
        await self._sleep(SECRET_SECONDS)
        await self.forget()

    def _wait_a_minute(self) -> None:
        self._stop_waiting()
        self._overdue = False
        self._clearing = asyncio.create_task(self._forget_later())

    def _gone(self) -> None:
        self._overdue = False
        self._mark.remove()
        self._on_secret(False)

    def _stop_waiting(self) -> None:
        if self._clearing is not None:
            self._clearing.cancel()
            self._clearing = None


def flet_clipboard(page: ft.Page, data_dir: Path) -> ClearingClipboard:
    """The clipboard of a page; call it where the page is current.

    A desktop window that is closed while a secret may be there closes once the secret is gone.
    """
    in_window = page.platform is not None and page.platform.is_desktop() and not page.web

    def hold(there: bool) -> None:
        if in_window:
            page.window.prevent_close = there
            page.update()

    clipboard = ClearingClipboard(ft.Clipboard(), SecretMark(data_dir), on_secret=hold)

    async def happened(event: ft.WindowEvent[ft.Window]) -> None:
        if event.type is not ft.WindowEventType.CLOSE or not page.window.prevent_close:
            return
        try:
            await asyncio.wait_for(clipboard.forget(), CLOSING_SECONDS)
        except TimeoutError:
            _log.info("The clipboard did not answer while the window was closing.")
        hold(False)
        await page.window.destroy()  # type: ignore[no-untyped-call]

    if in_window:
        page.window.on_event = happened
    return clipboard
