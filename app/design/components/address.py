"""Addresses in groups of four, so that they can be compared by eye; and copying them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import flet as ft

from app.design.base import Ui, component, ident, use_ref, use_state
from app.design.components.pressable import pressable
from app.design.components.scale import LARGE, use_text_scale
from app.design.components.surfaces import named

COLUMNS = 6
GROUP = 4
PITCH = 2.95
"""Width of a column of the grid, in sizes of the text."""
GAP = 2
SLACK = 8


def address_groups(address: str) -> tuple[tuple[int, str], ...]:
    """Position and text of each group: the prefix, then groups of four."""
    head = 2 if address[:2].lower() == "0x" else 0
    groups = [(0, address[:head])] if head else []
    groups += [(start, address[start : start + GROUP]) for start in range(head, len(address), GROUP)]
    return tuple(groups)


def address_block(
    ui: Ui,
    address: str,
    *,
    marked: set[int] | frozenset[int] = frozenset(),
    id: str | None = None,  # noqa: A002
) -> ft.Control:
    """The address in a grid of six columns; first and last group bold, ``marked`` positions stand out."""
    spoken = " ".join(chars for _, chars in address_groups(address))
    content = ft.Semantics(
        content=_grid(ui, address, frozenset(marked)), label=spoken, exclude_semantics=True
    )
    return named(id, content)


@component
def _grid(ui: Ui, address: str, marked: frozenset[int]) -> ft.Control:
    """The groups in columns; fewer of them where the reader's text is large."""
    scale, probe = use_text_scale(ui)
    groups = address_groups(address)
    first = 1 if groups and groups[0][1].lower() == "0x" else 0
    bold = {first, len(groups) - 1}
    columns = COLUMNS if scale < LARGE else COLUMNS // 2
    pitch = ui.look.type.steps.body.size * PITCH * max(1.0, scale)
    cells: list[ft.Control] = [
        ft.Stack([ft.Container(width=pitch - GAP), _group(ui, at, chars, index in bold, marked)])
        for index, (at, chars) in enumerate(groups)
    ]
    rows = ft.Row(cells, wrap=True, spacing=GAP, run_spacing=ui.look.s.s1)
    # The alignment lets the grid be narrower than its place.
    place = ft.Container(
        ft.Container(rows, width=columns * pitch + SLACK), rtl=False, alignment=ft.Alignment.CENTER_LEFT
    )
    return ft.Column([probe, place], spacing=0, tight=True)


def _group(ui: Ui, at: int, chars: str, bold: bool, marked: set[int] | frozenset[int]) -> ft.Text:
    k = ui.look
    paint = k.paint("warning")
    spacing = k.shape.address_spacing

    def span(char: str, position: int) -> ft.TextSpan:
        differs = position in marked
        style = k.style(
            "body",
            700 if bold or differs else k.type.emphasis,
            paint.on_container if differs else None,
            spacing=spacing,
        )
        if differs:
            style.bgcolor = paint.container
            style.decoration = ft.TextDecoration.UNDERLINE
            style.decoration_color = paint.strong
        return ft.TextSpan(char, style)

    if not any(at <= position < at + len(chars) for position in marked):
        style = k.style("body", 700 if bold else k.type.emphasis, spacing=spacing)
        return ft.Text(chars, style=style, no_wrap=True)
    return ft.Text(spans=[span(char, at + index) for index, char in enumerate(chars)], no_wrap=True)


@component
def copy_button(
    ui: Ui,
    name: str,
    on_copy: Callable[[], Awaitable[object] | object],
    *,
    id: str | None = None,  # noqa: A002
) -> ft.Control:
    """A small copy icon that answers with a tick; ``on_copy`` does the copying."""
    done, set_done = use_state(False)
    running = use_ref(False)

    async def copy() -> None:
        if running.current:
            return
        running.current = True
        try:
            result = on_copy()
            if hasattr(result, "__await__"):
                await result
            set_done(True)
        finally:
            running.current = False

    k = ui.look
    glyph = ft.Icon(
        ft.Icons.CHECK_ROUNDED if done else ft.Icons.COPY_ROUNDED,
        size=20,
        color=k.c.success if done else k.c.primary,
        semantics_label=ui.t("Copied") if done else name,
    )
    height = k.z.icon_small + 6
    # No higher than the line it stands in; the icon ends where the line ends.
    box = pressable(
        ui, ft.Row([glyph], alignment=ft.MainAxisAlignment.END), copy, radius=k.r.xs, width=44, height=height
    )
    return ident(id, box) if id else box
