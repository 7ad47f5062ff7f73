"""The screen of every PIN: words on top and keypad low on a phone, one card where there is room."""

from __future__ import annotations

import flet as ft

from app.design.base import Ui
from app.design.components import card, muted, screen, title
from app.widgets.boxed import boxed


def pin_head(ui: Ui, heading: str, words: str, *, picture: ft.Control | None = None) -> ft.Control:
    """What the PIN is asked for."""
    k = ui.look
    parts: list[ft.Control] = [
        *([picture] if picture else []),
        title(ui, heading, align=ft.TextAlign.CENTER),
        ft.Container(muted(ui, words, "body", align=ft.TextAlign.CENTER), width=k.z.dialog * 0.65),
    ]
    return ft.Column(parts, spacing=k.s.s2, tight=True, horizontal_alignment=ft.CrossAxisAlignment.CENTER)


def pin_screen(
    ui: Ui, bar: ft.Control, entry: ft.Control, *, banner: ft.Control | None = None, alone: bool = False
) -> ft.Control:
    """``entry`` is a PIN entry with a head; ``alone`` says that no navigation stands beside it."""
    k = ui.look
    if ui.phone:
        return screen(ui, bar=bar, banner=banner, body=[ft.Container(entry, expand=True)], scroll=False)
    if alone:
        return boxed(ui, bar, [*([banner] if banner else []), entry])
    return screen(ui, bar=bar, banner=banner, body=[card(ui, entry, padding=k.s.s8)])
