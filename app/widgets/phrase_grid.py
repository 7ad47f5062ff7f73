"""A recovery phrase in numbered cells, and the clock that hides it again."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import Future
from typing import Final, cast

import flet as ft

from app.core.model import Mnemonic
from app.design.base import Ui, component, ident, in_background, use_effect, use_ref, use_state, use_ui
from app.design.components import muted, text

SHOWN_SECONDS: Final = 60
_LENGTH_HIDDEN: Final = 24


def phrase_grid(ui: Ui, phrase: Mnemonic | None) -> ft.Control:
    """The words, or as long as they are hidden bars of different widths in the same cells."""
    columns = 3 if ui.phone else 4
    words: tuple[str | None, ...] = phrase.words() if phrase else (None,) * _LENGTH_HIDDEN
    cells = [_cell(ui, position, word) for position, word in enumerate(words, 1)]
    rows: list[ft.Control] = [
        ft.Row(list(cells[start : start + columns]), spacing=ui.look.s.s2 - 2)
        for start in range(0, len(cells), columns)
    ]
    return ft.Column(rows, spacing=ui.look.s.s2 - 2, tight=True, rtl=False)


def _cell(ui: Ui, position: int, word: str | None) -> ft.Control:
    k = ui.look
    bar = ft.Container(
        width=34 + position * 7 % 22, height=10, border_radius=5, bgcolor=k.c.surface_container_highest
    )
    content = bar if word is None else text(ui, word, weight=k.type.strong, max_lines=1, expand=not ui.phone)
    number = ft.Container(
        muted(ui, str(position), "label", align=ft.TextAlign.RIGHT),
        width=18,
        alignment=ft.Alignment.CENTER_RIGHT,
    )
    box = ft.Container(
        ft.Row([number, content], spacing=k.s.s2),
        height=44,
        expand=True,
        padding=ft.Padding.symmetric(horizontal=k.s.s2),
        border_radius=k.r.sm,
        bgcolor=k.c.surface_container_lowest,
        border=ft.Border.all(1, k.c.outline_variant),
        clip_behavior=ft.ClipBehavior.HARD_EDGE,
    )
    said = f"{position} {word}" if word else ui.t("Word {position}, hidden", position=position)
    spoken = ft.Semantics(content=box, label=said, exclude_semantics=True, expand=True)
    return ident(f"phrase-cell-{position}", spoken)


@component
def HideClock(on_end: Callable[[], Awaitable[object] | object], seconds: int = SHOWN_SECONDS) -> ft.Control:  # noqa: N802 - a component
    """Counts down and then calls ``on_end``; the only part that is drawn again each second."""
    ui = use_ui()
    left, set_left = use_state(seconds)
    ending = use_ref(lambda: on_end)  # a bare callable would be called to make the first value
    ending.current = on_end
    counting = use_ref(cast("Future[None] | None", None))

    async def count() -> None:
        for rest in range(seconds - 1, -1, -1):
            await asyncio.sleep(1)
            set_left(rest)
        result = ending.current()
        if hasattr(result, "__await__"):
            await result

    def begin() -> None:
        counting.current = in_background(count)

    def end() -> None:
        if counting.current is not None:
            counting.current.cancel()

    use_effect(begin, [], end)
    k = ui.look
    clock = f"{left // 60}:{left % 60:02}"
    return ft.Container(
        ft.Row(
            [
                ft.Icon(ft.Icons.VISIBILITY_OUTLINED, size=16, color=k.c.on_surface),
                text(ui, ui.t("Hides in {clock}", clock=clock), "label", weight=k.type.emphasis),
            ],
            spacing=6,
            tight=True,
        ),
        height=k.z.chip - 4,
        padding=ft.Padding.symmetric(horizontal=k.s.s3),
        border_radius=k.z.chip / 2,
        bgcolor=k.c.surface_container_high,
    )
