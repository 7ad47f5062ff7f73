"""How the welcome shares the window: the words have what they need, the picture takes what is left."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any, Final, Protocol

import flet as ft

from app.design.base import Ui, component, handler, use_state
from app.design.components.scale import use_text_scale

# What a window's parts are taken for until they have been measured.
_WORDS: Final = 220.0
_WAYS_IN: Final = 150.0

Measure = Callable[[object], Coroutine[Any, Any, None]]


class Picture(Protocol):
    """Draws the picture in a height and for a text size, or says that there is no room for one."""

    def __call__(self, height: float, scale: float) -> ft.Control | None:
        """The picture."""
        ...


@component
def WelcomeRoom(  # noqa: N802 - a component
    ui: Ui,
    head: ft.Control,
    picture: Picture,
    words: Callable[[float], ft.Control],
    ways_in: ft.Control,
    *,
    around: float,
    most: float,
) -> ft.Control:
    """Head, picture and words under each other, the ways in pinned below; on tablets words and ways in
    share the lower row. ``around`` is what head and gaps take of the height, ``most`` what a picture may.
    """
    whole, measured_whole = _use_height((ft.context.page.height or 800) - 28)
    said, measured_words = _use_height(_WORDS)
    ways, measured_ways = _use_height(_WAYS_IN)
    scale, probe = use_text_scale(ui)
    below = ft.Container(ways_in, on_size_change=measured_ways)
    text = ft.Container(words(scale), on_size_change=measured_words)
    taken = said + ways if ui.phone else max(said, ways)
    drawn = picture(min(most, whole - taken - around), scale)
    # Where even the ways in would leave no room for words, they scroll with them.
    pinned = ui.phone and ways < whole / 2
    lower: ft.Control = text if ui.phone else _side_by_side(ui, text, below)
    parts = [probe, head, *([drawn] if drawn else []), lower]
    if ui.phone and not pinned:
        parts.append(below)
    scrolling = ft.Column(
        parts,
        spacing=0,
        scroll=ft.ScrollMode.AUTO,
        expand=True,
        alignment=ft.MainAxisAlignment.START if ui.phone else ft.MainAxisAlignment.SPACE_BETWEEN,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )
    column = ft.Column(
        [scrolling, *([below] if pinned else [])],
        spacing=0,
        expand=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )
    return ft.Container(column, expand=True, on_size_change=measured_whole)


def _use_height(guess: float) -> tuple[float, Measure | None]:
    height, set_height = use_state(guess)

    def sized(event: ft.LayoutSizeChangeEvent[ft.Container]) -> None:
        set_height(float(round(event.height)))

    return height, handler(sized)


def _side_by_side(ui: Ui, words: ft.Control, ways_in: ft.Control) -> ft.Control:
    k = ui.look
    row = ft.Row(
        [ft.Container(words, expand=True), ft.Container(ways_in, width=300)],
        spacing=k.s.s10,
        vertical_alignment=ft.CrossAxisAlignment.CENTER,
    )
    return ft.Container(row, padding=ft.Padding(ui.margin, k.s.s8, ui.margin, k.s.s10))
