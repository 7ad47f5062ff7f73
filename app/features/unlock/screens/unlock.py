"""The lock screen: PIN, what went wrong with it, and the ways around it."""

from __future__ import annotations

import flet as ft

from app.core.errors import ErrorCode
from app.core.secret import Secret
from app.design.base import Ui, component, use_dialog, use_state, use_ui
from app.design.components import PinEntry, app_bar, avatar, banner, icon_button, logo
from app.features.unlock.forgotten import Forgotten, forgotten_sheet
from app.features.unlock.pause import use_pause
from app.services import use_services, watch
from app.stores.session import Notice, SessionStore
from app.widgets.error_text import error_banner, error_text
from app.widgets.pin_pause import pause_words
from app.widgets.pin_screen import pin_frame, pin_head


@component
def UnlockScreen() -> ft.Control:  # noqa: N802 - a component
    """Works without a connection."""
    ui, services = use_ui(), use_services()
    session = watch(services.session)
    paused = use_pause(session)
    forgotten, set_forgotten = use_state(Forgotten())

    async def unlock(pin: str) -> None:
        await session.unlock(Secret(pin))

    use_dialog(forgotten_sheet(ui, session, forgotten.typed, set_forgotten) if forgotten.opened else None)
    message, wrong = _verdict(ui, session, paused)
    k = ui.look
    account = session.chosen
    name = account.display_name if account else ""
    finished = account is not None and account.has_wallet
    head = pin_head(
        ui,
        ui.t("Hello {name}", name=name.split(" ")[0]),
        ui.t("Enter your PIN") if finished else ui.t("Enter your PIN to finish setting up"),
        picture=avatar(ui, name, k.s.s16),
    )
    others = icon_button(
        ui,
        ft.Icons.SWITCH_ACCOUNT_OUTLINED,
        ui.t("Other account"),
        session.switch_account,
        id="unlock-other",
    )
    leading = logo(ui, "mark") if ui.phone else None
    bar = app_bar(ui, "", leading=leading, actions=[others])
    return PinEntry(
        unlock,
        length=session.pin_length,
        message=message,
        error=wrong,
        busy=session.busy,
        disabled=paused > 0,
        head=head,
        below=(
            ui.t("Forgot your PIN?"),
            lambda: set_forgotten(Forgotten(opened=True)),
            "unlock-forgot",
        ),
        frame=pin_frame(ui, bar, banner=_banner(ui, session), alone=True),
        epoch=session.epoch,
        id="unlock-pin",
    )


def _verdict(ui: Ui, session: SessionStore, paused: int) -> tuple[str | None, bool]:
    """What stands below the dots, and whether it is an error."""
    if paused:
        return pause_words(ui.t, paused), True
    if session.busy:
        return ui.t("Opening your wallet"), False
    error = session.error
    if error is not None and error.code is ErrorCode.WRONG_PIN:
        return error_text(ui.t, error).sentence(), True
    return None, False


def _banner(ui: Ui, session: SessionStore) -> ft.Control | None:
    """Everything that is not about the PIN itself."""
    if session.notice is Notice.REPLACED:
        return banner(
            ui,
            "warning",
            ui.t("The other wallet was replaced already"),
            ui.t("Our service had your new wallet before you went back. Your PIN opens it."),
            action=(ui.t("Close"), session.dismiss),
            id="notice",
        )
    error = session.error
    if error is None or error.code in {ErrorCode.WRONG_PIN, ErrorCode.PIN_PAUSED}:
        return None
    return error_banner(ui, error, session.dismiss, id="unlock-error")
