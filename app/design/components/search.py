"""The field that looks through a list."""

from __future__ import annotations

from collections.abc import Callable

import flet as ft

from app.design.base import Ui, handler, ident


def search_field(
    ui: Ui,
    label: str,
    value: str,
    on_change: Callable[[str], object],
    *,
    id: str,  # noqa: A002
    hint: str = "",
) -> ft.Control:
    """Filled, without a line, a magnifier at its start; ``hint`` names what it looks at."""
    k = ui.look

    def changed(event: ft.Event[ft.TextField]) -> object:
        return on_change(event.control.value or "")

    def outline(width: float, color: str) -> ft.OutlineInputBorder:
        return ft.OutlineInputBorder(side=ft.BorderSide(width, color), border_radius=k.r.md)

    entry = ft.TextField(
        value=value,
        hint_text=hint or label,
        # At twice the text size a hint needs a second line, for which the field grows.
        hint_max_lines=2,
        hint_style=k.style("body", color=k.c.on_surface_variant),
        text_style=k.style("body"),
        border={
            ft.ControlState.FOCUSED: outline(2, k.c.primary),
            ft.ControlState.DEFAULT: outline(1, k.c.surface_container),
        },
        filled=True,
        fill_color=k.c.surface_container,
        hover_color=ft.Colors.TRANSPARENT,
        prefix_icon=ft.Icon(ft.Icons.SEARCH_ROUNDED, size=k.z.icon, color=k.c.on_surface_variant),
        content_padding=ft.Padding.symmetric(vertical=13, horizontal=k.s.s3),
        cursor_color=k.c.primary,
        on_change=handler(changed),
    )
    return ft.MergeSemantics(content=ident(id, entry, label))
