"""The screen of every PIN: words on top and keypad low on a phone, one card where there is room."""

from __future__ import annotations

from collections.abc import Callable

import flet as ft

from app.design.base import Ui, keyed
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


def pin_frame(
    ui: Ui, bar: ft.Control, *, banner: ft.Control | None = None, alone: bool = False
) -> Callable[[ft.Control], ft.Control]:
    """What a PIN entry with a head puts around itself; ``alone``: no navigation stands beside it."""

    def stand(entry: ft.Control) -> ft.Control:
        if ui.phone:
            return screen(ui, bar=bar, banner=banner, body=[ft.Container(entry, expand=True)], scroll=False)
        if alone:
            return boxed(ui, bar, [*([banner] if banner else []), entry], tall=True)
        return screen(ui, bar=bar, banner=banner, body=[card(ui, entry, padding=ui.look.s.s8)])

    # Keyed by width: Flet cannot patch one of these screens into another, so it replaces them as a whole.
    return lambda entry: keyed(f"pin-{ui.width_class}", stand(entry))
