"""Every component renders in both brands, both modes, all widths and both languages."""

from pathlib import Path

import flet as ft
import pytest

from app.design import components, samples
from app.design.catalogue import catalogue_app
from app.design.samples import SECTIONS
from tests.support.driver import FletDriver
from tests.support.screen_tree import visible_controls

BRANDS = ("etopay", "juno")
SIZES = {"phone": (390, 844), "tablet": (800, 1100), "desktop": (1280, 800)}


@pytest.mark.parametrize("brand", BRANDS)
@pytest.mark.parametrize("route", ["/", "/dark/de", "/still"])
@pytest.mark.parametrize("size", SIZES)
async def test_all_components_render(brand: str, route: str, size: str) -> None:
    async with FletDriver(catalogue_app(brand), route=route, size=SIZES[size]) as app:
        for name in SECTIONS:
            assert app.shows(name)
        app.assert_mirror()


async def test_every_exported_component_is_in_the_catalogue() -> None:
    source = Path(str(samples.__file__)).read_text(encoding="utf-8")
    layout = {
        "Entrance",
        "Arrival",
        "screen",
        "app_bar",
        "split",
        "gap",
        "heading",
        "windowed_list",
        "option_row",
        "check_line",
    }
    parts = {
        "address_groups",
        "facts_column",
        "chevron",
        "pin_dots",
        "pin_pad",
        "pressable",
        "link",
        "Arrival",
        "Entrance",
        "Kind",
        "Call",
        "Spot",
    }
    for name in set(components.__all__) - layout - parts:
        assert f"d.{name}" in source, f"{name} has no sample in the catalogue"


@pytest.mark.parametrize("brand", BRANDS)
async def test_texts_have_room_for_twice_their_size(brand: str) -> None:
    async with FletDriver(catalogue_app(brand)) as app:
        for box in app.all(ft.Container):
            if box.height is None or box.width == box.height or isinstance(box.content, ft.Column):
                continue
            for control in visible_controls(box.content):
                if isinstance(control, ft.Text) and control.style and control.style.size:
                    line = control.style.size * (control.style.height or 1)
                    assert box.height >= 2 * line - 4, f"{control.value!r} is cut at 200 %"


async def test_disabled_and_busy_buttons_take_no_tap() -> None:
    async with FletDriver(catalogue_app("etopay")) as app:
        for name in ("Sending", "Choose an address to go on"):
            with pytest.raises(AssertionError, match="is disabled"):
                await app.tap(name)


async def test_field_is_controlled_and_named() -> None:
    async with FletDriver(catalogue_app("etopay")) as app:
        await app.type("Name", "Björn")
        assert app.inside("name", ft.TextField).value == "Björn"
        assert app.find(ft.Semantics, "name")
        app.assert_mirror()


async def test_password_is_shown_only_while_asked() -> None:
    async with FletDriver(catalogue_app("juno")) as app:
        assert app.inside("password", ft.TextField).password
        await app.tap("Show")
        assert not app.inside("password", ft.TextField).password
        await app.tap("Hide")
        assert app.inside("password", ft.TextField).password


async def test_select_opens_a_sheet_and_takes_a_choice() -> None:
    async with FletDriver(catalogue_app("etopay")) as app:
        await app.select("network", "iota")
        await app.end_closing()
        assert "IOTA" in app.texts_in("network")
        app.assert_mirror()


async def test_sheet_is_a_bottom_sheet_on_phones_and_a_dialog_elsewhere() -> None:
    for size, kind in ((SIZES["phone"], ft.BottomSheet), (SIZES["desktop"], ft.AlertDialog)):
        async with FletDriver(catalogue_app("etopay"), size=size) as app:
            await app.tap("open")
            assert app.all(kind)
            await app.tap("Close")
            await app.end_closing()
            assert not app.page._dialogs.controls
            app.assert_mirror()


async def test_reduced_motion_stops_the_shimmer() -> None:
    async with FletDriver(catalogue_app("etopay"), route="/still") as app:
        assert not app.all(ft.Shimmer)
    async with FletDriver(catalogue_app("etopay")) as app:
        assert app.all(ft.Shimmer)


async def test_pressed_things_have_names_and_are_large_enough() -> None:
    async with FletDriver(catalogue_app("etopay")) as app:
        for control in app.walk():
            if getattr(control, "on_click", None) is None or isinstance(control, ft.TextField):
                continue
            inside = list(visible_controls(control))
            words = [c.value or c.spans for c in inside if isinstance(c, ft.Text)]
            icons = [c.semantics_label for c in inside if isinstance(c, ft.Icon)]
            assert any(words) or any(icons), f"{control} has no accessible name"
