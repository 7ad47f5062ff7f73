"""Versions, and what the app is built from."""

from __future__ import annotations

from urllib.parse import urlsplit

import flet as ft

from app.core.settings import GatewayKind
from app.design.base import component, use_ui
from app.design.components import column, fact, facts_card, list_card, logo, muted, row_item
from app.features.settings.parts import sub_screen
from app.features.settings.versions import packages, version_of
from app.services import use_services


@component
def AboutScreen() -> ft.Control:  # noqa: N802 - a component
    """What support asks for first."""
    ui, services = use_ui(), use_services()
    settings = services.settings
    none = ui.t("not installed")
    service = urlsplit(settings.backend_url).netloc
    if settings.gateway is GatewayKind.DEMO:
        service = ui.t("Demo, in memory")
    kept = (
        ui.t("By this system's key store")
        if services.devices.key_store.protected
        else ui.t("In a file only you may read")
    )
    facts = [
        fact(ui, ui.t("App"), version_of("etopay-app") or ui.t("development")),
        fact(ui, ui.t("Wallet library"), version_of("etopay-sdk") or none),
        fact(ui, ui.t("Flet"), version_of("flet") or none),
        fact(ui, ui.t("Brand"), ui.brand.name, ui.brand.identity.company),
        fact(ui, ui.t("Service"), service),
        fact(ui, ui.t("Device key"), kept),
        fact(ui, ui.t("Help"), ui.brand.support.email),
    ]
    mark = ft.Container(logo(ui), padding=ft.Padding.symmetric(vertical=ui.look.s.s4))
    licence = muted(ui, ui.t("Free software under the GNU AGPL 3.0."))
    return sub_screen(ui, ui.t("About"), [column(ui, [ft.Row([mark]), facts_card(ui, facts), licence])])


@component
def LicencesScreen() -> ft.Control:  # noqa: N802 - a component
    """Each package with its licence."""
    ui = use_ui()
    rows = [
        row_item(ui, leading=None, title=f"{one.name} {one.version}", subtitle=one.licence, dense=True)
        for one in packages()
    ]
    fonts = muted(ui, ui.t("The fonts are under the SIL Open Font License 1.1."))
    return sub_screen(ui, ui.t("Licences"), [column(ui, [fonts, list_card(ui, rows)])])
