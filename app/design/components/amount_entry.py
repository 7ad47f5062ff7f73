"""The amount as the biggest thing on a screen, typed in place, with its unit beside it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import flet as ft

from app.design.base import Ui, handler, ident
from app.design.look import Look

# Number and unit meet a little right of the middle. The field keeps its width while it is typed in: one
# that grows keeps an old scroll position and cuts the first digits off.
_NUMBER_SHARE: Final = 11
_UNIT_SHARE: Final = 9
_LONG: Final = 6


def amount_entry(
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

    def changed(event: ft.Event[ft.TextField]) -> object:
        return on_change(event.control.value or "")

    entry = ft.TextField(
        value=value,
        hint_text="0",
        hint_style=_figures(k, size, k.c.on_surface_variant),
        text_style=_figures(k, size, k.c.error if error else k.c.on_surface),
        text_align=ft.TextAlign.RIGHT,
        border=ft.NoInputBorder(),
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
    ratio = max(k.type.amount.currency_ratio, k.type.amount.currency_min / size)
    weight = k.type.amount.currency_weight
    symbol = ft.Text(
        unit, style=k.style("body", weight, k.c.on_surface_variant, size=size * ratio, line=size * 1.2)
    )
    row = ft.Row(
        [
            ft.MergeSemantics(content=ident(id, entry, label), expand=_NUMBER_SHARE),
            ft.Container(symbol, expand=_UNIT_SHARE),
        ],
        spacing=k.s.s2,
        alignment=ft.MainAxisAlignment.CENTER,
        vertical_alignment=ft.CrossAxisAlignment.CENTER,
    )
    return ft.Container(row, padding=ft.Padding.symmetric(vertical=hero * 0.15), rtl=False)


def _figures(look: Look, size: float, color: str) -> ft.TextStyle:
    return look.style("display", look.type.amount.weight, color, size=size, line=size * 1.2)
