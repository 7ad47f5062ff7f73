"""Banners, skeletons, and the empty and error states of a screen."""

from __future__ import annotations

from collections.abc import Callable

import flet as ft

from app.design.base import Action, Tone, Ui
from app.design.components.pressable import pressable
from app.design.components.surfaces import named
from app.design.components.text import muted, text

SHORT_ACTION = 12
SHORT_WORDS = 40
Call = tuple[str, Callable[..., object]]
ICONS: dict[Tone, ft.IconData] = {
    "info": ft.Icons.INFO_ROUNDED,
    "success": ft.Icons.CHECK_CIRCLE_ROUNDED,
    "warning": ft.Icons.WARNING_AMBER_ROUNDED,
    "error": ft.Icons.ERROR_ROUNDED,
    "neutral": ft.Icons.INFO_ROUNDED,
    "primary": ft.Icons.INFO_ROUNDED,
}


def banner(
    ui: Ui,
    tone: Tone,
    title: str,
    text_: str | None = None,
    *,
    action: Call | None = None,
    icon: ft.IconData | None = None,
    id: str | None = None,  # noqa: A002
) -> ft.Control:
    """A message in the flow of the screen: icon, title, one line, at most one text action. Announced."""
    k = ui.look
    paint = k.paint(tone)
    words: list[ft.Control] = [text(ui, title, weight=k.type.strong, color=paint.on_container)]
    if text_:
        words.append(muted(ui, text_, color=paint.on_container))
    parts: list[ft.Control] = [
        ft.Container(
            ft.Icon(ICONS[tone] if icon is None else icon, size=20, color=paint.on_container),
            padding=ft.Padding.only(top=1),
        ),
        ft.Column(words, spacing=0, tight=True, expand=True),
    ]
    if action:
        act = link(ui, *action, color=paint.on_container)
        if len(action[0]) > SHORT_ACTION or len(text_ or "") > SHORT_WORDS:
            # Beside it the words would be squeezed into a column.
            words.append(ft.Row([act], tight=True))
        else:
            parts.append(act)
    beside = len(parts) > 2
    box = ft.Container(
        ft.Row(
            parts,
            spacing=k.s.s3,
            vertical_alignment=ft.CrossAxisAlignment.CENTER if beside else ft.CrossAxisAlignment.START,
        ),
        bgcolor=paint.container,
        border_radius=k.r.md,
        padding=ft.Padding.symmetric(vertical=k.s.s3, horizontal=k.s.s4),
    )
    return named(id, ft.Semantics(content=box, live_region=True))


def link(
    ui: Ui,
    label: str,
    on_click: Action,
    *,
    color: str | None = None,
    id: str | None = None,  # noqa: A002
) -> ft.Control:
    """A word that can be pressed, with room around it for a finger."""
    k = ui.look
    word = text(ui, label, "label", weight=k.type.strong, color=color or k.c.primary)
    inset = ft.Padding.symmetric(vertical=13, horizontal=k.s.s2)
    box = pressable(ui, word, on_click, padding=inset, radius=k.r.sm, ring=color, shade=color, place="within")
    return named(id, box)
