"""Where Home is."""

from __future__ import annotations

import flet as ft

from app.core import paths
from app.features.home.screens.home import HomeScreen


def routes() -> list[ft.Route]:
    """The routes of this feature."""
    return [ft.Route(path=paths.HOME, component=HomeScreen)]
