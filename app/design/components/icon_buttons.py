"""Icons that are pressed: alone, or with their word below."""

from __future__ import annotations

import flet as ft

from app.design.base import Action, Ui
from app.design.components.pressable import pressable
from app.design.components.surfaces import named
from app.design.components.text import text


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
    disc = pressable(
        ui,
        glyph,
        on_click,
        radius=size / 2,
        fill=k.c.surface_container_lowest if filled else None,
        # Close together and near edges: around them, rings would be cut off.
        place="within",
        ring=color,
        shade=color,
        width=size,
        height=size,
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
        # On a coloured ground a neutral block would be lost.
        back = ft.Colors.with_opacity(0.5, fill) if fill else k.c.surface_container_high
        tint = k.c.on_surface_variant
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
    target = pressable(
        ui,
        column,
        on_click,
        expand=True,
        radius=k.r.md,
        padding=ft.Padding.symmetric(vertical=k.s.s1),
        place="within",
        ring=ink,
        shade=ink,
        disabled=disabled,
    )
    return named(id, target)
