"""The floor of the app: nothing that fails in a screen takes the rest down."""

import asyncio
import logging
from collections.abc import Callable

import flet as ft
import pytest

from app.core.brand import load_brand
from app.design.base import (
    UiContext,
    Width,
    component,
    handler,
    in_background,
    keyed,
    make_ui,
    memo,
    use_effect,
    use_ref,
    use_state,
    use_ui,
)
from app.design.components import button, text, windowed_list
from tests.support.driver import Crash, FletDriver

UI = make_ui(load_brand("etopay"), dark=False, language="en")


def show(make: Callable[[], ft.Control]) -> Callable[[ft.Page], None]:
    def main(page: ft.Page) -> None:
        page.render(lambda: UiContext(UI, make))

    return main


@component
def Fragile(broken: bool) -> ft.Control:
    ui = use_ui()
    count, set_count = use_state(0)
    if broken:
        raise ValueError("the secret is 123456")
    return button(ui, f"Pressed {count}", lambda: set_count(lambda n: n + 1))


@component
def Host() -> ft.Control:
    ui = use_ui()
    broken, set_broken = use_state(False)
    toggle = button(ui, "Toggle", lambda: set_broken(lambda now: not now))
    return ft.Column([toggle, Fragile(broken), text(ui, "Still here")])


async def test_a_failing_component_shows_a_card_and_recovers() -> None:
    async with FletDriver(show(Host), forgive=True) as app:
        await app.tap("Pressed 0")
        await app.tap("Toggle")
        assert app.shows("This part cannot be shown")
        assert app.shows("Still here")
        assert not app.shows("123456")
        await app.tap("Toggle")
        assert app.shows("Pressed 1")  # its state outlived the failure
        app.assert_mirror()


async def test_the_driver_reports_what_the_boundary_caught() -> None:
    async with FletDriver(show(Host)) as app:
        with pytest.raises(Crash, match="Fragile failed"):
            await app.tap("Toggle")


async def test_handlers_take_every_form_of_action_and_never_raise(caplog: pytest.LogCaptureFixture) -> None:
    seen: list[object] = []

    async def later(value: object) -> None:
        await asyncio.sleep(0)
        seen.append(value)

    async def with_event(event: object) -> None:
        await later(event)

    def broken() -> None:
        raise RuntimeError("boom")

    for action in (lambda: seen.append("plain"), lambda: later("lambda around a coroutine"), with_event):
        wrapped = handler(action)
        assert wrapped is not None
        await wrapped("event")
    assert seen == ["plain", "lambda around a coroutine", "event"]
    failing = handler(broken)
    assert failing is not None
    with caplog.at_level(logging.ERROR, "app"):
        await failing("event")
    assert "broken failed, reference" in caplog.text
    assert handler(None) is None


async def test_effects_and_background_work_report_their_errors() -> None:
    @component
    def Screen() -> ft.Control:
        ui = use_ui()

        async def effect() -> None:
            raise RuntimeError("effect")

        async def work(word: str) -> None:
            raise RuntimeError(word)

        use_effect(effect, [])
        return button(ui, "Work", lambda: in_background(work, "work") and None)

    async with FletDriver(show(Screen), forgive=True) as app:
        await app.until(lambda: len(app.reports.seen) == 1)
        await app.tap("Work")
        await app.until(lambda: len(app.reports.seen) == 2)
        assert app.shows("Work")


async def test_memo_and_keys_keep_a_new_first_row_cheap() -> None:
    @memo
    @component
    def Row(ui: object, name: str) -> ft.Control:
        return ft.Row([ft.Text(name), ft.Text("second")])

    @component
    def Screen() -> ft.Control:
        ui = use_ui()
        rows, set_rows = use_state(tuple(f"row {n}" for n in range(30)))
        return ft.Column(
            [
                button(ui, "Add", lambda: set_rows(lambda old: ("new", *old))),
                ft.Column([keyed(name, Row(ui, name)) for name in rows]),
            ]
        )

    async with FletDriver(show(Screen)) as app:
        before = app.client.controls_sent
        await app.tap("Add")
        assert app.shows("new")
        assert app.client.controls_sent - before <= 8
        app.assert_mirror()


