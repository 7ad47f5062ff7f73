"""Choosing the PIN of this device."""

from __future__ import annotations

import flet as ft

from app.design.base import component, use_ui
from app.design.components import app_bar, step_bar
from app.features.onboarding.parts import STEPS
from app.services import use_services, watch
from app.widgets.new_pin import NewPin
from app.widgets.pin_screen import pin_frame


@component
def PinScreen() -> ft.Control:  # noqa: N802 - a component
    """Twice, with a warning where it is easy to guess."""
    ui, services = use_ui(), use_services()
    session = watch(services.session)
    corner = ft.Container(step_bar(ui, 1, 1, STEPS), padding=ft.Padding.symmetric(horizontal=ui.look.s.s3))
    bar = app_bar(ui, "", on_back=session.back, actions=[corner])
    return NewPin(
        ui.t("Choose a PIN"),
        ui.t("6 digits or more. It opens the app on this device and confirms payments."),
        session.choose_pin,
        pin_frame(ui, bar, alone=True),
        epoch=session.epoch,
    )
