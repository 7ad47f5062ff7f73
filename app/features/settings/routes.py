"""Where the settings are."""

from __future__ import annotations

import flet as ft

from app.core.paths import SETTINGS
from app.features.settings import paths
from app.features.settings.screens.about import AboutScreen, LicencesScreen
from app.features.settings.screens.legal import LegalScreen
from app.features.settings.screens.phrase import ShowPhraseScreen
from app.features.settings.screens.pin import ChangePinScreen
from app.features.settings.screens.remove import RemoveScreen
from app.features.settings.screens.settings import SettingsScreen


def routes() -> list[ft.Route]:
    """The routes of this feature."""
    return [
        ft.Route(path=SETTINGS, component=SettingsScreen),
        ft.Route(path=paths.PIN, component=ChangePinScreen),
        ft.Route(path=paths.PHRASE, component=ShowPhraseScreen),
        ft.Route(path=f"{paths.LEGAL}/:name", component=LegalScreen),
        ft.Route(path=paths.LICENCES, component=LicencesScreen),
        ft.Route(path=paths.ABOUT, component=AboutScreen),
        ft.Route(path=paths.REMOVE, component=RemoveScreen),
    ]
