"""The cards at the top of the settings: who, and how well protected."""

from __future__ import annotations

import flet as ft

from app.design.base import Ui
from app.design.components import avatar, card, muted, ring, text
from app.services import Services


def person_card(ui: Ui, services: Services) -> ft.Control:
    """Name and how the person signs in."""
    k, session = ui.look, services.session
    account = session.chosen
    name = account.display_name if account else ""
    email = session.identity.email if session.identity else None
    words = ft.Column(
        [
            text(ui, name, "heading", max_lines=1),
            muted(ui, email or session.username or "", max_lines=1),
        ],
        spacing=0,
        tight=True,
        expand=True,
    )
    row = ft.Row([avatar(ui, name, 52, strong=True), words], spacing=k.s.s3)
    return card(ui, row, id="settings-person")


def protection_card(ui: Ui, services: Services) -> ft.Control:
    """An open wallet has PIN, password and a checked phrase; the system's key store may be missing."""
    k = ui.look
    guarded = services.devices.key_store.protected
    done = 4 if guarded else 3
    if guarded:
        heading = ui.t("Your wallet is well protected")
        below = ui.t("PIN, wallet password, recovery phrase and this system's key store")
    else:
        heading = ui.t("One protection is missing")
        below = ui.t("This system keeps no keys for apps: whoever copies your files can try PINs.")
    words = ft.Column(
        [text(ui, heading, weight=k.type.strong), muted(ui, below)], spacing=0, tight=True, expand=True
    )
    return card(
        ui, ft.Row([ring(ui, done / 4, f"{done}/4"), words], spacing=k.s.s3), id="settings-protection"
    )
