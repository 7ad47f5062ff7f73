"""The wallet password: chosen anew, or asked for when the service already holds a wallet."""

from __future__ import annotations

from typing import Final

import flet as ft

from app.core.i18n import mark
from app.core.secret import Secret
from app.design.base import component, use_state, use_ui
from app.design.components import banner, button, field, password_meter
from app.features.onboarding.parts import stacked, step_screen
from app.services import use_services, watch
from app.widgets.error_text import error_banner, error_text

_VERDICTS: Final = (
    mark("Very easy to guess. Add words."),
    mark("Easy to guess. Add words."),
    mark("Nearly. One more word."),
    mark("Strong."),
    mark("Very strong."),
)


@component
def PasswordScreen() -> ft.Control:  # noqa: N802 - a component
    """Strength is judged by the SDK's own rule while typing."""
    ui, services = use_ui(), use_services()
    session = watch(services.session)
    value, set_value = use_state("")
    known = (bool(session.found) or session.password_due) and not session.restoring
    strength = session.password_strength(Secret(value)) if value else None

    def change(text: str) -> None:
        session.dismiss()
        set_value(text)

    def forgot() -> None:
        set_value("")
        session.restore_by_phrase()

    async def go_on() -> None:
        if strength is not None and strength.accepted:
            await session.secure(Secret(value))

    if known:
        heading = ui.t("Your wallet password")
        words = ui.t("This account has a wallet already. Its password opens it here too.")
        helper = ui.t("It is the password you chose when you made the wallet, not the one of your sign-in.")
        meter = None
    else:
        heading = ui.t("Choose a wallet password")
        words = ui.t("It protects your wallet when you move to another device. The PIN is for every day.")
        if session.restoring:
            heading = ui.t("Choose a new wallet password")
            words = ui.t(
                "Your recovery phrase comes next and opens your wallet, with the same addresses and money."
            )
        helper = ui.t("Three or four words that do not belong together are strong and easy to remember.")
        verdict = ui.t(_VERDICTS[strength.score]) if strength else ui.t("Strength shows here.")
        meter = password_meter(ui, strength.score if strength else 0, verdict)
    wrong = session.error if session.password_due and known else None
    entry = field(
        ui,
        ui.t("Wallet password"),
        value,
        change,
        id="password",
        secret=True,
        autofocus=True,
        helper=helper,
        error=error_text(ui.t, wrong).sentence() if wrong else None,
        on_submit=go_on,
    )
    note = banner(
        ui,
        "info",
        ui.t("Write it down"),
        ui.t("We do not know it and cannot reset it. Keep it with your papers."),
        icon=ft.Icons.EDIT_NOTE_ROUNDED,
    )
    replaced = banner(
        ui,
        "info",
        ui.t("The old password then opens nothing"),
        ui.t("On a new device only the new one does. Devices that have the wallet go on as before."),
        icon=ft.Icons.SYNC_ROUNDED,
    )
    notes = [*([replaced] if session.restoring and session.found else []), *([] if known else [note])]
    ready = strength is not None and strength.accepted
    label = ui.t("Open my wallet") if known else ui.t("Continue")
    return step_screen(
        ui,
        2,
        heading,
        words,
        [entry, *([meter] if meter else []), *notes],
        on_back=session.back,
        banner=None if wrong else error_banner(ui, session.error, go_on, id="password-error"),
        bottom=stacked(
            ui,
            button(ui, label, go_on, busy=session.busy, disabled=not ready, id="password-continue"),
            button(
                ui,
                ui.t("Forgot it? Use your recovery phrase"),
                forgot,
                kind="text",
                disabled=session.busy,
                id="password-forgot",
            )
            if known
            else None,
        ),
    )
