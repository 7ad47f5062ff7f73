"""What every brand's welcome has: promise, ways in, logo and language."""

from __future__ import annotations

import flet as ft

from app.design.base import StepName, Ui
from app.design.components import button, logo, muted, text
from app.design.components.scale import LARGE
from app.features.onboarding.parts import stacked
from app.features.onboarding.screens.language import LanguageChip
from app.services import Services
from app.stores.session import Wish


def actions(ui: Ui, services: Services) -> ft.Control:
    """The two ways in."""
    session = services.session
    return stacked(
        ui,
        button(ui, ui.t("Create account"), lambda: session.begin(Wish.REGISTER), id="welcome-create"),
        button(
            ui,
            ui.t("I already have a wallet"),
            lambda: session.begin(Wish.SIGN_IN),
            kind="text",
            id="welcome-restore",
        ),
    )


def promise(ui: Ui, align: ft.TextAlign | None = None, *, scale: float = 1) -> list[ft.Control]:
    """What this is, in two lines and a sentence; at large text sizes a title is large enough."""
    step: StepName = "display" if scale < LARGE else "title"
    return [
        ft.Semantics(content=text(ui, ui.t("Your money,\nyour own key"), step, align=align), header=True),
        muted(
            ui,
            ui.t("Hold, receive and send. Nobody else can move your funds, and that includes us."),
            "body",
            align=align,
        ),
    ]


def head(ui: Ui) -> ft.Control:
    """Logo and language."""
    return ft.Row(
        [logo(ui), LanguageChip()],
        alignment=ft.MainAxisAlignment.SPACE_BETWEEN,
        vertical_alignment=ft.CrossAxisAlignment.CENTER,
        height=ui.look.z.app_bar,
    )


def page(ui: Ui, content: ft.Control, *, safe_top: bool = True) -> ft.Control:
    """The whole window in the colour of the page."""
    return ft.Container(
        ft.SafeArea(content, expand=True, avoid_intrusions_top=safe_top),
        bgcolor=ui.look.c.surface,
        expand=True,
    )
