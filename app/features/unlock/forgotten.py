"""Without the PIN: what can be done, and removing the account from this device for it."""

from __future__ import annotations

from collections.abc import Callable

import flet as ft

from app.design.base import Ui
from app.design.components import muted, sheet
from app.stores.session import SessionStore
from app.widgets.remove_account import RemoveAccount


def forgotten_sheet(ui: Ui, session: SessionStore, close: Callable[[], object]) -> ft.DialogControl:
    """A sheet for ``use_dialog``."""
    words = ui.t(
        "Nobody can tell you your PIN, not even us. Remove the account from this device, sign in again, and "
        "open the wallet with your recovery phrase or your wallet password."
    )
    account = session.chosen

    async def remove() -> None:
        close()
        if account is not None:
            await session.remove_account(account.username)

    body = ft.Column(
        [muted(ui, words, "body"), RemoveAccount(account.display_name if account else "", remove)],
        spacing=ui.look.s.s4,
        tight=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )
    return sheet(ui, ui.t("Forgot your PIN?"), body, close, id="forgotten")
