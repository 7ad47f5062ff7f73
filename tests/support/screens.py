"""One view or screen in the in-process driver, in any brand, mode, language and width."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, cast

import flet as ft
from flet.controls.base_control import BaseControl

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


_counts: list[int] = []


def _counted_new(kind: type[BaseControl], *_: Any, **__: Any) -> BaseControl:
    for place in range(len(_counts)):
        _counts[place] += 1
    return cast("BaseControl", object.__new__(kind))


@contextmanager
def count_redrawn() -> Iterator[Callable[[], int]]:
    """How many controls are built inside; what is called tells the number so far."""
    # Stays installed: Python cannot take an overridden __new__ back without breaking the class.
    if "__new__" not in BaseControl.__dict__:
        BaseControl.__new__ = _counted_new  # type: ignore[method-assign, assignment]
    _counts.append(0)
    try:
        yield lambda: _counts[-1]
    finally:
        _counts.pop()
