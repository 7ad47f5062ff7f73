"""Devices that tests can look into."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from urllib.parse import parse_qsl, urlsplit

from app.core.errors import AppError
from app.device.devices import Devices
from app.device.lifecycle import LifecycleHub


class FakeClipboard:
    """Remembers what was copied and whether it was called a secret."""

    def __init__(self) -> None:
        self.text = ""
        self.secret = False
        self.forgotten = 0

    async def copy(self, text: str, *, secret: bool = False) -> None:
        """Put a text there."""
        self.text, self.secret = text, secret

    async def paste(self) -> str:
        """The text that is there."""
        return self.text

    async def forget(self) -> None:
        """Counted."""
        self.forget_soon()

    def forget_soon(self) -> None:
        """Counted."""
        self.forgotten += 1
        if self.secret:
            self.text, self.secret = "", False

    def catch_up(self) -> None:
        """Nothing is ever overdue here."""


class FakeRedirect:
    """Answers with what the address carries, as the demo's provider wants it."""

    def __init__(self, browser: FakeBrowser) -> None:
        self.uri = "http://127.0.0.1:1/callback"
        self._browser = browser

    async def ask(self, url: str, state: str) -> Mapping[str, str]:
        """Wait for the test, then answer."""
        self._browser.opened.append(url)
        if self._browser.gate is not None:
            await self._browser.gate.wait()
        if isinstance(self._browser.answer, AppError):
            raise self._browser.answer
        if self._browser.answer is not None:
            return {"state": state, **self._browser.answer}
        return dict(parse_qsl(urlsplit(url).query))


class FakeBrowser:
    """A browser whose user signs in at once, unless the test sets ``gate`` or ``answer``."""

    def __init__(self) -> None:
        self.opened: list[str] = []
        self.gate: asyncio.Event | None = None
        self.answer: Mapping[str, str] | AppError | None = None
        self.open_redirects = 0

    @asynccontextmanager
    async def redirect(self) -> AsyncIterator[FakeRedirect]:
        """One redirect; counted while it is open."""
        self.open_redirects += 1
        try:
            yield FakeRedirect(self)
        finally:
            self.open_redirects -= 1


class FakeKeyStore:
    """A key in memory."""

    protected = True

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)

    async def device_key(self) -> bytes:
        """Always the same."""
        return self._key


class FakeFiles:
    """Keeps what was saved."""

    def __init__(self) -> None:
        self.saved: dict[str, bytes] = {}

    async def save(self, name: str, content: bytes) -> bool:
        """Keep a file."""
        self.saved[name] = content
        return True


def make_devices(
    *,
    clipboard: FakeClipboard | None = None,
    browser: FakeBrowser | None = None,
    lifecycle: LifecycleHub | None = None,
) -> Devices:
    """Devices of a test."""
    return Devices(
        clipboard=clipboard or FakeClipboard(),
        sign_in=browser or FakeBrowser(),
        key_store=FakeKeyStore(),
        lifecycle=lifecycle or LifecycleHub(),
        files=FakeFiles(),
    )
