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
        align=ft.TextAlign.CENTER,
        max_lines=2,
    )
    return ident(
        "preview-note",
        ft.Container(
            words,
            bgcolor=k.c.surface_container_high,
            alignment=ft.Alignment.CENTER,
            padding=ft.Padding.symmetric(horizontal=k.s.s3, vertical=3),
        ),
    )
