"""How the parts of a PIN entry stand: all together, or the keypad low on a phone."""

from __future__ import annotations

import flet as ft

from app.design.base import Ui
from app.design.components.text import muted, text


def verdict(ui: Ui, said: str, doubt: str | None, *, error: bool) -> ft.Control:
    """What is said about the PIN, directly below the dots; always as high as one line."""
    k = ui.look
    if doubt:
        paint = k.paint("warning")
        glyph = ft.Icon(ft.Icons.WARNING_AMBER_ROUNDED, size=k.z.icon_small, color=paint.on_container)
        words = text(ui, doubt, "label", weight=k.type.emphasis, color=paint.on_container)
        return ft.Container(
            ft.Row([glyph, words], spacing=k.s.s2, tight=True),
            bgcolor=paint.container,
            border_radius=k.z.chip / 2,
            padding=ft.Padding.symmetric(vertical=k.s.s2, horizontal=k.s.s4),
        )
    color = k.c.error if error else k.c.on_surface_variant
    words = muted(ui, said or " ", weight=k.type.emphasis, align=ft.TextAlign.CENTER, color=color)
    return ft.Container(words, padding=ft.Padding.symmetric(vertical=k.s.s2))


def stacked(ui: Ui, parts: list[ft.Control]) -> ft.Column:
    """Under each other in the middle."""
    return ft.Column(
        parts,
        spacing=ui.look.s.s4,
        tight=True,
        horizontal_alignment=ft.CrossAxisAlignment.CENTER,
    )


def spread(ui: Ui, question: ft.Control, keys: list[ft.Control]) -> ft.Control:
    """The question on top, the keypad low in reach of the thumb."""
    # The question scrolls when large text leaves it too little room; the keypad always stays.
    top = ft.Column(
        [
            ft.Container(
                question, padding=ft.Padding.only(top=ui.look.s.s4), alignment=ft.Alignment.TOP_CENTER
            )
        ],
        expand=True,
        scroll=ft.ScrollMode.AUTO,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )
    return ft.Column([top, stacked(ui, keys)], spacing=0, horizontal_alignment=ft.CrossAxisAlignment.STRETCH)
