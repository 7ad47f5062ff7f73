"""Create a wallet or open the one there is: what is offered depends on what the service has proven."""

from __future__ import annotations

import flet as ft

from app.core.errors import Action
from app.design.base import Ui, component, use_effect, use_ui
from app.design.components import button, column, icon_disc, list_card, row_item, skeleton_rows
from app.features.onboarding.parts import stacked, step_screen
from app.services import use_services, watch
from app.stores.session import SessionStore
from app.widgets.error_text import error_banner


@component
def WalletChoiceScreen() -> ft.Control:  # noqa: N802 - a component
    """Creating is never offered on a guess: a wallet elsewhere would be overwritten."""
    ui, services = use_ui(), use_services()
    session = watch(services.session)

    async def look() -> None:
        if session.found is None and session.error is None:
            await session.look_for_wallet()

    use_effect(look, [])

    async def repair() -> None:
        error = session.error
        if error is not None and error.action is Action.SIGN_IN:
            await session.renew()
        elif session.found is None:
            await session.look_for_wallet()
        elif session.found:
            await session.open_from_service()
        else:
            await session.create_wallet()

    banner = error_banner(ui, session.error, repair, id="wallet-error")
    if session.found is None:
        waiting: list[ft.Control] = (
            [skeleton_rows(ui, 2, inside=not ui.phone)] if session.error is None else []
        )
        return step_screen(
            ui,
            3,
            ui.t("Looking for your wallet"),
            ui.t("We ask our service whether this account already has one. Nothing is made before that."),
            waiting,
            on_back=session.back,
            banner=banner,
            bottom=stacked(ui, _by_phrase(ui, session)),
        )
    return _found(ui, session, banner) if session.found else _none(ui, session, banner)


def _none(ui: Ui, session: SessionStore, banner: ft.Control | None) -> ft.Control:
    reasons = [
        (ft.Icons.KEY_ROUNDED, ui.t("24 words are the key"), ui.t("You see them next and write them down.")),
        (ft.Icons.PHONELINK_OFF_ROUNDED, ui.t("Lose this device"), ui.t("The words bring the wallet back.")),
        (ft.Icons.VISIBILITY_OFF_OUTLINED, ui.t("Nobody else has them"), ui.t("Not even us.")),
    ]
    rows = [
        row_item(ui, leading=icon_disc(ui, icon, "primary"), title=name, subtitle=below, stacked=True)
        for icon, name, below in reasons
    ]
    return step_screen(
        ui,
        3,
        ui.t("Create your wallet"),
        ui.t("A few seconds, then you have addresses of your own on every network."),
        [column(ui, [list_card(ui, rows, inside=not ui.phone)])],
        on_back=session.back,
        banner=banner,
        bottom=stacked(
            ui,
            button(ui, ui.t("Create wallet"), session.create_wallet, busy=session.busy, id="wallet-create"),
            _by_phrase(ui, session),
        ),
    )


def _found(ui: Ui, session: SessionStore, banner: ft.Control | None) -> ft.Control:
    row = row_item(
        ui,
        leading=icon_disc(ui, ft.Icons.CLOUD_DONE_OUTLINED, "success"),
        title=ui.t("Your wallet is there"),
        subtitle=ui.t("Your wallet password opens it on this device."),
    )
    return step_screen(
        ui,
        3,
        ui.t("Welcome back"),
        ui.t("This account already has a wallet. Open it here with the same addresses and money."),
        [list_card(ui, [row], inside=not ui.phone)],
        on_back=session.back,
        banner=banner,
        bottom=stacked(
            ui,
            button(
                ui, ui.t("Open my wallet"), session.open_from_service, busy=session.busy, id="wallet-open"
            ),
            _by_phrase(ui, session),
        ),
    )


def _by_phrase(ui: Ui, session: SessionStore) -> ft.Control:
    return button(
        ui,
        ui.t("Restore with a recovery phrase"),
        session.restore_by_phrase,
        kind="text",
        disabled=session.busy,
        id="wallet-restore",
    )
