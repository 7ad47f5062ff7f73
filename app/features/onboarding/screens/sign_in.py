"""Signing in through the browser: start, wait, cancel, try again."""

from __future__ import annotations

import flet as ft

from app.design.base import Ui, component, ident, use_ref, use_ui
from app.design.components import button, card, copy_button, icon_disc, muted, panel, spot, text
from app.features.onboarding.parts import stacked, step_screen
from app.services import Services, use_services, watch
from app.stores.session import Wish
from app.widgets.error_text import error_banner


@component
def SignInScreen() -> ft.Control:  # noqa: N802 - a component
    """A new account, an existing one, or again the one whose session is over."""
    ui, services = use_ui(), use_services()
    session, flow = watch(services.session), watch(services.session.browser)
    starting = use_ref(False)
    registering = session.wish is Wish.REGISTER
    name = session.username

    async def start(register: bool) -> None:
        if starting.current:
            return
        starting.current = True
        try:
            await (session.renew() if session.renewing else session.sign_in(register=register))
        finally:
            starting.current = False

    async def main_way() -> None:
        await start(registering)

    async def other_way() -> None:
        await start(not registering)

    if session.renewing:
        heading, words = ui.t("Sign in again"), ui.t("As {name}. Your wallet stays as it is.", name=name)
        label, other = ui.t("Sign in"), None
    elif registering:
        heading = ui.t("Create your account")
        words = ui.t("A page opens in your browser. Come back here afterwards.")
        label, other = ui.t("Continue in the browser"), ui.t("I have an account")
    else:
        heading = ui.t("Sign in")
        words = ui.t("A page opens in your browser. Come back here afterwards.")
        label, other = ui.t("Continue in the browser"), ui.t("Create an account")
    return step_screen(
        ui,
        0,
        heading,
        words,
        [_waiting(ui, services) if flow.waiting else _picture(ui)],
        on_back=session.back,
        banner=error_banner(ui, session.error, id="sign-in-error"),
        bottom=stacked(
            ui,
            button(ui, label, main_way, busy=flow.waiting, id="sign-in-start"),
            _cancel(ui, services)
            if flow.waiting
            else button(ui, other, other_way, kind="text", id="sign-in-other")
            if other
            else None,
        ),
    )


def _cancel(ui: Ui, services: Services) -> ft.Control:
    return button(ui, ui.t("Cancel"), services.session.browser.cancel, kind="text", id="sign-in-cancel")


def _picture(ui: Ui) -> ft.Control:
    return ft.Container(
        spot(ui, "identity"),
        alignment=ft.Alignment.CENTER,
        padding=ft.Padding.symmetric(vertical=ui.look.s.s6),
    )


def _waiting(ui: Ui, services: Services) -> ft.Control:
    k = ui.look
    url = services.session.browser.url

    async def copy() -> None:
        if url:
            await services.devices.clipboard.copy(url)

    words = ft.Column(
        [
            text(ui, ui.t("Waiting for your browser"), weight=k.type.strong),
            muted(ui, ui.t("Finish there; this screen goes on by itself. No page? Copy the link.")),
        ],
        spacing=0,
        tight=True,
        expand=True,
    )
    parts: list[ft.Control] = [icon_disc(ui, ft.Icons.OPEN_IN_BROWSER_ROUNDED, "info"), words]
    if url:
        parts.append(copy_button(ui, ui.t("Copy the link"), copy, id="sign-in-copy"))
    waiting = ft.Row(parts, spacing=k.s.s3)
    block = card(ui, waiting) if ui.phone else panel(ui, waiting)
    return ft.Semantics(content=ident("sign-in-waiting", block), live_region=True)
