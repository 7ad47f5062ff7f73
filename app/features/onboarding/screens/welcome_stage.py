"""The figure of a brand among its confetti."""

from __future__ import annotations

from typing import Final

import flet as ft

from app.design.base import Ui
from app.design.components import mascot
from app.design.look import Look

# Confetti around the figure: distance from the middle as a share of the stage, length, turn.
_CONFETTI: Final = (
    (-0.74, -0.42, 26, -0.45),
    (0.70, -0.46, 24, 0.6),
    (0.60, -0.16, 9, 0.0),
    (0.78, 0.14, 13, 0.0),
    (-0.86, 0.26, 13, 0.0),
    (-0.70, 0.74, 22, 0.35),
    (0.74, 0.66, 22, -0.5),
)


def _confetti(k: Look, size: float) -> list[ft.Control]:
    colors = (
        k.c.primary,
        k.c.tertiary,
        k.tiles.hero_paper,
        k.c.success,
        k.c.tertiary,
        k.c.success,
        k.c.primary,
    )
    return [
        ft.Container(
            ft.Container(
                width=length * size,
                height=min(length, 13) * size,
                border_radius=7 * size,
                bgcolor=color,
                rotate=turn,
            ),
            alignment=ft.Alignment(x, y),
            left=0,
            right=0,
            top=0,
            bottom=0,
        )
        for (x, y, length, turn), color in zip(_CONFETTI, colors, strict=True)
    ]


def stage(ui: Ui, figure: float) -> list[ft.Control]:
    """Confetti and figure in a square of their own, so that they keep together at every width."""
    k = ui.look
    middle = ft.Container(
        mascot(ui, figure), alignment=ft.Alignment(0, 0.12), left=0, right=0, top=0, bottom=0
    )
    square = ft.Stack([*_confetti(k, figure / 230), middle], width=figure * 1.6, height=figure * 1.6)
    return [ft.Container(square, alignment=ft.Alignment(0, 0.4), left=0, right=0, top=0, bottom=0)]
