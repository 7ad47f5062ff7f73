"""Copied secrets do not stay."""

from __future__ import annotations

import asyncio

import pytest

from app.device.clipboard import ClearingClipboard


class Plain:
    """A clipboard in memory."""

    def __init__(self) -> None:
        self.text: str | None = None

    async def set(self, value: str) -> None:
        self.text = value

    async def get(self) -> str | None:
        return self.text


class Clock:
    """Sleeps until told how much time has passed."""

    def __init__(self) -> None:
        self.now = 0.0
        self._sleeping: list[tuple[float, asyncio.Event]] = []

    async def sleep(self, seconds: float) -> None:
        event = asyncio.Event()
        self._sleeping.append((self.now + seconds, event))
        await event.wait()

    async def pass_time(self, seconds: float) -> None:
        for _ in range(3):
            await asyncio.sleep(0)
        self.now += seconds
        for end, event in self._sleeping:
            if end <= self.now:
                event.set()
        for _ in range(5):
            await asyncio.sleep(0)


@pytest.fixture
def plain() -> Plain:
    return Plain()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def clipboard(plain: Plain, clock: Clock) -> ClearingClipboard:
    return ClearingClipboard(plain, sleep=clock.sleep)


async def test_secret_is_gone_after_a_minute(
    clipboard: ClearingClipboard, plain: Plain, clock: Clock
) -> None:
    await clipboard.copy("a secret", secret=True)
    await clock.pass_time(58)
    assert plain.text == "a secret"
    await clock.pass_time(4)
    assert plain.text == ""


async def test_what_the_user_copied_since_stays(
    clipboard: ClearingClipboard, plain: Plain, clock: Clock
) -> None:
    await clipboard.copy("a secret", secret=True)
    await clock.pass_time(30)
    plain.text = "something else"
    await clock.pass_time(40)
    assert plain.text == "something else"


async def test_second_secret_has_its_own_minute(
    clipboard: ClearingClipboard, plain: Plain, clock: Clock
) -> None:
    await clipboard.copy("first", secret=True)
    await clock.pass_time(50)
    await clipboard.copy("second", secret=True)
    await clock.pass_time(20)
    assert plain.text == "second"
    await clock.pass_time(42)
    assert plain.text == ""


async def test_an_address_stays(clipboard: ClearingClipboard, plain: Plain, clock: Clock) -> None:
    await clipboard.copy("0x71C7")
    await clock.pass_time(600)
    assert plain.text == "0x71C7"
    assert await clipboard.paste() == "0x71C7"


async def test_empty_clipboard_reads_as_empty_text(clipboard: ClearingClipboard) -> None:
    assert await clipboard.paste() == ""
