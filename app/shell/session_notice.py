"""Says that the session with the provider is over, and renews it without leaving the screen."""

from __future__ import annotations

import flet as ft

from app.core.errors import AppError, ErrorCode
from app.design.base import Ui, component, use_ui
from app.design.components import banner
from app.services import use_services, watch
from app.widgets.error_text import error_text


def _words(ui: Ui, failed: AppError | None, *, own: bool) -> str:
    if failed is not None:
        return error_text(ui.t, failed).sentence()
    if own:
        return ui.t("Your wallet works as before. Only rates need a sign-in.")
    return ui.t("Your session has ended. You can use your wallet as before; only rates need a sign-in.")


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
        own = session.signed_out and failed is None
        shown = banner(
            ui,
            "info" if own else "warning",
            ui.t("You are signed out") if own else ui.t("Sign in again"),
            _words(ui, failed, own=own),
            action=(ui.t("Sign in"), session.renew),
            id="renew-session",
        )
    return ft.Container(shown, padding=ft.Padding(ui.margin, ui.look.s.s2, ui.margin, 0))
