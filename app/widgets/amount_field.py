"""The amount as the biggest thing on a screen, typed in place, with its unit beside it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import flet as ft

from app.design.base import Ui, handler, ident
from app.design.components import text

_DIGIT_WIDTH: Final = 0.66
_LONG: Final = 9


def amount_field(
    ui: Ui,
    label: str,
    value: str,
    unit: str,
    on_change: Callable[[str], object],
    *,
    id: str,  # noqa: A002
    error: bool = False,
    on_submit: Callable[[], object] | None = None,
    autofocus: bool = False,
) -> ft.Control:
    """A field without a frame; long amounts get smaller instead of being cut off."""
    k = ui.look
    hero = k.type.amount.hero
    size = hero if len(value) <= _LONG else max(k.type.amount.row + 1, hero * _LONG / len(value))
    ink = k.c.error if error else k.c.on_surface
    style = k.style("display", k.type.amount.weight, ink, size=size, line=size * 1.2)

    def changed(event: ft.Event[ft.TextField]) -> object:
        return on_change(event.control.value or "")

    shown = value or "0"
    entry = ft.TextField(
        value=value,
        label=label,
        label_style=ft.TextStyle(size=1, color=ft.Colors.TRANSPARENT),
        hint_text="0",
        hint_style=k.style(
            "display", k.type.amount.weight, k.c.on_surface_variant, size=size, line=size * 1.2
        ),
        text_style=style,
        text_align=ft.TextAlign.RIGHT,
        width=max(2, len(shown) + 0.6) * size * _DIGIT_WIDTH,
        border=ft.InputBorder.NONE,
        content_padding=0,
        dense=True,
        keyboard_type=ft.KeyboardType.NUMBER,
        autocorrect=False,
        enable_suggestions=False,
        autofocus=autofocus,
        cursor_color=k.c.primary,
        max_length=60,
        counter=ft.Container(height=0),
        on_change=handler(changed),
        on_submit=handler(on_submit),
    )
    ratio = max(k.type.amount.currency_ratio, 13 / size)
    symbol = text(ui, unit, "heading", weight=k.type.amount.currency_weight, color=k.c.on_surface_variant)
    symbol.style = k.style(
        "body", k.type.amount.currency_weight, k.c.on_surface_variant, size=size * ratio, line=size * 1.2
    )
    row = ft.Row(
        [ident(id, entry), symbol],
        spacing=k.s.s2,
        alignment=ft.MainAxisAlignment.CENTER,
        vertical_alignment=ft.CrossAxisAlignment.CENTER,
    )
    return ft.Container(row, height=hero * 1.5, rtl=False)
