"""The groups of rows of the settings."""

from __future__ import annotations

from collections.abc import Callable

import flet as ft

from app.design.base import Ui
from app.design.components import setting_row, switch
from app.features.settings import paths
from app.features.settings.parts import group
from app.features.settings.rows import ChoiceRow, ConfirmRow
from app.services import Services
from app.stores.preferences import AUTO_LOCK_CHOICES, ThemeChoice
from app.widgets.go import go
from app.widgets.language_names import language_name, theme_names


def _leads(path: str) -> Callable[[], None]:
    def leave() -> None:
        go(path)

    return leave


def security_group(ui: Ui, services: Services) -> ft.Control:
    """PIN, automatic lock, recovery phrase."""
    preferences = services.preferences
    minutes = [(str(n), ui.tn("{n} minute", "{n} minutes", n)) for n in AUTO_LOCK_CHOICES]

    def choose(key: str) -> None:
        preferences.set_auto_lock_minutes(int(key))

    rows: list[ft.Control] = [
        setting_row(ui, ft.Icons.PIN_OUTLINED, ui.t("Change PIN"), _leads(paths.PIN), id="settings-pin"),
        ChoiceRow(
            ft.Icons.LOCK_CLOCK_OUTLINED,
            ui.t("Lock after"),
            str(preferences.auto_lock_minutes),
            minutes,
            choose,
            id="settings-auto-lock",
        ),
        setting_row(
            ui,
            ft.Icons.KEY_OUTLINED,
            ui.t("Recovery phrase"),
            _leads(paths.PHRASE),
            value=ui.t("checked"),
            id="settings-phrase",
        ),
    ]
    return group(ui, ui.t("Security"), rows)


def app_group(ui: Ui, services: Services) -> ft.Control:
    """Language, brightness, amounts, motion."""
    preferences = services.preferences
    languages = [(tag, language_name(tag)) for tag in ui.brand.identity.languages]

    def choose_theme(key: str) -> None:
        preferences.set_theme(ThemeChoice(key))

    rows: list[ft.Control] = [
        ChoiceRow(
            ft.Icons.LANGUAGE_ROUNDED,
            ui.t("Language"),
            services.language(),
            languages,
            preferences.set_language,
            id="settings-language",
        ),
        ChoiceRow(
            ft.Icons.BRIGHTNESS_6_OUTLINED,
            ui.t("Brightness"),
            preferences.theme,
            theme_names(ui.t),
            choose_theme,
            id="settings-theme",
        ),
    ]
    if ui.brand.features.hide_amounts:
        rows.append(
            switch(
                ui,
                ui.t("Hide amounts"),
                preferences.hide_amounts,
                preferences.set_hide_amounts,
                id="settings-hide-amounts",
                icon=ft.Icons.VISIBILITY_OFF_OUTLINED,
            )
        )
    rows.append(
        switch(
            ui,
            ui.t("Less motion"),
            preferences.less_motion,
            preferences.set_less_motion,
            id="settings-less-motion",
            icon=ft.Icons.ANIMATION_ROUNDED,
        )
    )
    return group(ui, ui.t("App"), rows)


def about_group(ui: Ui) -> ft.Control:
    """Legal texts, licences, versions."""
    rows = [
        setting_row(ui, icon, name, _leads(path), id=ident)
        for icon, name, path, ident in (
            (
                ft.Icons.DESCRIPTION_OUTLINED,
                ui.t("Terms of use"),
                f"{paths.LEGAL}/terms",
                "settings-terms",
            ),
            (
                ft.Icons.PRIVACY_TIP_OUTLINED,
                ui.t("Privacy notice"),
                f"{paths.LEGAL}/privacy",
                "settings-privacy",
            ),
            (ft.Icons.BALANCE_OUTLINED, ui.t("Licences"), paths.LICENCES, "settings-licences"),
            (
                ft.Icons.INFO_OUTLINE_ROUNDED,
                ui.t("About {brand}", brand=ui.brand.name),
                paths.ABOUT,
                "settings-about",
            ),
        )
    ]
    return group(ui, ui.t("About"), rows)


def leave_group(ui: Ui, services: Services) -> ft.Control:
    """Lock, sign out, remove."""
    session = services.session
    rows: list[ft.Control] = [
        setting_row(ui, ft.Icons.LOCK_OUTLINE_ROUNDED, ui.t("Lock now"), session.lock, id="settings-lock"),
        ConfirmRow(
            ft.Icons.LOGOUT_ROUNDED,
            ui.t("Sign out"),
            ui.t(
                "This ends your session with our service. The wallet stays on this device, locked by your "
                "PIN, and so does your money."
            ),
            session.sign_out,
            id="settings-sign-out",
        ),
        setting_row(
            ui,
            ft.Icons.DELETE_OUTLINE_ROUNDED,
            ui.t("Remove from this device"),
            _leads(paths.REMOVE),
            id="settings-remove",
            tone="error",
        ),
    ]
    return group(ui, ui.t("Leave"), rows)
