"""Ending in order takes copied secrets along, and never waits for long."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from app import main
from app.core.brand import load_brand
from app.core.settings import GatewayKind, load_settings
from app.gateway.demo import DemoGateway
from app.host.seat import PageGateway, Seat
from tests.support.devices import FakeClipboard, make_devices


class Broken(FakeClipboard):
    """A client that fails in a way nobody has thought of."""

    async def forget(self) -> None:
        """Always fails."""
        raise ValueError


class Stuck(FakeClipboard):
    """A client that does not answer."""

    async def forget(self) -> None:
        """Never comes to an end."""
        await asyncio.Event().wait()


def app_with(clipboard: FakeClipboard, folder: Path) -> main.App:
    gateway = DemoGateway()
    settings = load_settings(data_dir=folder, gateway=GatewayKind.DEMO)
    app = main.App(settings, load_brand("etopay"), gateway=gateway)
    app._pages[PageGateway(gateway, Seat())] = make_devices(clipboard=clipboard)
    return app


async def end(app: main.App) -> asyncio.Event:
    asked, stop = asyncio.Event(), asyncio.Event()
    ending = asyncio.create_task(main._end_well(app, asked, stop))
    await asyncio.sleep(0)
    assert not stop.is_set()
    asked.set()
    await asyncio.wait_for(ending, 2)
    return stop


async def test_a_copied_secret_goes_before_the_client_does(tmp_path: Path) -> None:
    clipboard = FakeClipboard()
    await clipboard.copy("a secret", secret=True)
    stop = await end(app_with(clipboard, tmp_path))
    assert stop.is_set()
    assert clipboard.text == ""


async def test_a_client_that_does_not_answer_holds_nothing_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(main, "FORGET_SECONDS", 0.01)
    assert (await end(app_with(Stuck(), tmp_path))).is_set()


async def test_one_that_fails_holds_up_neither_the_end_nor_the_others(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    clipboard = FakeClipboard()
    await clipboard.copy("a secret", secret=True)
    app = app_with(Broken(), tmp_path)
    app._pages[PageGateway(DemoGateway(), Seat())] = make_devices(clipboard=clipboard)
    stop = await end(app)
    assert stop.is_set()
    assert clipboard.text == ""
    assert "ValueError" in caplog.text


async def test_whatever_goes_wrong_the_signal_is_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = app_with(FakeClipboard(), tmp_path)

    async def fail() -> None:
        raise ValueError

    monkeypatch.setattr(app, "forget_secrets", fail)
    asked, stop = asyncio.Event(), asyncio.Event()
    asked.set()
    with pytest.raises(ValueError, match=r"^$"):
        await main._end_well(app, asked, stop)
    assert stop.is_set()
