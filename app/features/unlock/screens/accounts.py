"""Who is it: the accounts of this device, and a way in for another one."""

from __future__ import annotations

import flet as ft

from app.core.model import Account
from app.design.base import Ui, component, use_ui
from app.design.components import (
    avatar,
    banner,
    button,
    chevron,
    column,
    list_card,
    logo,
    row_item,
    screen,
    title,
)
from app.services import use_services, watch
from app.stores.session import Notice, SessionStore, Wish
from app.widgets.boxed import boxed
from app.widgets.error_text import error_banner


@component
def AccountsScreen() -> ft.Control:  # noqa: N802 - a component
    """Last used first."""
    ui, services = use_ui(), use_services()
    session = watch(services.session)
    k = ui.look
    rows = [_row(ui, session, account) for account in session.accounts]
    column_of_actions = column(
        ui,
        [
            button(
                ui,
                ui.t("Use another account"),
                lambda: session.begin(Wish.SIGN_IN),
                kind="tonal",
                id="accounts-other",
            ),
            button(
                ui,
                ui.t("Create an account"),
                lambda: session.begin(Wish.REGISTER),
                kind="text",
                id="accounts-create",
            ),
        ],
        spacing=k.s.s1,
    )
    notice = _notice(ui, session) or error_banner(ui, session.error, id="accounts-error")
    body = [title(ui, ui.t("Who is it?")), list_card(ui, rows, id="accounts", inside=not ui.phone)]
    actions = column_of_actions if ui.brand.features.multiple_accounts else None
    if not ui.phone:
        parts = [*([notice] if notice else []), *body, *([actions] if actions else [])]
        return boxed(ui, ft.Container(height=k.s.s3), parts)
    bar = ft.Container(
        ft.Row([logo(ui)], alignment=ft.MainAxisAlignment.START),
        height=k.z.app_bar,
        padding=ft.Padding.symmetric(horizontal=ui.margin),
    )
    return screen(ui, bar=bar, banner=notice, body=body, bottom=actions)


def _row(ui: Ui, session: SessionStore, account: Account) -> ft.Control:
    async def choose() -> None:
        await session.choose_account(account.username)

    below = ui.t("Wallet on this device") if account.has_wallet else ui.t("Set-up not finished")
    return row_item(
        ui,
        leading=avatar(ui, account.display_name),
        title=account.display_name,
        subtitle=f"{account.username} · {below}" if account.display_name != account.username else below,
        trailing_top=chevron(ui),
        on_click=choose,
        id=f"account-{account.username}",
    )


def _notice(ui: Ui, session: SessionStore) -> ft.Control | None:
    if session.notice is Notice.SIGNED_OUT:
        return banner(
            ui,
            "success",
            ui.t("You are signed out"),
            ui.t("The wallet stays on this device, locked by your PIN."),
            id="notice",
        )
    if session.notice is Notice.REMOVED:
        return banner(
            ui,
            "success",
            ui.t("The account was removed from this device"),
            ui.t("With its recovery phrase, or its password, the wallet comes back."),
            id="notice",
        )
    return None
