"""Sheets: from below on a phone, a centred dialog where there is room."""

from __future__ import annotations

import math

import flet as ft

from app.design.base import Action, Ui, component, handler, ident, use_state
from app.design.components.icon_buttons import icon_button
from app.design.components.text import heading

# Taller than most: the sheet shrinks to its content while it slides in, which is not seen.
FIRST_GUESS = 360


@component
def Fitting(content: ft.Control) -> ft.Control:  # noqa: N802 - a component
    """As high as its content, and scrolling where the window is lower than that.

    A scrolling column takes all the height it can get, so the content tells how high it is.
    """
    height, set_height = use_state(FIRST_GUESS)

    def sized(event: ft.LayoutSizeChangeEvent[ft.Container]) -> None:
        set_height(math.ceil(event.height))

    most = (ft.context.page.height or 800) * 0.92 - 72
    return ft.Column(
        [ft.Container(content, on_size_change=handler(sized))],
        height=min(height, most),
        scroll=ft.ScrollMode.AUTO,
        spacing=0,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )


def _sliding(ui: Ui) -> ft.AnimationStyle:
    motion = ui.look.motion
    return ft.AnimationStyle(
        duration=motion.instant if ui.reduced_motion else motion.slow,
        reverse_duration=motion.instant if ui.reduced_motion else motion.fast,
    )


def sheet(
    ui: Ui,
    title: str,
    body: ft.Control,
    on_close: Action,
    *,
    id: str | None = None,  # noqa: A002
    bgcolor: str | None = None,
) -> ft.DialogControl:
    """A dialog for ``use_dialog``: handle and title on a phone, 480 wide in the middle elsewhere."""
    k = ui.look
    close = icon_button(ui, ft.Icons.CLOSE_ROUNDED, ui.t("Close"), on_close, color=k.c.on_surface_variant)
    head = ft.Row(
        [ft.Container(heading(ui, title), expand=True), close],
        vertical_alignment=ft.CrossAxisAlignment.CENTER,
    )
    handle = ft.Row(
        [
            ft.Container(
                width=k.z.sheet_handle_w,
                height=k.z.sheet_handle_h,
                border_radius=k.z.sheet_handle_h / 2,
                bgcolor=k.c.surface_container_highest,
            )
        ],
        alignment=ft.MainAxisAlignment.CENTER,
    )
    parts: list[ft.Control] = [head, body]
    column = ft.Column(parts, spacing=k.s.s2, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH)
    inner: ft.Control = Fitting(column)
    if id:
        inner = ident(id, inner)
    back = bgcolor or k.c.surface_container_lowest
    barrier = ft.Colors.with_opacity(0.5, k.c.scrim)
    if ui.phone:
        column = ft.Column(
            [handle, inner],
            spacing=6,
            tight=True,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        )
        return ft.BottomSheet(
            ft.SafeArea(
                ft.Container(column, padding=ft.Padding(ui.margin, 10, ui.margin, k.s.s6)),
                avoid_intrusions_top=False,
            ),
            scrollable=True,
            draggable=True,
            bgcolor=back,
            barrier_color=barrier,
            elevation=0,
            animation_style=_sliding(ui),
            shape=ft.RoundedRectangleBorder(radius=ft.BorderRadius.only(top_left=k.r.xl, top_right=k.r.xl)),
            on_dismiss=handler(on_close),
        )
    return ft.AlertDialog(
        content=ft.Container(inner, width=k.z.dialog, padding=ft.Padding(k.s.s6, k.s.s4, k.s.s6, k.s.s6)),
        content_padding=0,
        title_padding=0,
        actions_padding=0,
        inset_padding=ft.Padding.all(k.s.s6),
        bgcolor=back,
        barrier_color=barrier,
        elevation=0,
        shadow_color=ft.Colors.TRANSPARENT,
        shape=ft.RoundedRectangleBorder(radius=k.r.xl),
        on_dismiss=handler(on_close),
    )
