"""Removing the account from this device."""

from __future__ import annotations

import flet as ft

from app.design.base import component, use_ui
from app.features.settings.parts import sub_screen
from app.services import use_services, watch
from app.widgets.error_text import error_banner
from app.widgets.remove_account import RemoveAccount


@component
def RemoveScreen() -> ft.Control:  # noqa: N802 - a component
    """Confirmed by typing a word."""
    ui, services = use_ui(), use_services()
    session = watch(services.session)
    account = session.chosen

    async def remove() -> None:
        if account is not None:
            await session.remove_account(account.username)

    return sub_screen(
        ui,
        ui.t("Remove account"),
        [RemoveAccount(account.display_name if account else "", remove)],
        banner=error_banner(ui, session.error, id="settings-error"),
    )
