"""Copied secrets do not stay."""

from __future__ import annotations

import asyncio
import stat
from pathlib import Path

import flet as ft
import pytest

from app.device.clipboard import ClearingClipboard, flet_clipboard
from app.device.devices import Devices, flet_devices
from app.device.loopback import ReturnPage
from app.device.secret_mark import FILE_NAME, SecretMark
from tests.support.driver import FletDriver


class Plain:
    """A clipboard in memory."""

    def __init__(self) -> None:
        self.text: str | None = None
        self.failing = False
        self.focused = True
        self.asked: asyncio.Event | None = None

    async def set(self, value: str) -> None:
        if self.failing:
            raise TimeoutError
        self.text = value

    async def get(self) -> str | None:
        text = self.text
        if self.asked is not None:
            await self.asked.wait()
        return text if self.focused else None


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
def clipboard(plain: Plain, clock: Clock, tmp_path: Path) -> ClearingClipboard:
    return ClearingClipboard(plain, SecretMark(tmp_path), sleep=clock.sleep)


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


async def test_forgetting_takes_only_the_secret(clipboard: ClearingClipboard, plain: Plain) -> None:
    await clipboard.copy("a secret", secret=True)
    await clipboard.forget()
    assert plain.text == ""
    await clipboard.copy("0x71C7")
    await clipboard.forget()
    assert plain.text == "0x71C7"


async def test_the_next_start_takes_what_a_killed_run_has_left(
    clipboard: ClearingClipboard, plain: Plain, tmp_path: Path
) -> None:
    await clipboard.copy("a secret", secret=True)
    later = ClearingClipboard(plain, SecretMark(tmp_path))
    await later.forget()
    assert plain.text == ""
    assert not (tmp_path / FILE_NAME).exists()


@pytest.mark.parametrize("text", ["something else", "a secret ", "A secret"])
async def test_the_next_start_leaves_everything_else(
    clipboard: ClearingClipboard, plain: Plain, tmp_path: Path, text: str
) -> None:
    await clipboard.copy("a secret", secret=True)
    plain.text = text
    await ClearingClipboard(plain, SecretMark(tmp_path)).forget()
    assert plain.text == text
    assert not (tmp_path / FILE_NAME).exists()


async def test_what_cannot_be_read_is_tried_again_at_the_next_start(
    clipboard: ClearingClipboard, plain: Plain, tmp_path: Path
) -> None:
    await clipboard.copy("a secret", secret=True)
    plain.text = None
    await clipboard.forget()
    plain.text = "a secret"
    await ClearingClipboard(plain, SecretMark(tmp_path)).forget()
    assert plain.text == ""


async def test_a_page_that_is_gone_is_no_error(tmp_path: Path) -> None:
    class Gone(Plain):
        async def get(self) -> str | None:
            raise RuntimeError

    clipboard = ClearingClipboard(Gone(), SecretMark(tmp_path))
    await clipboard.copy("a secret", secret=True)
    await clipboard.forget()
    assert SecretMark(tmp_path).fits("a secret")


async def test_the_mark_is_no_secret_and_is_gone_with_it(
    clipboard: ClearingClipboard, clock: Clock, tmp_path: Path
) -> None:
    mark = tmp_path / FILE_NAME
    await clipboard.copy("a secret", secret=True)
    first = mark.read_bytes()
    assert b"secret" not in first
    assert stat.S_IMODE(mark.stat().st_mode) == 0o600
    await clipboard.copy("a secret", secret=True)
    assert mark.read_bytes() != first
    await clock.pass_time(62)
    assert not mark.exists()


