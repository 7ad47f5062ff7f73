"""Where receiving is."""

from __future__ import annotations

import flet as ft

from app.core import paths
from app.features.receive.screens.receive import ReceiveScreen


def routes() -> list[ft.Route]:
    """The routes of this feature."""
    return [ft.Route(path=f"{paths.RECEIVE}/:network?", component=ReceiveScreen)]
