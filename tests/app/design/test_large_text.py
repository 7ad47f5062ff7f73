"""At twice the text size nothing runs over the shape it stands in."""

from collections.abc import Callable

import flet as ft
import pytest

from app.core.brand import load_brand
from app.design.base import Ui, UiContext, make_ui
from app.design.components import (
    Step,
    avatar,
    coin,
    list_card,
    ring,
    search_field,
    skeleton_rows,
    text,
    timeline,
)
from tests.support.driver import FletDriver

BRANDS = ("etopay", "juno")
SHAPES: dict[str, Callable[[Ui], ft.Control]] = {
    "WM": lambda ui: avatar(ui, "Walburga Mommsen"),
    "4/5": lambda ui: ring(ui, 0.8, "4/5"),
    "DOG": lambda ui: coin(ui, "DOGE"),
}


@pytest.mark.parametrize("brand", BRANDS)
@pytest.mark.parametrize("words", SHAPES)
async def test_words_in_a_shape_of_fixed_size_hardly_grow(brand: str, words: str) -> None:
    ui = make_ui(load_brand(brand), dark=False, language="en")

    def main(page: ft.Page) -> None:
        page.render(lambda: UiContext(ui, lambda: SHAPES[words](ui)))

    async with FletDriver(main) as app:

        def shown() -> float:
            (found,) = [c for c in app.all(ft.Text) if c.value == words]
            assert found.style is not None
            assert found.style.size is not None
            return float(found.style.size)

        before = shown()
        probe = next(c for c in app.all(ft.Container) if c.on_size_change)
        await app.fire(probe, "size_change", {"w": 20.0, "h": 2.0 * ui.look.step("body").line})
        assert 2 * shown() <= 1.11 * before


@pytest.mark.parametrize("brand", BRANDS)
async def test_a_list_inside_a_card_is_no_second_card(brand: str) -> None:
    ui = make_ui(load_brand(brand), dark=False, language="en")
    for inside in (True, False):

        def block(inside: bool = inside) -> ft.Control:
            rows = list_card(ui, [text(ui, "One")], inside=inside)
            return ft.Column([rows, skeleton_rows(ui, 2, inside=inside)])

        def main(page: ft.Page, block: Callable[[], ft.Control] = block) -> None:
            page.render(lambda: UiContext(ui, block))

        async with FletDriver(main) as app:
            cards = [c for c in app.all(ft.Container) if c.bgcolor == ui.look.c.surface_container_lowest]
            assert bool(cards) is not inside


async def test_the_time_of_a_step_stands_below_large_words() -> None:
    ui = make_ui(load_brand("etopay"), dark=False, language="en")
    steps = [Step("You confirmed with your PIN", "done", "03:08:01"), Step("Confirmed", "todo")]

    def main(page: ft.Page) -> None:
        page.render(lambda: UiContext(ui, lambda: timeline(ui, steps)))

    async with FletDriver(main) as app:

        def beside() -> list[str]:
            rows = [[c.value for c in row.controls if isinstance(c, ft.Text)] for row in app.all(ft.Row)]
            return next(words for words in rows if steps[0].title in words)

        assert beside() == [steps[0].title, "03:08:01"]
        probe = next(c for c in app.all(ft.Container) if c.on_size_change)
        await app.fire(probe, "size_change", {"w": 20.0, "h": 2.0 * ui.look.step("body").line})
        assert beside() == [steps[0].title]
        assert app.shows("03:08:01")


async def test_the_hint_of_a_search_may_take_two_lines() -> None:
    ui = make_ui(load_brand("etopay"), dark=False, language="en")
    find = search_field(ui, "Search payments", "", lambda _: None, id="s", hint="Address, amount or coin")

    def main(page: ft.Page) -> None:
        page.render(lambda: UiContext(ui, lambda: find))

    async with FletDriver(main) as app:
        assert app.find(ft.TextField).hint_max_lines == 2
