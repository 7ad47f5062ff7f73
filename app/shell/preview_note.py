"""The line that the web view always shows: it is a preview, and where the keys are."""

from __future__ import annotations

import flet as ft

from app.design.base import Ui, ident
from app.design.components import text


def preview_note(ui: Ui) -> ft.Control:
    """Small, permanent, and read out like any other text."""
    k = ui.look
    words = text(
        ui,
        ui.t("Preview for development: your keys live in the program that serves this page.")
        if not ui.phone
        else ui.t("Preview: keys live in the program serving this page"),
        "caption",
        color=k.c.on_surface_variant,
        max_lines=2,
        expand=True,
    )
    words.expand_loose = True
    glyph = ft.Icon(ft.Icons.CODE_ROUNDED, size=k.z.icon_small - 2, color=k.c.on_surface_variant)
    chip = ft.Container(
        ft.Row([words] if ui.phone else [glyph, words], spacing=6, tight=True),
        bgcolor=k.c.surface_container_low,
        border_radius=k.r.full,
        padding=ft.Padding.symmetric(horizontal=k.s.s3, vertical=2),
    )
    return ident(
        "preview-note",
        ft.Container(
            chip,
            bgcolor=k.c.surface,
            alignment=ft.Alignment.CENTER,
            padding=ft.Padding(k.s.s3, k.s.s1, k.s.s3, k.s.s1),
        ),
    )
