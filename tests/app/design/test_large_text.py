"""At twice the text size nothing runs over the shape it stands in."""

from collections.abc import Callable

import flet as ft
import pytest

from app.core.brand import load_brand
from app.design.base import Ui, UiContext, make_ui
from app.design.components import avatar, coin, list_card, ring, skeleton_rows, text
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
