"""The frame of a screen: bar, scrolling body, pinned action; and panes where there is room."""

from __future__ import annotations

from collections.abc import Sequence

import flet as ft

from app.design.base import Action, Ui
from app.design.components.text import heading
from app.design.components.way_back import BackKey

WIDE_ACTION = 360


def gap(size: float) -> ft.Container:
    """Empty space of a step of the spacing scale."""
    return ft.Container(height=size, width=size)


def column(
    ui: Ui, controls: Sequence[ft.Control], *, spacing: float | None = None, center: bool = False
) -> ft.Column:
    """Controls under each other over the whole width."""
    return ft.Column(
        list(controls),
        spacing=ui.look.s.s3 if spacing is None else spacing,
        tight=True,
        horizontal_alignment=ft.CrossAxisAlignment.CENTER if center else ft.CrossAxisAlignment.STRETCH,
    )


def app_bar(
    ui: Ui,
    title: str,
    *,
    on_back: Action | None = None,
    actions: Sequence[ft.Control] = (),
    leading: ft.Control | None = None,
    close: bool = False,
) -> ft.Control:
    """Back (or ``leading``), title and actions; ``close`` draws a cross instead of an arrow."""
    k = ui.look
    start = leading
    if on_back is not None:
        start = BackKey(ui, on_back, close=close)
    inset = max(0, ui.margin - 12) if on_back is not None else ui.margin
    words = ft.Container(heading(ui, title) if title else None, expand=True)
    parts: list[ft.Control] = [*([start] if start else []), words, *actions]
    if k.shape.app_bar_centred and title:
        words.alignment = ft.Alignment.CENTER
        # A title in the middle needs the same room on both sides.
        if start and not actions:
            parts.append(ft.Container(width=k.z.icon_button))
    return ft.Container(
        ft.Row(parts, spacing=k.s.s1 if on_back is not None else k.s.s3),
        height=k.z.app_bar,
        padding=ft.Padding.only(left=inset, right=max(0, ui.margin - 12)),
    )


def screen(
    ui: Ui,
    *,
    bar: ft.Control | None = None,
    body: Sequence[ft.Control],
    bottom: ft.Control | None = None,
    banner: ft.Control | None = None,
    scroll: bool = True,
    narrow: bool = True,
    spacing: float | None = None,
    clear: float = 0,
    bgcolor: str | None = None,
    edge_to_edge: bool = False,
) -> ft.Control:
    """One screen: ``body`` scrolls between bar and ``bottom``, which stays in reach of the thumb.

    ``narrow`` keeps it to a reading width on wide windows. ``clear`` leaves room at the end for a bar.
    ``edge_to_edge`` drops the side margins of the body.
    """
    k = ui.look
    limit = k.z.max_reading if narrow else k.z.max_content
    side = 0 if edge_to_edge else ui.margin
    held = ft.Container(
        ft.Column(
            list(body),
            spacing=k.s.s4 if spacing is None else spacing,
            tight=scroll,
            expand=not scroll,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        ),
        width=limit + 2 * side,
        padding=ft.Padding(side, 0 if edge_to_edge and bar is None else k.s.s2, side, k.s.s6 + clear),
        expand=not scroll,
    )
    parts: list[ft.Control] = []
    if bar is not None:
        parts.append(_limited(ui, bar, limit, 0))
    if banner is not None:
        above = ft.Padding.only(top=k.s.s4) if bar is None else None
        parts.append(_limited(ui, ft.Container(banner, padding=above), limit, ui.margin))
    # Only a phone has a thumb to pin the action for; elsewhere it follows what it is about.
    follows = scroll and not ui.phone
    act = [_action(ui, bottom, limit, follows=follows)] if bottom is not None else []
    parts.append(
        ft.Column(
            [held, *(act if follows else [])],
            expand=True,
            spacing=0,
            scroll=ft.ScrollMode.AUTO if scroll else None,
            horizontal_alignment=ft.CrossAxisAlignment.CENTER,
        )
    )
    parts += [] if follows else act
    frame = ft.Column(parts, spacing=0, expand=True, horizontal_alignment=ft.CrossAxisAlignment.CENTER)
    return ft.Container(
        ft.SafeArea(frame, expand=True, avoid_intrusions_top=not edge_to_edge or bar is not None),
        bgcolor=bgcolor or k.c.surface,
        expand=True,
    )


def _action(ui: Ui, bottom: ft.Control, limit: float, *, follows: bool) -> ft.Control:
    k = ui.look
    width = limit if ui.phone else WIDE_ACTION
    inset = ft.Padding(ui.margin, 0 if follows else k.s.s2, ui.margin, k.s.s6 if ui.phone else k.s.s8)
    return ft.Container(bottom, width=width + 2 * ui.margin, padding=inset)


def _limited(ui: Ui, control: ft.Control, limit: float, side: float) -> ft.Control:
    inset = ft.Padding.symmetric(horizontal=side) if side else None
    return ft.Container(control, width=limit + 2 * ui.margin, padding=inset)


def split(ui: Ui, main: ft.Control, side: ft.Control) -> ft.Control:
    """Two panes beside each other; under each other on a phone."""
    k = ui.look
    if ui.phone:
        return column(ui, [main, side], spacing=k.s.s4)
    return ft.Row(
        [ft.Container(main, expand=True), ft.Container(side, width=k.z.side_pane + k.s.s5)],
        spacing=k.s.s6,
        vertical_alignment=ft.CrossAxisAlignment.START,
    )
