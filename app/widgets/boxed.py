"""A screen in one card, for windows that are wider than it needs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import flet as ft

from app.design.base import Ui
from app.design.components import logo

LOW: Final = 860
"""Below this height of the window the brand's logo gives way."""


def boxed(ui: Ui, bar: ft.Control, parts: Sequence[ft.Control], *, tall: bool = False) -> ft.Control:
    """Where there is room: one card in the middle that holds bar, content and action.

    In a low window a ``tall`` card has the height for itself: what stands last in it needs no scrolling.
    """
    k = ui.look
    low = tall and (ft.context.page.height or LOW) < LOW
    below = k.s.s3 if low else k.s.s8
    inside = ft.Column(
        list(parts), spacing=k.s.s4, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH
    )
    box = ft.Container(
        ft.Column(
            [bar, ft.Container(inside, padding=ft.Padding(ui.margin, k.s.s2, ui.margin, below))],
            spacing=0,
            tight=True,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        ),
        width=k.z.max_reading,
        bgcolor=k.c.surface_container_lowest,
        border=ft.Border.all(k.shape.card_line, k.c.outline_variant) if k.shape.card_line else None,
        border_radius=k.r.xl,
        padding=ft.Padding.symmetric(vertical=k.s.s3),
    )
    return ft.Container(
        ft.SafeArea(
            ft.Column(
                [box] if low else [logo(ui), box],
                spacing=k.s.s8,
                scroll=ft.ScrollMode.AUTO,
                alignment=ft.MainAxisAlignment.CENTER,
                horizontal_alignment=ft.CrossAxisAlignment.CENTER,
                expand=True,
            ),
            expand=True,
        ),
        bgcolor=k.c.surface,
        padding=k.s.s3 if low else k.s.s5,
        expand=True,
    )
