"""What a broken part of a screen shows in its place."""

from __future__ import annotations

import flet as ft

from app.core.i18n import Translate
from app.design.look import Look


def error_card(look: Look, t: Translate, reference: str) -> ft.Control:
    """A calm card with the reference by which the failure is found in the log."""
    words: list[ft.Control] = [
        ft.Text(t("This part cannot be shown"), style=look.style("body", look.type.strong)),
        ft.Text(
            t("Your money is safe. Go back and try again; reference {reference}.", reference=reference),
            style=look.style("label", look.type.weights[0], look.c.on_surface_variant),
        ),
    ]
    return ft.Container(
        ft.Column(words, spacing=look.s.s1, tight=True),
        bgcolor=look.c.surface_container_low,
        border_radius=look.r.md,
        padding=look.s.s4,
    )
