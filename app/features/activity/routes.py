"""Where the activity is."""

from __future__ import annotations

import flet as ft

from app.core import paths
from app.features.activity.screens.activity import ActivityScreen, TransactionScreen


def routes() -> list[ft.Route]:
    """The routes of this feature."""
    return [
        ft.Route(path=paths.ACTIVITY, component=ActivityScreen),
        ft.Route(path=paths.transaction(":network", ":tx"), component=TransactionScreen),
    ]
