"""Sheets: from below on a phone, a centred dialog where there is room."""

from __future__ import annotations

import flet as ft

from app.design.base import Action, Ui, handler, ident
from app.design.components.icon_buttons import icon_button
from app.design.components.text import heading


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
    inner: ft.Control = ft.Column(
        parts,
        spacing=k.s.s2,
        tight=True,
        scroll=ft.ScrollMode.AUTO,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )
    if id:
        inner = ident(id, inner)
    back = bgcolor or k.c.surface_container_lowest
    barrier = ft.Colors.with_opacity(0.5, k.c.scrim)
    if ui.phone:
        column = ft.Column(
            [handle, ft.Container(inner, expand=True, expand_loose=True)],
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
