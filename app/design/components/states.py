"""What a screen shows before there is content: skeletons, the empty and the error state."""

from __future__ import annotations

import flet as ft

from app.design.base import Ui
from app.design.components.buttons import button
from app.design.components.feedback import Call
from app.design.components.motion import Patient
from app.design.components.pictures import Spot, icon_disc, spot
from app.design.components.surfaces import panel
from app.design.components.text import muted, text


def skeleton(ui: Ui, width: float | None, height: float, *, radius: float = 6) -> ft.Control:
    """A block in the shape of what is on its way; it shimmers unless less motion was asked for."""
    k = ui.look
    block = ft.Container(width=width, height=height, border_radius=radius, bgcolor=k.c.surface_container_high)
    return Patient(ui, _shimmering(ui, block))


def _shimmering(ui: Ui, content: ft.Control) -> ft.Control:
    if ui.reduced_motion:
        return content
    c = ui.look.c
    return ft.Shimmer(
        content, base_color=c.surface_container_high, highlight_color=c.surface_container_low, period=1200
    )


def skeleton_rows(ui: Ui, n: int, *, inside: bool = False) -> ft.Control:
    """Rows of a list that is on its way, in one card; ``inside`` another card a fill without a line."""
    k = ui.look
    line = k.type.steps.label.line * 0.72
    row_height = k.z.list_row
    rows: list[ft.Control] = []
    for index in range(n):
        blocks: list[ft.Control] = [
            _block(ui, k.z.avatar, k.z.avatar, k.z.avatar / 2),
            ft.Column([_block(ui, 92, line), _block(ui, 64, line)], spacing=k.s.s2, tight=True, expand=True),
            ft.Column(
                [_block(ui, 78, line), _block(ui, 44, line)],
                spacing=k.s.s2,
                tight=True,
                horizontal_alignment=ft.CrossAxisAlignment.END,
            ),
        ]
        top = ft.Border(top=ft.BorderSide(1, k.c.outline_variant)) if index else None
        inset = ft.Padding.symmetric(horizontal=k.s.s4)
        rows.append(
            ft.Container(ft.Row(blocks, spacing=k.s.s3), height=row_height, padding=inset, border=top)
        )
    inner = _shimmering(ui, ft.Column(rows, spacing=0, tight=True))
    if inside:
        block = panel(ui, inner, padding=0)
    else:
        line_around = ft.Border.all(k.shape.card_line, k.c.outline_variant) if k.shape.card_line else None
        block = ft.Container(
            inner, border=line_around, border_radius=k.r.lg, bgcolor=k.c.surface_container_lowest
        )
    return ft.Semantics(content=Patient(ui, block), label=ui.t("Loading"), exclude_semantics=True)


def _block(ui: Ui, width: float, height: float, radius: float = 6) -> ft.Container:
    return ft.Container(
        width=width, height=height, border_radius=radius, bgcolor=ui.look.c.surface_container_high
    )


def empty_state(ui: Ui, picture: Spot, title: str, words: str, action: Call | None = None) -> ft.Control:
    """What this place is for, before there is anything in it."""
    return _state(ui, spot(ui, picture), title, words, action)


def error_state(
    ui: Ui,
    title: str,
    words: str,
    action: Call | None = None,
    *,
    icon: ft.IconData = ft.Icons.CLOUD_OFF_ROUNDED,
) -> ft.Control:
    """What happened, what is safe, and the one thing to do."""
    return _state(ui, icon_disc(ui, icon, "warning", ui.look.s.s16), title, words, action)


def _state(ui: Ui, picture: ft.Control, title: str, words: str, action: Call | None) -> ft.Control:
    k = ui.look
    parts: list[ft.Control] = [
        picture,
        ft.Container(height=k.s.s2),
        ft.Semantics(content=text(ui, title, "title", align=ft.TextAlign.CENTER), header=True),
        ft.Container(muted(ui, words, "body", align=ft.TextAlign.CENTER), width=300),
    ]
    if action:
        act = button(ui, action[0], action[1], expand=False, id="state-action")
        parts += [ft.Container(height=k.s.s4), act]
    column = ft.Column(parts, spacing=k.s.s1, tight=True, horizontal_alignment=ft.CrossAxisAlignment.CENTER)
    return ft.Container(
        column,
        alignment=ft.Alignment.CENTER,
        padding=ft.Padding.symmetric(vertical=k.s.s10, horizontal=k.s.s2),
    )
