"""Things come in once, wait before they flash, and keep still for who asked for that."""

import asyncio
from collections.abc import Callable

import flet as ft
import pytest

from app.core.brand import load_brand
from app.design.base import Ui, UiContext, component, make_ui, use_state
from app.design.components import Arrival, Entrance, Grown, button, skeleton, skeleton_rows, text
from tests.support.driver import FletDriver

BRANDS = ("etopay", "juno")


def ui_of(brand: str = "etopay", *, still: bool = False) -> Ui:
    return make_ui(load_brand(brand), dark=False, language="en", reduced_motion=still)


def show(ui: Ui, make: Callable[[], ft.Control]) -> Callable[[ft.Page], None]:
    def main(page: ft.Page) -> None:
        page.render(lambda: UiContext(ui, make))

    return main


def moving(app: FletDriver) -> ft.Container:
    return next(box for box in app.all(ft.Container) if box.animate_opacity is not None)


@pytest.mark.parametrize("brand", BRANDS)
async def test_content_fades_in_and_rises_by_the_brands_measures(brand: str) -> None:
    ui = ui_of(brand)
    motion = ui.look.motion
    async with FletDriver(show(ui, lambda: Entrance(ui, text(ui, "Here"), height=800))) as app:
        start = moving(app)
        assert start.opacity == 0
        assert isinstance(start.offset, ft.Offset)
        assert start.offset.y == pytest.approx(motion.shift / 800)
        assert isinstance(start.animate_opacity, ft.Animation)
        assert start.animate_opacity.duration == motion.base
        assert isinstance(start.animate_offset, ft.Animation)
        assert start.animate_offset.curve is ft.AnimationCurve[motion.enter]
        await app.until(lambda: moving(app).opacity == 1)
        assert moving(app).offset == ft.Offset(0, 0)
        app.assert_mirror()


async def test_what_has_come_in_stays_when_something_else_changes() -> None:
    ui = ui_of()

    @component
    def Screen() -> ft.Control:
        count, set_count = use_state(0)
        press = button(ui, f"Pressed {count}", lambda: set_count(lambda n: n + 1))
        return ft.Column([press, Entrance(ui, text(ui, f"Seen {count}"))])

    async with FletDriver(show(ui, Screen)) as app:
        await app.tap("Pressed 0")  # before it has come in: taps are never lost
        await app.until(lambda: moving(app).opacity == 1)
        await app.tap_fast(["Pressed 1", "Pressed 1", "Pressed 1"])
        assert app.shows("Seen 4")
        assert moving(app).opacity == 1


async def test_less_motion_fades_shortly_and_moves_nothing() -> None:
    ui = ui_of(still=True)
    async with FletDriver(show(ui, lambda: Entrance(ui, Grown(ui, text(ui, "Here")), height=800))) as app:
        for box in (box for box in app.all(ft.Container) if box.animate_opacity is not None):
            assert isinstance(box.animate_opacity, ft.Animation)
            assert box.animate_opacity.duration == ui.look.motion.instant
            assert box.animate_offset is None
            assert box.animate_scale is None
            assert box.offset in (None, ft.Offset(0, 0))
            assert box.scale in {None, 1}
        await app.until(lambda: moving(app).opacity == 1)


async def test_a_skeleton_shows_only_when_the_wait_gets_long() -> None:
    ui = ui_of()
    async with FletDriver(show(ui, lambda: ft.Column([skeleton(ui, 100, 14), skeleton_rows(ui, 3)]))) as app:
        blocks = [box for box in app.all(ft.Container) if box.animate_opacity is not None]
        assert [box.opacity for box in blocks] == [0, 0]
        await asyncio.sleep(0.1)
        await app.settle()
        assert moving(app).opacity == 0, "a fast answer would make it flash"
        await app.until(lambda: moving(app).opacity == 1)


async def test_data_that_arrives_fades_in_and_data_that_was_there_does_not() -> None:
    ui = ui_of()

    @component
    def Screen(ready: bool) -> ft.Control:
        loaded, set_loaded = use_state(ready)
        count, set_count = use_state(0)
        words = text(ui, f"Data {count}") if loaded else text(ui, "Waiting")
        return ft.Column(
            [
                button(ui, "Load", lambda: set_loaded(True)),
                button(ui, "Count", lambda: set_count(lambda n: n + 1)),
                Arrival(ui, loaded, words),
            ]
        )

    async with FletDriver(show(ui, lambda: Screen(True))) as app:
        assert app.shows("Data 0")
        assert not [box for box in app.all(ft.Container) if box.animate_opacity is not None]
    async with FletDriver(show(ui, lambda: Screen(False))) as app:
        assert app.shows("Waiting")
        await app.tap("Load")
        assert app.shows("Data 0")
        assert moving(app).opacity == 0
        await app.until(lambda: moving(app).opacity == 1)
        await app.tap("Count")
        assert app.shows("Data 1")
        assert moving(app).opacity == 1
        app.assert_mirror()


async def test_a_mark_of_success_grows_once() -> None:
    ui = ui_of("juno")
    async with FletDriver(show(ui, lambda: Grown(ui, text(ui, "Sent")))) as app:
        mark = moving(app)
        assert mark.scale == 0.6
        assert isinstance(mark.animate_scale, ft.Animation)
        assert mark.animate_scale.duration == ui.look.motion.slow
        await app.until(lambda: moving(app).scale == 1)
