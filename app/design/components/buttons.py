"""Everything that is pressed: buttons, icon buttons, quick actions, chips; and the tags that look alike."""

from __future__ import annotations

from typing import Literal

import flet as ft

from app.design.base import Action, Ui
from app.design.components.pressable import pressable
from app.design.components.surfaces import named
from app.design.components.text import text

Kind = Literal["filled", "tonal", "outlined", "text", "danger", "warning", "warning_text"]
"""The warning kinds stand on a warning's ground."""


def button(
    ui: Ui,
    label: str,
    on_click: Action | None,
    *,
    kind: Kind = "filled",
    icon: ft.IconData | None = None,
    busy: bool = False,
    disabled: bool = False,
    id: str | None = None,  # noqa: A002
    expand: bool = True,
    small: bool = False,
) -> ft.Control:
    """A button; one filled one a screen. ``expand`` takes the width there is. Busy keeps label and size."""
    k = ui.look
    fill, ink, line = _colors(ui, kind, disabled)
    parts: list[ft.Control] = []
    if busy:
        parts.append(ft.ProgressRing(width=18, height=18, stroke_width=2, color=ink))
    elif icon is not None:
        parts.append(ft.Icon(icon, size=20, color=ink))
    words = text(ui, label, weight=k.type.strong, color=ink, max_lines=3, align=ft.TextAlign.CENTER)
    # Only a button as wide as its place can break its label; one as wide as its label has no limit.
    words.expand, words.expand_loose = expand, expand
    parts.append(words)
    height = k.z.button_small if small else k.z.button
    content = ft.Row(
        parts,
        spacing=k.s.s2,
        tight=True,
        alignment=ft.MainAxisAlignment.CENTER,
        vertical_alignment=ft.CrossAxisAlignment.CENTER,
    )
    box = pressable(
        ui,
        content,
        on_click,
        fill=fill,
        line=line,
        radius=min(k.shape.button_radius, k.z.button / 2),
        # A button of its own colour is ringed in it; on a warning's ground the primary would not show.
        ring=ink if kind in {"text", "warning_text"} else fill if kind in {"danger", "warning"} else None,
        shade=ink,
        # The padding makes the height, so that a label at twice the size is not cut off.
        padding=ft.Padding.symmetric(
            vertical=max(k.s.s2, (height - k.type.steps.body.line) / 2),
            horizontal=k.s.s4 if small else k.s.s5,
        ),
        disabled=disabled or busy,
    )
    pressed = named(id, box)
    return pressed if expand else ft.Row([pressed], tight=True, alignment=ft.MainAxisAlignment.CENTER)


def _colors(ui: Ui, kind: Kind, disabled: bool) -> tuple[str | None, str, str | None]:
    c = ui.look.c
    if disabled:
        return (None if kind == "text" else c.surface_container_high), c.on_surface_variant, None
    return {
        "filled": (c.primary, c.on_primary, None),
        "tonal": (c.primary_container, c.on_primary_container, None),
        "outlined": (c.surface_container_lowest, c.on_surface, c.outline_variant),
        "text": (None, c.primary, None),
        "danger": (c.error, c.on_error, None),
        "warning": (c.on_warning_container, c.warning_container, None),
        "warning_text": (None, c.on_warning_container, None),
    }[kind]


def side_by_side(ui: Ui, *controls: ft.Control) -> ft.Row:
    """Buttons (or cards) that share a row in equal parts."""
    shared: list[ft.Control] = [ft.Container(control, expand=True) for control in controls]
    return ft.Row(shared, spacing=ui.look.s.s3, vertical_alignment=ft.CrossAxisAlignment.START)
