"""Terms and privacy notice: read them, accept this version of them."""

from __future__ import annotations

from datetime import date
from typing import Literal

import flet as ft
from babel.dates import format_date

from app.design.base import Ui, component, use_dialog, use_state, use_ui
from app.design.components import banner, button, chevron, gap, list_card, row_item, sheet
from app.features.onboarding.parts import stacked, step_screen
from app.services import use_services, watch
from app.widgets.legal_text import legal_text

Document = Literal["terms", "privacy"]


@component
def TermsScreen() -> ft.Control:  # noqa: N802 - a component
    """Accepting is recorded with the version; a new version comes here again."""
    ui, services = use_ui(), use_services()
    session, preferences = watch(services.session), watch(services.preferences)
    opened, set_opened = use_state("")
    legal = ui.brand.legal
    names = {"terms": ui.t("Terms of use"), "privacy": ui.t("Privacy notice")}

    def close() -> None:
        set_opened("")

    use_dialog(sheet(ui, names[opened], legal_text(ui, opened), close) if opened in names else None)  # type: ignore[arg-type]
    rows = [
        _row(ui, name, names[name], version, set_opened)
        for name, version in (("terms", legal.terms_version), ("privacy", legal.privacy_version))
    ]
    renewed = preferences.values.terms_version is not None
    news = None
    if renewed:
        news = banner(ui, "info", ui.t("There is a new version"), ui.t("Please read it again."))
    return step_screen(
        ui,
        0,
        ui.t("Before you start"),
        ui.t(
            "Two short texts say what {company} does and what it does not.", company=ui.brand.identity.company
        ),
        [list_card(ui, rows, inside=not ui.phone)],
        on_back=session.back if session.wish else None,
        # Who is known already comes here between two other screens, and not at the start of five steps.
        action=None if session.wish else gap(0),
        banner=news,
        bottom=stacked(ui, button(ui, ui.t("Accept and continue"), session.accept_terms, id="terms-accept")),
    )


def _row(ui: Ui, name: str, label: str, version: date, show: object) -> ft.Control:
    def open_text() -> None:
        show(name)  # type: ignore[operator]

    day = format_date(version, "long", locale=ui.locale)
    return row_item(
        ui,
        leading=ft.Icon(ft.Icons.DESCRIPTION_OUTLINED, size=22, color=ui.look.c.on_surface_variant),
        title=label,
        subtitle=ui.t("Version of {day}", day=day),
        middle=chevron(ui),
        on_click=open_text,
        stacked=True,
        id=f"terms-{name}",
    )
