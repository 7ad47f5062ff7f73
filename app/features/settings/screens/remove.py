"""Removing the account from this device."""

from __future__ import annotations

import flet as ft

from app.design.base import component, use_state, use_ui
from app.design.components import button, column
from app.features.settings.parts import pin_step, sub_screen, use_step_up
from app.services import use_services, watch
from app.widgets.error_text import error_banner
from app.widgets.remove_account import removal_words


@component
def RemoveScreen() -> ft.Control:  # noqa: N802 - a component
    """What it means, then the PIN."""
    ui, services = use_ui(), use_services()
    session = watch(services.session)
    store = use_step_up(services)
    asking, set_asking = use_state(False)
    account, title = session.chosen, ui.t("Remove account")
    if asking:
        return pin_step(
            ui,
            services,
            store,
            store.remove,
            title=title,
            words=ui.t("Your PIN removes the wallet from this device."),
        )
    remove = button(
        ui, ui.t("Remove from this device"), lambda: set_asking(True), kind="danger", id="remove-confirm"
    )
    return sub_screen(
        ui,
        title,
        [column(ui, [*removal_words(ui, account.display_name if account else ""), remove])],
        banner=error_banner(ui, session.error, id="settings-error"),
    )
