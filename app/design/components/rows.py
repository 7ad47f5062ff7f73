"""Rows of a list: the whole row is what is pressed."""

from __future__ import annotations

import flet as ft

from app.design.base import Action, Tone, Ui
from app.design.components.pressable import pressable
from app.design.components.surfaces import named
from app.design.components.text import muted, text


def row_item(
    ui: Ui,
    *,
    leading: ft.Control | None,
    title: str,
    subtitle: str | ft.Control | None = None,
    trailing_top: str | ft.Control | None = None,
    trailing_bottom: str | ft.Control | None = None,
    middle: ft.Control | None = None,
    on_click: Action | None = None,
    id: str | None = None,  # noqa: A002
    dense: bool = False,
    tone: Tone | None = None,
    selected: bool = False,
    stacked: bool = False,
) -> ft.Control:
    """A row of a list: picture, two lines, two lines at the right; the whole row is the target.

    ``stacked``, for large texts, puts what stands at the right below, and lets every line wrap.
    """
    k = ui.look
    strong = k.paint(tone).strong if tone else None
    most = None if stacked else 1
    left: list[ft.Control] = [text(ui, title, weight=k.type.emphasis, color=strong, max_lines=most)]
    if subtitle is not None:
        left.append(subtitle if isinstance(subtitle, ft.Control) else muted(ui, subtitle, max_lines=most))
    right = _trailing(ui, trailing_top, trailing_bottom, most)
    two_lines = len(left) > 1 or len(right) > 0
    if stacked:
        left, right = [*left, *right], []
    parts = [leading] if leading else []
    parts.append(ft.Column(left, spacing=0, tight=True, expand=True))
    parts += [middle] if middle else []
    if right:
        ends = ft.CrossAxisAlignment.END
        parts.append(ft.Column(right, spacing=0, tight=True, horizontal_alignment=ends))
    line = ft.Row(parts, spacing=k.s.s3, vertical_alignment=ft.CrossAxisAlignment.CENTER)
    # The padding makes the row's height, so that it grows with the reader's text size.
    inset = ft.Padding.symmetric(vertical=_row_padding(ui, dense, two_lines=two_lines), horizontal=k.s.s4)
    row = _row(ui, line, inset, on_click)
    if selected:
        bar = ft.Border(left=ft.BorderSide(3, k.c.primary))
        row = ft.Container(row, bgcolor=k.c.primary_container, border=bar)
    return named(id, row)


def _row(ui: Ui, line: ft.Row, inset: ft.Padding, on_click: Action | None) -> ft.Control:
    if on_click is None:
        return ft.Container(line, padding=inset)
    # As round as the card, which would cut off the corners of its first and last row's ring.
    return pressable(ui, line, on_click, radius=ui.look.r.lg, padding=inset, place="within", middle=False)


def _row_padding(ui: Ui, dense: bool, *, two_lines: bool) -> float:
    k = ui.look
    height = k.z.list_row_dense if dense else k.z.list_row
    lines = k.type.steps.body.line + (k.type.steps.label.line if two_lines else 0)
    return max(k.s.s2, (height - max(lines, k.z.avatar if two_lines else 0)) / 2)


def _trailing(
    ui: Ui, top: str | ft.Control | None, bottom: str | ft.Control | None, most: int | None
) -> list[ft.Control]:
    k = ui.look
    lines: list[ft.Control] = []
    if top is not None:
        lines.append(
            top if isinstance(top, ft.Control) else text(ui, top, weight=k.type.emphasis, max_lines=most)
        )
    if bottom is not None:
        lines.append(bottom if isinstance(bottom, ft.Control) else muted(ui, bottom, max_lines=most))
    return lines


def chevron(ui: Ui) -> ft.Icon:
    """The mark at the right of a row that leads somewhere."""
    return ft.Icon(ft.Icons.CHEVRON_RIGHT_ROUNDED, size=22, color=ui.look.c.on_surface_variant)


def setting_row(
    ui: Ui,
    icon: ft.IconData,
    title: str,
    on_click: Action | None,
    *,
    value: str = "",
    id: str | None = None,  # noqa: A002
    tone: Tone | None = None,
) -> ft.Control:
    """A row of the settings: icon, name, muted value, chevron."""
    k = ui.look
    color = k.paint(tone).strong if tone else k.c.on_surface_variant
    parts: list[ft.Control] = [
        ft.Icon(icon, size=k.z.icon - 2, color=color),
        text(ui, title, weight=k.type.emphasis, color=k.paint(tone).strong if tone else None, expand=True),
    ]
    if value:
        parts.append(muted(ui, value))
    if on_click:
        parts.append(chevron(ui))
    inset = ft.Padding.symmetric(vertical=max(k.s.s3, (52 - k.type.steps.body.line) / 2), horizontal=k.s.s4)
    return named(id, _row(ui, ft.Row(parts, spacing=k.s.s3), inset, on_click))
