"""Says that the session with the provider is over, and renews it without leaving the screen."""

from __future__ import annotations

import flet as ft

from app.core.errors import ErrorCode
from app.design.base import component, use_ui
from app.design.components import banner
from app.services import use_services, watch
from app.widgets.error_text import error_text


@component
def SessionNotice() -> ft.Control:  # noqa: N802 - a component
    """Nothing while the session is good or the wallet is locked."""
    ui, services = use_ui(), use_services()
    session, flow = watch(services.session), watch(services.session.browser)
    if session.wallet is None or not (session.needs_sign_in or flow.waiting):
        return ft.Container(visible=False)
    if flow.waiting:
        shown = banner(
            ui,
            "info",
            ui.t("Finish signing in, in your browser"),
            ui.t("This screen goes on by itself."),
            action=(ui.t("Cancel"), flow.cancel),
            id="renew-waiting",
        )
    else:
        failed = session.error if session.error and session.error.code is not ErrorCode.WRONG_PIN else None
        shown = banner(
            ui,
            "warning",
            ui.t("Sign in again"),
            error_text(ui.t, failed).sentence()
            if failed
            else ui.t("Your session has ended. Your wallet is fine; rates and purchases need a sign-in."),
            action=(ui.t("Sign in"), session.renew),
            id="renew-session",
        )
    return ft.Container(shown, padding=ft.Padding(ui.margin, ui.look.s.s2, ui.margin, 0))
