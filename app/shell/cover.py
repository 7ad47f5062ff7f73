"""The cover that hides everything while the app is out of sight."""

from __future__ import annotations

import flet as ft

from app.design.base import component, use_ui
from app.design.components import logo
from app.services import watch
from app.shell.guard import Guard


@component
def Cover(guard: Guard) -> ft.Control:  # noqa: N802 - a component
    """The brand's sign on an empty page; nothing at all while the app is in sight."""
    ui = use_ui()
    watch(guard)
    if not guard.covered:
        return ft.Container(visible=False)
    return ft.Semantics(
        content=ft.Container(
            logo(ui, "mark", ui.look.s.s16),
            bgcolor=ui.look.c.surface,
            alignment=ft.Alignment.CENTER,
            expand=True,
        ),
        identifier="cover",
        label=ui.brand.name,
        expand=True,
    )
