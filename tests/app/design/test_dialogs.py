"""An open sheet follows the window and the brightness; there are never two, and its state stays."""

import asyncio

import flet as ft
import pytest

from app.core.brand import load_brand
from app.design.base import make_ui
from app.design.catalogue import catalogue_app
from tests.support.driver import FletDriver

PHONE, DESKTOP = (390, 844), (1280, 800)


def opened(app: FletDriver) -> list[ft.DialogControl]:
    return [dialog for dialog in app.page._dialogs.controls if dialog.open]


@pytest.mark.parametrize("brand", ["etopay", "juno"])
async def test_at_another_width_the_sheet_comes_back_as_a_dialog(brand: str) -> None:
    async with FletDriver(catalogue_app(brand), size=PHONE) as app:
        await app.tap("open")
        assert [type(one) for one in opened(app)] == [ft.BottomSheet]
        await app.resize(*DESKTOP)
        assert opened(app) == [], "the new one waits until the old one is gone"
        await app.end_closing()
        assert [type(one) for one in opened(app)] == [ft.AlertDialog]
        await app.resize(*PHONE)
        await app.end_closing()
        assert [type(one) for one in opened(app)] == [ft.BottomSheet]
        await app.tap("Close")
        await app.end_closing()
        assert not app.page._dialogs.controls
        app.assert_mirror()


@pytest.mark.parametrize("size", [PHONE, DESKTOP])
async def test_in_another_brightness_it_comes_back_in_its_colours(size: tuple[int, int]) -> None:
    dark = make_ui(load_brand("etopay"), dark=True, language="en").look
    async with FletDriver(catalogue_app("etopay"), size=size) as app:
        await app.tap("open")
        await app.tap("Light or dark")
        await app.end_closing()
        (dialog,) = opened(app)
        assert isinstance(dialog, (ft.BottomSheet, ft.AlertDialog))
        assert dialog.bgcolor == dark.c.surface_container_lowest


async def test_it_comes_back_even_if_the_client_says_nothing() -> None:
    async with FletDriver(catalogue_app("etopay"), size=PHONE) as app:
        await app.tap("open")
        await app.resize(*DESKTOP)
        await app.until(lambda: [type(one) for one in opened(app)] == [ft.AlertDialog])


async def test_late_news_of_the_one_that_went_closes_nothing() -> None:
    async with FletDriver(catalogue_app("etopay"), size=PHONE) as app:
        await app.tap("open")
        await app.resize(*DESKTOP)
        await app.until(lambda: [type(one) for one in opened(app)] == [ft.AlertDialog])
        await app.end_closing()
        assert [type(one) for one in opened(app)] == [ft.AlertDialog]
        await app.dismiss()
        assert opened(app) == [], "the user's own close still counts"


async def test_waiting_for_an_earlier_one_does_not_hurry_a_later_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.design.dialogs._GIVE_UP", 0.3)
    async with FletDriver(catalogue_app("etopay"), size=PHONE) as app:
        await app.tap("open")
        await app.resize(*DESKTOP)
        await app.end_closing()
        await asyncio.sleep(0.2)
        await app.resize(*PHONE)
        await asyncio.sleep(0.15)
        await app.settle()
        assert opened(app) == [], "the second one still waits until the first is gone"
        await app.end_closing()
        assert [type(one) for one in opened(app)] == [ft.BottomSheet]


async def test_closed_while_it_goes_it_stays_away() -> None:
    async with FletDriver(catalogue_app("etopay"), size=PHONE) as app:
        await app.tap("open")
        close = next(c for c in app.walk() if isinstance(c, ft.TextButton) and "Close" in _names(c))
        await app.resize(*DESKTOP)
        await app.fire(close, "click")
        await app.end_closing()
        assert opened(app) == []


async def test_a_choice_made_after_it_came_back_counts() -> None:
    async with FletDriver(catalogue_app("etopay"), size=PHONE) as app:
        await app.tap("network")
        await app.resize(*DESKTOP)
        await app.end_closing()
        await app.tap("network-iota")
        await app.end_closing()
        assert "IOTA" in app.texts_in("network")
        assert opened(app) == []


def _names(button: ft.TextButton) -> str:
    return str(getattr(button.content, "semantics_label", ""))
