"""The legal texts that were accepted."""

from __future__ import annotations

import flet as ft

from app.design.base import component, use_ui
from app.features.settings.parts import sub_screen
from app.widgets.legal_text import legal_text


@component
def LegalScreen() -> ft.Control:  # noqa: N802 - a component
    """Terms or privacy notice."""
    ui = use_ui()
    if ft.use_route_params().get("name") == "privacy":
        return sub_screen(ui, ui.t("Privacy notice"), [legal_text(ui, "privacy")])
    return sub_screen(ui, ui.t("Terms of use"), [legal_text(ui, "terms")])
