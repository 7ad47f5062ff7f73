"""Cards, rows and facts: the blocks that hold content."""

from __future__ import annotations

from collections.abc import Sequence

import flet as ft

from app.design.base import Action, Ui, ident
from app.design.components.pressable import pressable
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
    inset = k.s.s4 if padding is None else padding
    back = bgcolor or k.c.surface_container_lowest
    if on_click is not None:
        line_color = k.c.outline_variant if k.shape.card_line else None
        target = pressable(
            ui,
            content,
            on_click,
            radius=k.r.lg,
            fill=back,
            line=line_color,
            padding=inset,
            middle=False,
            place="within",
        )
        return named(id, target)
    line = ft.Border.all(k.shape.card_line, k.c.outline_variant) if k.shape.card_line else None
    box = ft.Container(
        content,
        bgcolor=back,
        border=line,
        border_radius=k.r.lg,
        padding=inset,
        alignment=ft.Alignment.TOP_LEFT,
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


def list_card(
    ui: Ui,
    rows: Sequence[ft.Control],
    *,
    id: str | None = None,  # noqa: A002
    inside: bool = False,
) -> ft.Control:
    """One card with hairlines between its rows; ``inside`` another card a fill without a line."""
    lined: list[ft.Control] = [
        ft.Container(row, border=ft.Border(top=hairline(ui)) if index else None)
        for index, row in enumerate(rows)
    ]
    column = ft.Column(lined, spacing=0, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH)
    if inside:
        block = panel(ui, column, padding=0)
        block.clip_behavior = ft.ClipBehavior.ANTI_ALIAS
        return named(id, block)
    return card(ui, column, padding=0, clip=True, id=id)


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
    lined: list[ft.Control] = [
        row if index == 0 else ft.Container(row, border=ft.Border(top=hairline(ui)))
        for index, row in enumerate(facts)
    ]
    return ft.Column(lined, spacing=0, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH)


def facts_card(ui: Ui, facts: Sequence[ft.Control], *, id: str | None = None) -> ft.Control:  # noqa: A002
    """Facts in a card, with hairlines between."""
    inset = ft.Padding.symmetric(vertical=ui.look.s.s1, horizontal=ui.look.s.s4)
    return card(ui, facts_column(ui, facts), padding=inset, id=id)
