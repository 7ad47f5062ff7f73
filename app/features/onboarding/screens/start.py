"""The moment of starting, and the answer when the wallet is open in another window."""

from __future__ import annotations

import flet as ft

from app.design.base import component, use_ui
from app.design.components import error_state, logo, screen
from app.services import use_services, watch
from app.widgets.error_text import error_text


@component
def StartingScreen() -> ft.Control:  # noqa: N802 - a component
    """The brand's sign, or why the data of this device cannot be read."""
    ui, services = use_ui(), use_services()
    session = watch(services.session)
    if session.error is None:
        mark = ft.Container(
            logo(ui, "mark", ui.look.s.s16), alignment=ft.Alignment.CENTER, expand=True, padding=ui.margin
        )
        return screen(ui, body=[mark], scroll=False)
    words = error_text(ui.t, session.error)
    state = error_state(
        ui,
        words.title,
        words.next_step,
        (ui.t("Try again"), session.start),
        icon=ft.Icons.SD_CARD_ALERT_OUTLINED,
    )
    return screen(ui, body=[state])


@component
def ElsewhereScreen() -> ft.Control:  # noqa: N802 - a component
    """One wallet, one window."""
    ui, services = use_ui(), use_services()
    session = watch(services.session)
    state = error_state(
        ui,
        ui.t("Your wallet is open in another window"),
        ui.t("Only one window at a time may use it, so that nothing is sent twice. Close the other one."),
        (ui.t("Try again"), session.start),
        icon=ft.Icons.TAB_UNSELECTED_ROUNDED,
    )
    return screen(ui, body=[ft.Semantics(content=state, identifier="elsewhere")])
