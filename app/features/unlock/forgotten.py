"""Without the PIN: what can be done, and removing the account from this device for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import flet as ft

from app.design.base import Ui
from app.design.components import muted, sheet
from app.stores.session import SessionStore
from app.widgets.remove_account import RemoveAccount


@dataclass(frozen=True, slots=True)
class Forgotten:
    """Whether the sheet is open, and what is typed in it: it may go and come back, as at another width."""

    opened: bool = False
    typed: str = ""


def forgotten_sheet(
    ui: Ui, session: SessionStore, typed: str, change: Callable[[Forgotten], object]
) -> ft.DialogControl:
    """A sheet for ``use_dialog``."""
    words = ui.t(
        "Nobody can tell you your PIN, not even us. Remove the account from this device, sign in again, and "
        "open the wallet with your recovery phrase or your wallet password."
    )
    account = session.chosen

    def close() -> None:
        change(Forgotten())

    def write(text: str) -> None:
        change(Forgotten(opened=True, typed=text))

    async def remove() -> None:
        close()
        if account is not None:
            await session.remove_account(account.username)

    body = ft.Column(
        [
            muted(ui, words, "body"),
            RemoveAccount(account.display_name if account else "", typed, write, remove),
        ],
        spacing=ui.look.s.s4,
        tight=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )
    return sheet(ui, ui.t("Forgot your PIN?"), body, close, id="forgotten")
