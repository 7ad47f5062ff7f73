"""Whoever works with a keyboard sees where it is: a ring around everything that takes the focus."""

from collections.abc import Iterator
from pathlib import Path

import flet as ft
import pytest
from flet.controls.base_control import BaseControl

from app.core.brand import load_brand
from app.design.base import make_ui
from app.design.catalogue import catalogue_app
from app.design.components import button, pressable, text
from app.design.look import Look
from tests.support.driver import FletDriver
from tests.support.screen_tree import visible_controls

APP = Path(__file__).resolve().parents[3] / "app"
BRANDS = ("etopay", "juno")
FOCUSED = ft.ControlState.FOCUSED


def contrast(one: str, other: str) -> float:
    def luminance(color: str) -> float:
        parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        r, g, b = (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
        return 0.2126 * r + 0.7152 * g + 0.0722 * b

    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def grounds(k: Look) -> list[str]:
    c = k.c
    return [
        c.surface,
        c.surface_container_lowest,
        c.surface_container_low,
        c.surface_container,
        c.surface_container_high,
        c.primary_container,
    ]


def focused_line(control: BaseControl) -> ft.BorderSide | None:
    """The line a control draws while it has the keyboard."""
    if isinstance(control, ft.TextButton):
        states = control.style.side if control.style else None
    elif isinstance(control, ft.Checkbox):
        states = control.border_side
    elif isinstance(control, ft.TextField):
        states = control.border
    else:
        return None
    line = states.get(FOCUSED) if isinstance(states, dict) else None
    return line.side if isinstance(line, ft.OutlineInputBorder) else line


def focusable(controls: Iterator[BaseControl]) -> Iterator[BaseControl]:
    for control in controls:
        if isinstance(control, (ft.TextField, ft.Checkbox, ft.Switch, ft.TextButton)):
            yield control


@pytest.mark.parametrize("brand", BRANDS)
@pytest.mark.parametrize("route", ["/", "/dark"])
async def test_everything_that_takes_the_keyboard_is_ringed(brand: str, route: str) -> None:
    k = make_ui(load_brand(brand), dark=route == "/dark", language="en").look
    async with FletDriver(catalogue_app(brand), route=route) as app:
        kinds = set()
        for control in focusable(app.walk()):
            kinds.add(type(control))
            if isinstance(control, ft.Switch):
                color, width = control.track_outline_color, control.track_outline_width
                assert isinstance(color, dict)
                assert isinstance(width, dict)
                assert width[FOCUSED] >= 2
                assert min(contrast(color[FOCUSED], ground) for ground in grounds(k)) >= 3
                continue
            if isinstance(control, ft.TextField) and isinstance(control.border, ft.NoInputBorder):
                assert contrast(str(control.cursor_color), k.c.surface) >= 3  # the amount, the caret shows it
                continue
            line = focused_line(control)
            assert line is not None, f"{control} shows no ring"
            assert line.width >= 2
        assert kinds == {ft.TextField, ft.Checkbox, ft.Switch, ft.TextButton}


@pytest.mark.parametrize("brand", BRANDS)
@pytest.mark.parametrize("dark", [False, True])
def test_the_ring_stands_out_from_every_ground(brand: str, dark: bool) -> None:
    k = make_ui(load_brand(brand), dark=dark, language="en").look
    for ground in grounds(k):
        assert contrast(k.c.primary, ground) >= 3, f"the ring is lost on {ground}"
    for tile in (k.tiles.hero, k.tiles.bar, *k.tiles.pockets):
        assert contrast(tile.fg, tile.bg) >= 3
    for tone in ("info", "success", "warning", "error", "neutral", "primary"):
        paint = k.paint(tone)
        assert contrast(paint.on_container, paint.container) >= 3


@pytest.mark.parametrize("dark", [False, True])
def test_rings_on_grounds_of_their_own_take_the_colour_of_what_stands_there(dark: bool) -> None:
    ui = make_ui(load_brand("juno"), dark=dark, language="en")
    warning = button(ui, "Do it", None, kind="warning_text")
    target = next(c for c in visible_controls(warning) if isinstance(c, ft.TextButton))
    line = focused_line(target)
    assert line is not None
    assert line.color == ui.look.c.on_warning_container
    bar = ui.look.tiles.bar
    on_bar = focused_line(pressable(ui, text(ui, "Home"), None, radius=26, ring=bar.fg))
    assert on_bar is not None
    assert on_bar.color == bar.fg


def test_the_ring_keeps_a_gap_to_what_it_is_around() -> None:
    ui = make_ui(load_brand("etopay"), dark=False, language="en")
    around = focused_line(pressable(ui, text(ui, "Go"), None, radius=14))
    within = focused_line(pressable(ui, text(ui, "Go"), None, radius=14, place="within"))
    assert around is not None
    assert within is not None
    inner_edge = around.stroke_outset - around.width
    assert inner_edge >= 2, "on a filled button a ring without a gap is not seen"
    assert within.stroke_outset < 0, "a card would cut off a ring that leaves its row"


def test_nothing_is_pressed_without_the_pressable() -> None:
    """A container with ink has no ring, and one that only listens for taps cannot be reached by keyboard."""
    offenders = [
        str(path.relative_to(APP))
        for path in sorted(APP.rglob("*.py"))
        if "ink=True" in (source := path.read_text(encoding="utf-8")) or "ft.GestureDetector" in source
    ]
    assert offenders == []
