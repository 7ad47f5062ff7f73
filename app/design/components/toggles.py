"""Switches and boxes to tick, controlled and with their sentence."""

from __future__ import annotations

from collections.abc import Callable

import flet as ft

from app.design.base import Ui, handler, ident
from app.design.components.pressable import RING, focus_ring
from app.design.components.text import muted, text


def switch(
    ui: Ui,
    label: str,
    value: bool,
    on_change: Callable[[bool], object],
    *,
    id: str,  # noqa: A002
    icon: ft.IconData | None = None,
    below: str | None = None,
    disabled: bool = False,
) -> ft.Control:
    """A row with a switch; ``on_change`` gets the new value."""
    k = ui.look

    def changed(event: ft.Event[ft.Switch]) -> object:
        return on_change(bool(event.control.value))

    words: list[ft.Control] = [text(ui, label, weight=k.type.emphasis)]
    if below:
        words.append(muted(ui, below))
    toggle = ft.Switch(
        value=value,
        on_change=handler(changed),
        disabled=disabled,
        active_color=k.c.on_primary,
        active_track_color=k.c.primary,
        inactive_thumb_color=k.c.outline,
        inactive_track_color=k.c.surface_container_high,
        # The ring lies on the track, which may have the primary colour itself.
        track_outline_color={
            ft.ControlState.FOCUSED: k.c.on_surface,
            ft.ControlState.DEFAULT: ft.Colors.TRANSPARENT,
        },
        track_outline_width={ft.ControlState.FOCUSED: RING + 1, ft.ControlState.DEFAULT: 0},
    )
    parts: list[ft.Control] = [ft.Icon(icon, size=k.z.icon - 2, color=k.c.on_surface_variant)] if icon else []
    parts += [ft.Column(words, spacing=0, tight=True, expand=True), toggle]
    row = ft.Container(
        ft.Row(parts, spacing=k.s.s3), padding=ft.Padding.symmetric(vertical=6, horizontal=k.s.s4)
    )
    return ident(id, ft.MergeSemantics(content=row))


def checkbox(
    ui: Ui,
    label: str,
    value: bool,
    on_change: Callable[[bool], object],
    *,
    id: str,  # noqa: A002
    trailing: ft.Control | None = None,
) -> ft.Control:
    """A box to tick with its sentence, which wraps; ``on_change`` gets the new value."""
    k = ui.look

    def changed(event: ft.Event[ft.Checkbox]) -> object:
        return on_change(bool(event.control.value))

    box = ft.Checkbox(
        value=value,
        on_change=handler(changed),
        semantics_label=label,
        fill_color={ft.ControlState.SELECTED: k.c.primary, ft.ControlState.DEFAULT: ft.Colors.TRANSPARENT},
        check_color=k.c.on_primary,
        border_side={
            ft.ControlState.FOCUSED: focus_ring(k.c.primary),
            ft.ControlState.DEFAULT: ft.BorderSide(2, k.c.outline),
        },
        shape=ft.RoundedRectangleBorder(radius=6),
    )
    sentence = ft.Container(
        text(ui, label),
        expand=True,
        padding=ft.Padding.only(top=9),
        on_click=handler(lambda: on_change(not value)),
    )
    parts: list[ft.Control] = [box, sentence]
    if trailing:
        parts.append(trailing)
    return ident(id, ft.Row(parts, spacing=k.s.s1, vertical_alignment=ft.CrossAxisAlignment.START))
