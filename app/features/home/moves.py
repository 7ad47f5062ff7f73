"""The ways to move money from Home: Send and Receive, as blocks and as buttons."""

from __future__ import annotations

from typing import Final

import flet as ft

from app.design.base import Action, Ui, component
from app.design.components import Kind, button, column, muted, quick_action
from app.design.components.scale import LARGE, use_text_scale
from app.features.home.actions import HomeActions
from app.features.home.state import HomeState

SEND_ID: Final = "home-send"


@component
def quick_actions(
    ui: Ui, state: HomeState, actions: HomeActions, *, fill: str | None = None, ink: str | None = None
) -> ft.Control:
    """Receive and Send; sending needs a connection and says so."""
    scale, probe = use_text_scale(ui)
    icons = ft.Icons
    choices = (
        (icons.SOUTH_WEST_ROUNDED, ui.t("Receive"), actions.receive, "home-receive"),
        (icons.NORTH_EAST_ROUNDED, ui.t("Send"), actions.send, SEND_ID),
        (icons.RECEIPT_LONG_OUTLINED, ui.t("Activity"), actions.activity, "home-activity"),
    )
    blocks = [
        quick_action(
            ui,
            icon,
            words,
            action,
            primary=fill is None and name == SEND_ID,
            disabled=state.offline and name == SEND_ID,
            id=name,
            fill=fill,
            ink=ink,
        )
        for icon, words, action, name in choices
    ]
    # At large text a third of the width would break the words.
    count = 2 if scale >= LARGE else len(blocks)
    rows: list[ft.Control] = [
        ft.Row([ft.Container(one, expand=True) for one in blocks[start : start + count]], spacing=0)
        for start in range(0, len(blocks), count)
    ]
    if not state.offline:
        return column(ui, [probe, *rows], spacing=0)
    why = muted(ui, ui.t("Receiving works offline. Sending needs a connection."), align=ft.TextAlign.CENTER)
    return column(ui, [probe, *rows, ft.Container(why, padding=ft.Padding.only(top=ui.look.s.s2))], spacing=0)


def move_buttons(
    ui: Ui,
    send: Action,
    receive: Action,
    *,
    prefix: str,
    kind: Kind,
    offline: bool,
    expand: bool = True,
    icons: bool = True,
) -> tuple[ft.Control, ft.Control]:
    """Send and receive as buttons; sending needs a connection."""
    return (
        button(
            ui,
            ui.t("Send"),
            send,
            kind=kind,
            icon=ft.Icons.NORTH_EAST_ROUNDED if icons else None,
            expand=expand,
            disabled=offline,
            id=f"{prefix}-send",
        ),
        button(
            ui,
            ui.t("Receive"),
            receive,
            kind="outlined",
            icon=ft.Icons.SOUTH_WEST_ROUNDED if icons else None,
            expand=expand,
            id=f"{prefix}-receive",
        ),
    )
