"""Choosing: select, switch and checkbox, all controlled and all with an accessible name."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import flet as ft

from app.design.base import Ui, component, ident, use_dialog, use_state
from app.design.components.pressable import pressable
from app.design.components.sheets import sheet
from app.design.components.text import muted, text


@component
def select(
    ui: Ui,
    label: str,
    value: str | None,
    options: Sequence[tuple[str, str]],
    on_select: Callable[[str], object],
    *,
    id: str,  # noqa: A002
    helper: str | None = None,
    hint: str | None = None,
) -> ft.Control:
    """A field that opens a sheet of choices; ``on_select`` gets the key of the chosen one."""
    opened, set_opened = use_state(False)
    k = ui.look
    shown = dict(options).get(value or "", "")

    async def choose(key: str) -> None:
        set_opened(False)
        if key != value:
            result = on_select(key)
            if hasattr(result, "__await__"):
                await result

    rows = [option_row(ui, key, name, key == value, choose, id=f"{id}-{key}") for key, name in options]
    use_dialog(
        sheet(ui, label, ft.Column(rows, spacing=0, tight=True), lambda: set_opened(False))
        if opened
        else None
    )
    box = pressable(
        ui,
        ft.Row(
            [
                text(ui, shown, weight=k.type.emphasis, max_lines=1, expand=True)
                if shown
                else muted(ui, hint or "", "body", max_lines=1, expand=True),
                ft.Icon(ft.Icons.EXPAND_MORE_ROUNDED, size=22, color=k.c.on_surface_variant),
            ]
        ),
        lambda: set_opened(True),
        padding=ft.Padding.symmetric(
            horizontal=k.s.s4, vertical=(k.z.field - max(22, k.type.steps.body.line)) / 2
        ),
        radius=k.r.md,
        fill=k.c.surface_container_lowest,
        line=k.c.outline_variant,
        place="within",
    )
    lines: list[ft.Control] = [text(ui, label, "label", weight=k.type.strong), box]
    if helper:
        lines.append(muted(ui, helper))
    column = ft.Column(lines, spacing=6, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH)
    return ident(id, ft.MergeSemantics(content=column))


def option_row(
    ui: Ui,
    key: str,
    name: str,
    selected: bool,
    choose: Callable[[str], object],
    *,
    id: str,  # noqa: A002
    leading: ft.Control | None = None,
    below: str | None = None,
) -> ft.Control:
    """A choice in a sheet; the chosen one carries a tick."""
    k = ui.look

    async def tapped() -> None:
        result = choose(key)
        if hasattr(result, "__await__"):
            await result

    words: list[ft.Control] = [text(ui, name, weight=k.type.strong if selected else k.type.emphasis)]
    if below:
        words.append(muted(ui, below))
    parts: list[ft.Control] = [leading] if leading else []
    parts.append(ft.Column(words, spacing=0, tight=True, expand=True))
    if selected:
        parts.append(ft.Icon(ft.Icons.CHECK_ROUNDED, size=22, color=k.c.primary))
    row = pressable(
        ui,
        ft.Row(parts, spacing=k.s.s3),
        tapped,
        padding=ft.Padding.symmetric(vertical=14, horizontal=k.s.s3),
        radius=k.r.md,
        fill=k.c.primary_container if selected else None,
        place="within",
    )
    return ident(id, ft.Semantics(content=row, selected=selected))
