"""Everything that is pressed: buttons, icon buttons, quick actions, chips; and the tags that look alike."""

from __future__ import annotations

from typing import Literal

import flet as ft

from app.design.base import Action, Tone, Ui, handler
from app.design.components.surfaces import named
from app.design.components.text import text

Kind = Literal["filled", "tonal", "outlined", "text", "danger"]


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
    parts.append(text(ui, label, weight=k.type.strong, color=ink, max_lines=2, align=ft.TextAlign.CENTER))
    content = ft.Row(
        parts,
        spacing=k.s.s2,
        tight=True,
        alignment=ft.MainAxisAlignment.CENTER,
        vertical_alignment=ft.CrossAxisAlignment.CENTER,
    )
    box = ft.Container(
        content,
        height=k.z.button_small if small else k.z.button,
        bgcolor=fill,
        border=ft.Border.all(1, line) if line else None,
        border_radius=min(k.shape.button_radius, k.z.button / 2),
        padding=ft.Padding.symmetric(horizontal=k.s.s4 if small else k.s.s5),
        alignment=ft.Alignment.CENTER if expand else None,
        ink=True,
        disabled=disabled or busy,
        on_click=handler(on_click),
        expand=False,
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
    }[kind]


def side_by_side(ui: Ui, *controls: ft.Control) -> ft.Row:
    """Buttons (or cards) that share a row in equal parts."""
    for control in controls:
        control.expand = True
    return ft.Row(list(controls), spacing=ui.look.s.s3, vertical_alignment=ft.CrossAxisAlignment.START)


def icon_button(
    ui: Ui,
    icon: ft.IconData,
    name: str,
    on_click: Action | None,
    *,
    id: str | None = None,  # noqa: A002
    badge: bool = False,
    color: str | None = None,
    filled: bool = False,
) -> ft.Control:
    """An icon that is pressed; ``name`` is what screen readers and tests call it."""
    k = ui.look
    size = k.z.icon_button
    glyph = ft.Icon(icon, size=k.z.icon, color=color or k.c.on_surface, semantics_label=name)
    disc = ft.Container(
        glyph,
        width=size,
        height=size,
        border_radius=size / 2,
        alignment=ft.Alignment.CENTER,
        bgcolor=k.c.surface_container_lowest if filled else None,
        ink=True,
        on_click=handler(on_click),
    )
    if not badge:
        return named(id, disc)
    dot = ft.Container(
        width=11,
        height=11,
        border_radius=6,
        right=10,
        top=10,
        bgcolor=k.c.error,
        border=ft.Border.all(2, k.c.surface),
        ignore_interactions=True,
    )
    return named(id, ft.Stack([disc, dot], width=size, height=size))


def quick_action(
    ui: Ui,
    icon: ft.IconData,
    label: str,
    on_click: Action | None,
    *,
    primary: bool = False,
    disabled: bool = False,
    id: str | None = None,  # noqa: A002
    fill: str | None = None,
    ink: str | None = None,
) -> ft.Control:
    """An icon in a block with its word below; the word is part of the target."""
    k = ui.look
    if disabled:
        back, tint = k.c.surface_container_high, k.c.on_surface_variant
    elif primary:
        back, tint = k.c.primary, k.c.on_primary
    else:
        back, tint = fill or k.c.primary_container, ink or k.c.on_primary_container
    size = k.z.quick_action
    block = ft.Container(
        ft.Icon(icon, size=k.z.icon, color=tint),
        width=size,
        height=size,
        bgcolor=back,
        alignment=ft.Alignment.CENTER,
        border_radius=min(k.shape.quick_radius, size / 2),
    )
    word = text(
        ui,
        label,
        "label",
        color=k.c.on_surface_variant if disabled else ink,
        max_lines=2,
        align=ft.TextAlign.CENTER,
    )
    column = ft.Column(
        [block, word],
        spacing=k.s.s2 if k.shape.quick_radius < size / 2 else 6,
        tight=True,
        horizontal_alignment=ft.CrossAxisAlignment.CENTER,
    )
    target = ft.Container(
        column,
        expand=True,
        alignment=ft.Alignment.CENTER,
        border_radius=k.r.md,
        padding=ft.Padding.symmetric(vertical=k.s.s1),
        ink=True,
        disabled=disabled,
        on_click=handler(on_click),
    )
    return named(id, target)


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
    box = ft.Container(
        ft.Row(parts, spacing=6, tight=True, vertical_alignment=ft.CrossAxisAlignment.CENTER),
        # Heights come from paddings, so that a chip grows with the reader's text size.
        padding=ft.Padding(6 if leading else 14, chip_inset, 10 if trailing else 14, chip_inset),
        border_radius=k.z.chip / 2,
        bgcolor=k.c.on_surface if selected else k.c.surface_container_lowest,
        border=None if selected else ft.Border.all(1, k.c.outline_variant),
        ink=True,
        on_click=handler(on_click),
    )
    return named(id, ft.Semantics(content=box, selected=selected))


def tag(ui: Ui, label: str, *, tone: Tone = "info", icon: ft.IconData | None = None) -> ft.Control:
    """A fact in a word or two, coloured by what it means."""
    k = ui.look
    paint = k.paint(tone)
    parts: list[ft.Control] = [ft.Icon(icon, size=14, color=paint.on_container)] if icon is not None else []
    parts.append(text(ui, label, "caption", color=paint.on_container, max_lines=1))
    return ft.Container(
        ft.Row(parts, spacing=k.s.s1, tight=True, vertical_alignment=ft.CrossAxisAlignment.CENTER),
        padding=ft.Padding.symmetric(horizontal=7, vertical=(k.z.tag - k.type.steps.caption.line) / 2),
        border_radius=k.r.xs,
        bgcolor=paint.container,
    )