async def test_a_state_in_a_small_component_redraws_only_that() -> None:
    @component
    def Counter() -> ft.Control:
        ui = use_ui()
        count, set_count = use_state(0)
        return button(ui, f"Count {count}", lambda: set_count(lambda n: n + 1))

    @component
    def Screen() -> ft.Control:
        ui = use_ui()
        return ft.Column([Counter(), *(text(ui, f"line {n}") for n in range(400))])

    async with FletDriver(show(Screen)) as app:
        app.renders.clear()
        await app.tap("Count 0")
        assert app.shows("Count 1")
        assert 0 < max(app.renders) <= 10


def listed(ends: list[int], count: int = 10_000) -> Callable[[], ft.Control]:
    """A window on rows of which every tenth is only half as high."""

    @component
    def Screen() -> ft.Control:
        ui = use_ui()
        return windowed_list(
            ui,
            range(count),
            lambda n: 64 if n % 10 else 32,
            lambda n, large: text(ui, f"row {n}{' large' if large else ''}"),
            str,
            on_end=lambda: ends.append(1),
        )

    return Screen


async def scroll(app: FletDriver, pixels: float, most: float) -> None:
    """Scroll the list that far."""
    column = next(c for c in app.all(ft.Column) if c.scroll)
    place = {"event_type": "update", "min_scroll_extent": 0.0, "viewport_dimension": 800.0}
    await app.fire(column, "scroll", {**place, "pixels": pixels, "max_scroll_extent": most})


async def test_windowed_list_holds_only_the_rows_near_the_window() -> None:
    ends: list[int] = []
    async with FletDriver(show(listed(ends))) as app:
        assert app.shows("row 39")
        assert not app.shows("row 40")
        top = (64 * 9 + 32) * 500.0
        await scroll(app, top, top + 640)
        assert app.shows("row 5000")
        assert not app.shows("row 0")
        column = next(c for c in app.all(ft.Column) if c.scroll)
        heights = [float(c.height or 0) for c in column.controls if isinstance(c, ft.Container)]
        assert sum(heights[:-1]) + heights[-1] >= (64 * 9 + 32) * 1000
        assert set(heights[1:-1]) == {64, 32}
        app.assert_mirror()


async def test_windowed_list_grows_with_scrolling_at_large_text() -> None:
    ends: list[int] = []
    async with FletDriver(show(listed(ends, 100))) as app:
        probe = next(c for c in app.all(ft.Container) if c.on_size_change)
        await app.fire(probe, "size_change", {"w": 20.0, "h": 44.0})
        assert app.shows("row 0 large")
        assert not app.shows("row 40 large")
        await scroll(app, 5000, 5600)
        assert app.shows("row 0 large")
        assert app.shows("row 79 large")
        column = next(c for c in app.all(ft.Column) if c.scroll)
        rows = [c for c in column.controls if isinstance(c, ft.Container)][1:-1]
        assert len(rows) == 80
        assert all(row.height is None for row in rows)
        await scroll(app, 9000, 9600)
        assert app.shows("row 99 large")
        assert ends
        app.assert_mirror()


async def test_refs_hold_what_fast_taps_need() -> None:
    @component
    def Screen() -> ft.Control:
        ui = use_ui()
        typed = use_ref(list[str])
        count, set_count = use_state(0)

        def tap() -> None:
            typed.current.append("x")
            set_count(len(typed.current))

        return ft.Column([button(ui, "Tap", tap), text(ui, f"{count} taps")])

    async with FletDriver(show(Screen)) as app:
        await app.tap_fast(["Tap"] * 20)
        assert app.shows("20 taps")


def test_widths() -> None:
    assert [Width.of(w) for w in (None, 0, 599, 600, 1023, 1024)] == [
        Width.PHONE,
        Width.PHONE,
        Width.PHONE,
        Width.TABLET,
        Width.TABLET,
        Width.DESKTOP,
    ]


def test_the_same_facts_give_the_same_ui() -> None:
    assert make_ui(load_brand("etopay"), dark=False, language="en") is UI
    assert make_ui(load_brand("etopay"), dark=True, language="en") is not UI
