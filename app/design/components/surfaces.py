"""Cards, rows and facts: the blocks that hold content."""

from __future__ import annotations

from collections.abc import Sequence

import flet as ft

from app.design.base import Action, Tone, Ui, handler, ident
from app.design.components.text import muted, text

Inset = float | ft.Padding


def named(id: str | None, control: ft.Control, label: str | None = None) -> ft.Control:  # noqa: A002
    """The control under its test id, if it has one."""
    return ident(id, control, label) if id else control


def hairline(ui: Ui) -> ft.BorderSide:
    """The line between the rows of a list."""
    return ft.BorderSide(1, ui.look.c.outline_variant)


def card(
    ui: Ui,
    content: ft.Control,
    *,
    padding: Inset | None = None,
    on_click: Action | None = None,
    id: str | None = None,  # noqa: A002
    bgcolor: str | None = None,
    clip: bool = False,
) -> ft.Control:
    """The block of a screen: white with a hairline or, by brand, filled without one. As wide as it may be."""
    k = ui.look
    line = ft.Border.all(k.shape.card_line, k.c.outline_variant) if k.shape.card_line else None
    box = ft.Container(
        content,
        bgcolor=bgcolor or k.c.surface_container_lowest,
        border=line,
        border_radius=k.r.lg,
        padding=k.s.s4 if padding is None else padding,
        alignment=ft.Alignment.TOP_LEFT,
        ink=on_click is not None,
        on_click=handler(on_click),
        clip_behavior=ft.ClipBehavior.ANTI_ALIAS if clip else None,
    )
    return named(id, box)


def panel(ui: Ui, content: ft.Control, *, padding: Inset | None = None) -> ft.Container:
    """A block inside a card: filled, never with a line of its own."""
    k = ui.look
    return ft.Container(
        content,
        bgcolor=k.c.surface_container_low,
        border_radius=k.r.md,
        padding=ft.Padding.symmetric(vertical=14, horizontal=k.s.s4) if padding is None else padding,
        alignment=ft.Alignment.TOP_LEFT,
    )


def list_card(ui: Ui, rows: Sequence[ft.Control], *, id: str | None = None) -> ft.Control:  # noqa: A002
    """One card with hairlines between its rows."""
    lined = [
        row if index == 0 else ft.Container(row, border=ft.Border(top=hairline(ui)))
        for index, row in enumerate(rows)
    ]
    column = ft.Column(lined, spacing=0, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH)
    return card(ui, column, padding=0, clip=True, id=id)


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
) -> ft.Control:
    """A row of a list: picture, two lines, two lines at the right; the whole row is the target."""
    k = ui.look
    strong = k.paint(tone).strong if tone else None
    left: list[ft.Control] = [text(ui, title, weight=k.type.emphasis, color=strong, max_lines=1)]
    if subtitle is not None:
        left.append(subtitle if isinstance(subtitle, ft.Control) else muted(ui, subtitle, max_lines=1))
    right = _trailing(ui, trailing_top, trailing_bottom)
    parts = [leading] if leading else []
    parts.append(ft.Column(left, spacing=0, tight=True, expand=True))
    parts += [middle] if middle else []
    parts += right
    row = ft.Container(
        ft.Row(parts, spacing=k.s.s3, vertical_alignment=ft.CrossAxisAlignment.CENTER),
        # The padding makes the row's height, so that it grows with the reader's text size.
        padding=ft.Padding.symmetric(
            vertical=_row_padding(ui, dense, two_lines=len(left) > 1 or len(right) > 0), horizontal=k.s.s4
        ),
        bgcolor=k.c.primary_container if selected else None,
        border=ft.Border(left=ft.BorderSide(3, k.c.primary)) if selected else None,
        ink=on_click is not None,
        on_click=handler(on_click),
    )
    return named(id, row)


def _row_padding(ui: Ui, dense: bool, *, two_lines: bool) -> float:
    k = ui.look
    height = k.z.list_row_dense if dense else k.z.list_row
    lines = k.type.steps.body.line + (k.type.steps.label.line if two_lines else 0)
    return max(k.s.s2, (height - max(lines, k.z.avatar if two_lines else 0)) / 2)


def _trailing(ui: Ui, top: str | ft.Control | None, bottom: str | ft.Control | None) -> list[ft.Control]:
    k = ui.look
    lines: list[ft.Control] = []
    if top is not None:
        lines.append(
            top if isinstance(top, ft.Control) else text(ui, top, weight=k.type.emphasis, max_lines=1)
        )
    if bottom is not None:
        lines.append(bottom if isinstance(bottom, ft.Control) else muted(ui, bottom, max_lines=1))
    if not lines:
        return []
    return [ft.Column(lines, spacing=0, tight=True, horizontal_alignment=ft.CrossAxisAlignment.END)]


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
    row = ft.Container(
        ft.Row(parts, spacing=k.s.s3),
        padding=ft.Padding.symmetric(
            vertical=max(k.s.s3, (52 - k.type.steps.body.line) / 2), horizontal=k.s.s4
        ),
        ink=on_click is not None,
        on_click=handler(on_click),
    )
    return named(id, row)


def fact(
    ui: Ui,
    name: str,
    value: str | ft.Control,
    below: str | None = None,
    *,
    copy: ft.Control | None = None,
    id: str | None = None,  # noqa: A002
) -> ft.Control:
    """A name at the left and its value at the right, with a quiet line below; ``copy`` is a copy button."""
    k = ui.look
    right: list[ft.Control] = [
        value
        if isinstance(value, ft.Control)
        else text(ui, value, weight=k.type.emphasis, align=ft.TextAlign.RIGHT, selectable=True)
    ]
    if below:
        right.append(muted(ui, below, "caption", align=ft.TextAlign.RIGHT))
    column = ft.Column(right, spacing=0, tight=True, expand=5, horizontal_alignment=ft.CrossAxisAlignment.END)
    row = ft.Row(
        [
            ft.Container(muted(ui, name), expand=3, padding=ft.Padding.only(top=2)),
            column,
            *([copy] if copy else []),
        ],
        vertical_alignment=ft.CrossAxisAlignment.START,
        spacing=k.s.s3,
    )
    return named(id, ft.Container(row, padding=ft.Padding.symmetric(vertical=k.s.s3)))


def facts_column(ui: Ui, facts: Sequence[ft.Control]) -> ft.Column:
    """Facts with hairlines between, without a card of their own."""
    lined = [
        row if index == 0 else ft.Container(row, border=ft.Border(top=hairline(ui)))
        for index, row in enumerate(facts)
    ]
    return ft.Column(lined, spacing=0, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH)


def facts_card(ui: Ui, facts: Sequence[ft.Control], *, id: str | None = None) -> ft.Control:  # noqa: A002
    """Facts in a card, with hairlines between."""
    inset = ft.Padding.symmetric(vertical=ui.look.s.s1, horizontal=ui.look.s.s4)
    return card(ui, facts_column(ui, facts), padding=inset, id=id)