async def test_without_a_folder_the_minute_still_counts(
    plain: Plain, clock: Clock, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    clipboard = ClearingClipboard(plain, SecretMark(tmp_path / "file" / "x"), sleep=clock.sleep)
    await clipboard.copy("a secret", secret=True)
    await clock.pass_time(62)
    assert plain.text == ""
    assert "a secret" not in caplog.text


class TestCopyingThatFails:
    """A secret that is there keeps its minute, whatever could not be copied over it."""

    @pytest.mark.parametrize("secret", [True, False])
    async def test_the_earlier_secret_goes_in_its_minute(
        self, clipboard: ClearingClipboard, plain: Plain, clock: Clock, tmp_path: Path, secret: bool
    ) -> None:
        await clipboard.copy("first", secret=True)
        await clock.pass_time(50)
        plain.failing = True
        with pytest.raises(TimeoutError):
            await clipboard.copy("second", secret=secret)
        plain.failing = False
        await clock.pass_time(12)
        assert plain.text == ""
        assert not (tmp_path / FILE_NAME).exists()

    @pytest.mark.parametrize("there", ["first", "third"])
    async def test_the_next_start_knows_either(
        self, clipboard: ClearingClipboard, plain: Plain, tmp_path: Path, there: str
    ) -> None:
        await clipboard.copy("first", secret=True)
        plain.failing = True
        for text in ("second", "third"):
            with pytest.raises(TimeoutError):
                await clipboard.copy(text, secret=True)
        plain.failing = False
        plain.text = there
        await ClearingClipboard(plain, SecretMark(tmp_path)).forget()
        assert plain.text == ""

    async def test_one_that_arrived_all_the_same_goes_too(
        self, clipboard: ClearingClipboard, plain: Plain, clock: Clock
    ) -> None:
        plain.failing = True
        with pytest.raises(TimeoutError):
            await clipboard.copy("a secret", secret=True)
        plain.failing, plain.text = False, "a secret"
        await clock.pass_time(62)
        assert plain.text == ""

    async def test_a_later_success_leaves_the_earlier_text_alone(
        self, clipboard: ClearingClipboard, plain: Plain, clock: Clock
    ) -> None:
        await clipboard.copy("first", secret=True)
        await clipboard.copy("second", secret=True)
        plain.text = "first"
        await clock.pass_time(62)
        assert plain.text == "first"


@pytest.mark.parametrize("secret", [True, False])
async def test_looking_that_takes_long_is_no_news_about_what_was_copied_since(
    clipboard: ClearingClipboard, plain: Plain, clock: Clock, tmp_path: Path, secret: bool
) -> None:
    await clipboard.copy("of an earlier run", secret=True)
    later = ClearingClipboard(plain, SecretMark(tmp_path), sleep=clock.sleep)
    plain.asked = asyncio.Event()
    looking = asyncio.create_task(later.forget())
    await asyncio.sleep(0)
    await asyncio.wait_for(later.copy("new", secret=secret), 1)
    plain.asked.set()
    await looking
    plain.asked = None
    assert plain.text == "new"
    await clock.pass_time(62)
    assert plain.text == ("" if secret else "new")


async def test_what_was_due_without_the_focus_goes_with_it(
    clipboard: ClearingClipboard, plain: Plain, clock: Clock
) -> None:
    await clipboard.copy("a secret", secret=True)
    clipboard.catch_up()
    await clock.pass_time(30)
    assert plain.text == "a secret", "nothing is overdue yet"
    plain.focused = False
    await clock.pass_time(32)
    plain.focused = True
    assert plain.text == "a secret"
    clipboard.catch_up()
    await clock.pass_time(1)
    assert plain.text == ""


@pytest.mark.parametrize("event", ["show", "resume"])
async def test_a_page_that_comes_back_catches_up(tmp_path: Path, event: str) -> None:
    made: list[Devices] = []

    def main(page: ft.Page) -> None:
        made.append(flet_devices(page, data_dir=tmp_path, service="test", return_page=no_return))

    def no_return() -> ReturnPage:
        raise AssertionError("Nobody signs in.")

    async with FletDriver(main, web=True) as driver:
        await made[0].clipboard.copy("a secret", secret=True)
        driver.answers["Clipboard", "get"] = lambda _: None
        await made[0].clipboard.forget()
        assert driver.clipboard == "a secret"
        del driver.answers["Clipboard", "get"]
        await driver.lifecycle(event)
        await driver.until(lambda: driver.clipboard == "")


class TestClosingTheWindow:
    """A desktop window is only held while there is something to take along."""

    async def test_a_copied_secret_goes_first(self, tmp_path: Path) -> None:
        async with self.window(tmp_path) as driver:
            assert not driver.page.window.prevent_close
            await self.clipboard.copy("a secret", secret=True)
            assert driver.page.window.prevent_close
            await self.close(driver)
            assert driver.clipboard == ""
            assert [name for kind, name, _ in driver.calls if kind == "Window"] == ["destroy"]

    async def test_what_was_copied_since_stays(self, tmp_path: Path) -> None:
        async with self.window(tmp_path) as driver:
            await self.clipboard.copy("a secret", secret=True)
            driver.clipboard = "something else"
            await self.close(driver)
            assert driver.clipboard == "something else"
            assert [name for kind, name, _ in driver.calls if kind == "Window"] == ["destroy"]

    async def test_without_a_secret_it_is_not_held(self, tmp_path: Path) -> None:
        async with self.window(tmp_path) as driver:
            await self.clipboard.copy("a secret", secret=True)
            await self.clipboard.forget()
            assert not driver.page.window.prevent_close

    async def test_a_clipboard_that_does_not_answer_holds_nothing_up(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("app.device.clipboard.CLOSING_SECONDS", 0.01)
        async with self.window(tmp_path) as driver:
            await self.clipboard.copy("a secret", secret=True)

            async def stuck() -> None:
                await asyncio.Event().wait()

            monkeypatch.setattr(self.clipboard, "forget", stuck)
            await self.close(driver)
            assert [name for kind, name, _ in driver.calls if kind == "Window"] == ["destroy"]

    def window(self, folder: Path) -> FletDriver:
        def main(page: ft.Page) -> None:
            self.clipboard = flet_clipboard(page, folder)

        return FletDriver(main, platform="linux", size=(1280, 860))

    async def close(self, driver: FletDriver) -> None:
        await driver.fire(driver.page.window, "event", {"type": "close"})
        await driver.until(lambda: not driver.page.window.prevent_close)
        await driver.settle()
