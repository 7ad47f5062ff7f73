"""Changing the PIN: the old one, then the new one twice."""

from __future__ import annotations

import flet as ft

from app.core.paths import SETTINGS
from app.design.base import component, use_ui
from app.design.components import app_bar, error_state
from app.features.settings.parts import pin_step, sub_screen, use_step_up
from app.services import use_services
from app.widgets.error_text import error_banner
from app.widgets.go import go
from app.widgets.new_pin import NewPin
from app.widgets.pin_screen import pin_frame


@component
def ChangePinScreen() -> ft.Control:  # noqa: N802 - a component
    """Three steps on one screen."""
    ui, services = use_ui(), use_services()
    store = use_step_up(services)
    title = ui.t("Change PIN")
    if store.changed:
        done = error_state(
            ui,
            ui.t("Your PIN is changed"),
            ui.t("From now on the new one opens this app and confirms payments."),
            (ui.t("Done"), lambda: go(SETTINGS)),
            icon=ft.Icons.CHECK_ROUNDED,
        )
        return sub_screen(ui, title, [done])
    if not store.confirmed:
        return pin_step(
            ui, services, store, store.confirm, title=title, words=ui.t("First your present PIN.")
        )
    bar = app_bar(ui, title, on_back=lambda: go(SETTINGS))
    frame = pin_frame(ui, bar, banner=error_banner(ui, store.error, id="settings-error"))
    words = ui.t("6 digits or more.")
    return NewPin(ui.t("Choose a new PIN"), words, store.change_pin, frame, epoch=services.session.epoch)
