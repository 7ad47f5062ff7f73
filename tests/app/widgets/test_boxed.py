"""The card that stands alone on a wide window."""

from __future__ import annotations

import flet as ft
import pytest

from app.core.brand import load_brand
from app.design.base import UiContext, component, make_ui, use_ui
from app.design.look import Width
from app.widgets.boxed import LOW, boxed
from tests.support.driver import FletDriver


@pytest.mark.parametrize(
    ("height", "tall", "logo"), [(LOW - 1, True, False), (LOW - 1, False, True), (LOW, True, True)]
)
async def test_the_logo_gives_way_to_a_tall_card_in_a_low_window(height: int, tall: bool, logo: bool) -> None:
    ui = make_ui(load_brand("etopay"), dark=False, language="en", width=Width.DESKTOP)

    @component
    def Screen() -> ft.Control:
        return boxed(use_ui(), ft.Container(), [ft.Text("inside")], tall=tall)

    def main(page: ft.Page) -> None:
        page.render(lambda: UiContext(ui, Screen))

    async with FletDriver(main, size=(1280, height)) as app:
        assert app.shows("inside")
        assert bool(app.all(ft.Image)) is logo
