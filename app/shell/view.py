"""The frame of every view: the content, the cover over it, and in a browser the note above."""

from __future__ import annotations

import flet as ft

from app.design.base import Ui, keyed
from app.design.components import Entrance
from app.shell.cover import Cover
from app.shell.guard import Guard
from app.shell.preview_note import preview_note


def make_view(
    ui: Ui, route: str, content: ft.Control, guard: Guard, *, key: str | None = None, **options: object
) -> ft.View:
    """One view of the stack; with a ``key`` its content comes in anew whenever the key is another one."""
    page = ft.context.page
    if key is not None:
        content = keyed(key, Entrance(ui, content, height=page.height, expand=True))
    layers: list[ft.Control] = [ft.Container(content, expand=True, key=key), Cover(guard)]
    body: list[ft.BaseControl] = [ft.Stack(layers, fit=ft.StackFit.EXPAND, expand=True)]
    if page.web:
        body.insert(0, preview_note(ui))
    return ft.View(
        route=route,
        controls=body,
        padding=0,
        spacing=0,
        bgcolor=ui.look.c.surface,
        **options,  # type: ignore[arg-type]
    )
