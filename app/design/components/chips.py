"""Choices in a row, and the tags that look alike but cannot be pressed."""

from __future__ import annotations

import flet as ft

from app.design.base import Action, Tone, Ui
from app.design.components.pressable import pressable
from app.design.components.surfaces import named
from app.design.components.text import text


def chip(
    ui: Ui,
    label: str,
    selected: bool,
    on_click: Action | None,
    *,
    id: str | None = None,  # noqa: A002
    icon: ft.IconData | None = None,
    leading: ft.Control | None = None,
    trailing: ft.IconData | None = None,
) -> ft.Control:
    """A choice in a row of choices; the selected one is filled with the text's colour."""
    k = ui.look
    tint = k.c.surface_container_lowest if selected else k.c.on_surface
    chip_inset = (k.z.chip - max(k.type.steps.label.line, 22 if leading else 0)) / 2
    parts: list[ft.Control] = [leading] if leading else []
    if icon is not None:
        parts.append(ft.Icon(icon, size=k.z.icon_small, color=tint))
    parts.append(text(ui, label, "label", weight=k.type.strong, color=tint, max_lines=1))
    if trailing is not None:
        parts.append(ft.Icon(trailing, size=k.z.icon_small, color=tint))
    box = pressable(
        ui,
        ft.Row(parts, spacing=6, tight=True, vertical_alignment=ft.CrossAxisAlignment.CENTER),
        on_click,
        # Heights come from paddings, so that a chip grows with the reader's text size.
        padding=ft.Padding(6 if leading else 14, chip_inset, 10 if trailing else 14, chip_inset),
        radius=k.z.chip / 2,
        fill=k.c.on_surface if selected else k.c.surface_container_lowest,
        line=None if selected else k.c.outline_variant,
        shade=tint,
    )
    return named(id, ft.Semantics(content=box, selected=selected))


def tag(
    ui: Ui, label: str, *, tone: Tone = "info", icon: ft.IconData | None = None, breaks: bool = False
) -> ft.Control:
    """A fact in a word or two, coloured by what it means."""
    k = ui.look
    paint = k.paint(tone)
    parts: list[ft.Control] = [ft.Icon(icon, size=14, color=paint.on_container)] if icon is not None else []
    words = text(ui, label, "caption", color=paint.on_container, max_lines=3 if breaks else 1)
    words.expand, words.expand_loose = breaks, breaks
    parts.append(words)
    return ft.Container(
        ft.Row(parts, spacing=k.s.s1, tight=True, vertical_alignment=ft.CrossAxisAlignment.CENTER),
        padding=ft.Padding.symmetric(horizontal=7, vertical=(k.z.tag - k.type.steps.caption.line) / 2),
        border_radius=k.r.xs,
        bgcolor=paint.container,
    )
