"""One view or screen in the in-process driver, in any brand, mode, language and width."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import flet as ft

from app.core.brand import load_brand
from app.design.base import Ui, UiContext, component, make_ui, use_ui
from app.design.look import Width
from tests.support.driver import FletDriver

LOOKS = [
    ("etopay", False, "en"),
    ("etopay", True, "de"),
    ("juno", False, "de"),
    ("juno", True, "en"),
]
SIZES = {Width.PHONE: (390, 844), Width.TABLET: (820, 1180), Width.DESKTOP: (1280, 860)}


def show(
    build: Callable[[Ui], ft.Control],
    *,
    brand: str = "etopay",
    dark: bool = False,
    language: str = "en",
    width: Width = Width.PHONE,
    **options: Any,
) -> FletDriver:
    """A driver whose client shows what ``build`` returns."""
    ui = make_ui(load_brand(brand), dark=dark, language=language, width=width)

    @component
    def Screen() -> ft.Control:
        return build(use_ui())

    def main(page: ft.Page) -> None:
        page.render(lambda: UiContext(ui, Screen))

    return FletDriver(main, size=SIZES[width], dark=dark, **options)
