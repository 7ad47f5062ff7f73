"""A PIN typed at 20 keys a second is right, whatever else is drawn in between."""

import asyncio
from collections.abc import Callable

import flet as ft
import pytest

from app.core.brand import load_brand
from app.design.base import UiContext, component, make_ui, use_effect, use_state, use_ui
from app.design.components import PinEntry, text
from tests.support.driver import FletDriver

UI = make_ui(load_brand("etopay"), dark=False, language="en")


def entry(**props: object) -> tuple[Callable[[ft.Page], None], list[str]]:
    pins: list[str] = []

    async def complete(pin: str) -> None:
        await asyncio.sleep(0)
        pins.append(pin)

    def main(page: ft.Page) -> None:
        page.render(lambda: UiContext(UI, lambda: PinEntry(complete, **props)))  # type: ignore[arg-type]

    return main, pins


@pytest.mark.parametrize("turns", [0, 1, 2, 3, 5])
async def test_fast_taps_lose_no_digit(turns: int) -> None:
    main, pins = entry()
    async with FletDriver(main) as app:
        await app.tap_fast(list("382914"), turns_between=turns)
        assert pins == ["382914"]
        app.assert_mirror()


async def test_twenty_keys_a_second_while_the_screen_redraws() -> None:
    pins: list[str] = []

    @component
    def Ticking() -> ft.Control:
        ui = use_ui()
        ticks, set_ticks = use_state(0)

        async def tick() -> None:
            for _ in range(40):
                await asyncio.sleep(0.01)
                set_ticks(lambda n: n + 1)

        use_effect(tick, [])
        return ft.Column([text(ui, f"tick {ticks}"), PinEntry(pins.append, message=f"tick {ticks}")])

    async with FletDriver(lambda page: page.render(lambda: UiContext(UI, Ticking))) as app:
        for digit in "840275":
            control, event = app._handler_of(digit)
            app.dispatch(control, event)
            await asyncio.sleep(0.05)
        await app.settle()
        assert pins == ["840275"]
        assert not app.shows("tick 0")


async def test_a_key_redraws_only_the_entry() -> None:
    main, _ = entry()
    async with FletDriver(main) as app:
        app.renders.clear()
        await app.tap("1")
        assert 0 < max(app.renders) <= 150


async def test_hardware_keys_type_delete_and_submit() -> None:
    main, pins = entry(length=None)
    async with FletDriver(main) as app:
        await app.press("1", "Numpad 2", "Digit 3", "9", "Backspace", "4", "5", "6", "7", "Escape", "Enter")
        assert pins == ["1234567"]


async def test_a_longer_pin_waits_for_the_tick() -> None:
    main, pins = entry(length=None)
    async with FletDriver(main) as app:
        await app.tap_fast(list("1234"))
        assert not app.has("pin-done")
        await app.tap_fast(list("5678"))
        await app.tap("pin-done")
        assert pins == ["12345678"]


async def test_delete_takes_the_last_digit() -> None:
    main, pins = entry()
    async with FletDriver(main) as app:
        await app.tap_fast(["1", "2", "pin-delete", *"34567"])
        assert pins == ["134567"]


async def test_keys_pressed_while_the_pin_is_checked_are_not_taken() -> None:
    checked: list[str] = []
    gate = asyncio.Event()

    async def check(pin: str) -> None:
        checked.append(pin)
        await gate.wait()

    async with FletDriver(lambda page: page.render(lambda: UiContext(UI, lambda: PinEntry(check)))) as app:
        for digit in "1122334455":
            control, event = app._handler_of(digit)
            app.dispatch(control, event)
        for _ in range(20):
            await asyncio.sleep(0)
        gate.set()
        await app.settle()
        assert checked == ["112233"]
        assert app.has("0 digits entered")


async def test_the_verdict_of_the_last_try_goes_when_typing_starts() -> None:
    main, _ = entry(message="Wrong PIN. 2 tries left, then a pause.", error=True)
    async with FletDriver(main) as app:
        assert app.shows("Wrong PIN")
        await app.tap("1")
        assert not app.shows("Wrong PIN")


async def test_a_disabled_entry_takes_nothing() -> None:
    main, pins = entry(disabled=True)
    async with FletDriver(main) as app:
        await app.press(*"123456")
        assert pins == []


@pytest.mark.parametrize("name", ["5", "pin-delete"])
async def test_enter_on_a_focused_key_presses_only_that_key(name: str) -> None:
    main, pins = entry(length=None)
    async with FletDriver(main) as app:
        await app.press(*"135790")
        key, _ = app._handler_of(name)
        await app.fire(key, "focus")
        await app.press("Enter")
        await app.tap(name)
        assert pins == []
        assert app.has("7 digits entered" if name == "5" else "5 digits entered")
        await app.fire(key, "blur")
        await app.press(*"24", "Enter")
        assert pins == ["135790524" if name == "5" else "1357924"]


async def test_enter_on_the_link_below_only_follows_it() -> None:
    followed: list[str] = []
    main, pins = entry(length=None, below=("Below", lambda: followed.append("once"), "below"))
    async with FletDriver(main) as app:
        await app.press(*"135790")
        below, _ = app._handler_of("below")
        await app.fire(below, "focus")
        await app.press("Enter")
        await app.tap("below")
        assert (followed, pins) == (["once"], [])
        await app.fire(below, "blur")
        await app.press("Enter")
        assert pins == ["135790"]
