"""Choosing language and brightness before there is an account."""

from __future__ import annotations

import flet as ft

from app.design.base import component, use_dialog, use_state, use_ui
from app.design.components import chip, column, heading, option_row, sheet
from app.services import use_services, watch
from app.stores.preferences import ThemeChoice
from app.widgets.language_names import language_name, theme_names


@component
def LanguageChip() -> ft.Control:  # noqa: N802 - a component
    """The language in use; opens the choices."""
    ui, services = use_ui(), use_services()
    preferences = watch(services.preferences)
    opened, set_opened = use_state(False)
    current = services.language()

    def close() -> None:
        set_opened(False)

    def choose(tag: str) -> None:
        preferences.set_language(tag)
        set_opened(False)

    def choose_theme(name: str) -> None:
        preferences.set_theme(ThemeChoice(name))

    languages = [
        option_row(ui, tag, language_name(tag), tag == current, choose, id=f"language-{tag}")
        for tag in ui.brand.identity.languages
    ]
    themes = [
        option_row(ui, choice, name, choice == preferences.theme, choose_theme, id=f"theme-{choice}")
        for choice, name in theme_names(ui.t)
    ]
    body = column(
        ui, [*languages, ft.Container(heading(ui, ui.t("Brightness"))), *themes], spacing=ui.look.s.s1
    )
    use_dialog(sheet(ui, ui.t("Language"), body, close) if opened else None)
    return chip(
        ui,
        language_name(current),
        False,
        lambda: set_opened(True),
        id="language",
        icon=ft.Icons.LANGUAGE_ROUNDED,
        trailing=ft.Icons.EXPAND_MORE_ROUNDED,
    )
