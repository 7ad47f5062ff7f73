"""A picture of the product, composed of the real components with sample figures."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

import flet as ft
import flet.canvas as cv
from babel.numbers import format_decimal

from app.design.base import Ui
from app.design.components import amount_text, icon_disc, line_chart, muted, text

_SAMPLE: Final = Decimal("12479.68")
_POINTS = (30, 24, 27, 33, 31, 25, 26, 29, 36, 29, 24, 28, 32, 41, 48, 48, 47, 62, 60, 56, 49, 50)
_LATER = (52, 51, 51, 53, 57, 64, 65, 54, 58, 50, 50, 43, 44, 41, 45, 66, 66, 69, 62, 60, 65, 62)


def product_picture(ui: Ui, height: float) -> ft.Control:
    """Decoration: nothing in it is read out or pressed."""
    k = ui.look
    balance = _floating(
        ui,
        ft.Column(
            [
                ft.Row(
                    [
                        muted(ui, ui.t("Total balance"), expand=True),
                        ft.Icon(
                            ft.Icons.VISIBILITY_OUTLINED, size=k.z.icon_small, color=k.c.on_surface_variant
                        ),
                    ]
                ),
                amount_text(ui, format_decimal(_SAMPLE, "#,##0.00", locale=ui.locale), "EUR", "panel"),
                ft.Container(
                    line_chart(ui, [float(p) for p in (*_POINTS, *_LATER)], max(64, height * 0.5 - 96))
                ),
            ],
            spacing=k.s.s1,
            tight=True,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        ),
        left=28,
        right=28,
        top=height * 0.13,
    )
    key = _floating(
        ui,
        ft.Row(
            [
                icon_disc(ui, ft.Icons.LOCK_ROUNDED, "success"),
                ft.Column(
                    [
                        text(ui, ui.t("Only you hold the key"), weight=k.type.strong, max_lines=2),
                        muted(ui, ui.t("Stored on this device"), max_lines=2),
                    ],
                    spacing=0,
                    tight=True,
                    expand=True,
                ),
                ft.Icon(ft.Icons.CHECK_CIRCLE_ROUNDED, size=22, color=k.c.success),
            ],
            spacing=k.s.s3,
        ),
        left=52,
        right=16,
        bottom=height * 0.09,
    )
    scene = ft.Container(
        ft.Stack([_rings(ui, height), balance, key], expand=True),
        height=height,
        border_radius=k.r.xl,
        clip_behavior=ft.ClipBehavior.ANTI_ALIAS,
        gradient=ft.LinearGradient(
            begin=ft.Alignment.TOP_LEFT,
            end=ft.Alignment.BOTTOM_RIGHT,
            colors=[k.c.primary_container, k.c.surface_container_low, k.c.success_container],
        ),
    )
    return ft.Semantics(content=scene, exclude_semantics=True)


def _floating(ui: Ui, content: ft.Control, **place: float) -> ft.Control:
    k = ui.look
    return ft.Container(
        content,
        bgcolor=k.c.surface_container_lowest,
        border_radius=k.r.lg,
        padding=ft.Padding.symmetric(vertical=14, horizontal=k.s.s4),
        shadow=ft.BoxShadow(
            blur_radius=28, offset=ft.Offset(0, 12), color=ft.Colors.with_opacity(0.10, k.c.shadow)
        ),
        **place,  # type: ignore[arg-type]
    )


def _rings(ui: Ui, height: float) -> ft.Control:
    k = ui.look
    pen = ft.Paint(
        color=ft.Colors.with_opacity(0.12, k.c.primary), stroke_width=1, style=ft.PaintingStyle.STROKE
    )
    rings: list[cv.Shape] = [cv.Circle(height, height * 0.1, 56 + 38 * n, paint=pen) for n in range(10)]
    return cv.Canvas(rings, expand=True)
