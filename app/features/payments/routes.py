"""Where sending is."""

from __future__ import annotations

import flet as ft

from app.core import paths
from app.features.payments.screens.send import SendScreen


def routes() -> list[ft.Route]:
    """One route with optional parts, so that the stack holds one screen of a payment, never two."""
    return [ft.Route(path=f"{paths.SEND}/:network?/:recipient?", component=SendScreen)]
