"""A picture of the product, composed of the real components with sample figures."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

import flet as ft
import flet.canvas as cv
from babel.numbers import format_decimal

from app.design.base import Ui, Width
from app.design.components import amount_text, coin, icon_disc, line_chart, muted, text
from app.design.components.scale import LARGE

_SAMPLE: Final = Decimal("12479.68")
_HELD: Final = (("ETH", "Ethereum", "4418.67"), ("IOTA", "IOTA", "3410.97"), ("POL", "Polygon", "700.04"))
_POINTS = (30, 24, 27, 33, 31, 25, 26, 29, 36, 29, 24, 28, 32, 41, 48, 48, 47, 62, 60, 56, 49, 50)
_LATER = (52, 51, 51, 53, 57, 64, 65, 54, 58, 50, 50, 43, 44, 41, 45, 66, 66, 69, 62, 60, 65, 62)
_EDGE: Final = 24.0
_GAP: Final = 12.0
_CHART_LEAST: Final = 28.0
_CHART_MOST: Final = 200.0


def product_picture(ui: Ui, height: float, scale: float) -> ft.Control | None:
    """Decoration: nothing in it is read out or pressed. None where not even the balance would fit."""
    k = ui.look
    steps = k.type.steps
    frame = 2 * 14.0
    balance = frame + (steps.label.line + k.type.amount.panel * 1.2 + 2 * k.s.s1) * scale
    key = frame + max(k.z.avatar, (2 * steps.body.line + steps.label.line) * scale)
    # The cards stand under each other, so that large text never pushes one over the other.
    with_key = height >= 2 * _EDGE + balance + _CHART_LEAST + _GAP + key
    chart = height - 2 * _EDGE - balance - (_GAP + key if with_key else 0)
    if chart < _CHART_LEAST:
        return None
    upper: ft.Control = _balance(ui, min(chart, _CHART_MOST))
    if ui.width_class is Width.TABLET and scale < LARGE:
        upper = ft.Row(
            [ft.Container(upper, expand=3), ft.Container(_held(ui), expand=2)],
            spacing=k.s.s4,
            vertical_alignment=ft.CrossAxisAlignment.END,
        )
    blocks: list[ft.Control] = [
        ft.Container(upper, padding=ft.Padding.only(right=k.s.s3 if ui.phone else 0)),
        *([_to_the_right(ui, _key(ui))] if with_key else []),
    ]
    column = ft.Column(
        blocks,
        spacing=_GAP if ui.phone else k.s.s4,
        alignment=ft.MainAxisAlignment.CENTER,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )
    inset = ft.Padding.symmetric(horizontal=k.s.s4 if ui.phone else k.s.s8, vertical=_EDGE - 4)
    scene = ft.Container(
        ft.Stack([_rings(ui, height), ft.Container(column, padding=inset, left=0, right=0, top=0, bottom=0)]),
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


def _balance(ui: Ui, chart: float) -> ft.Control:
    k = ui.look
    eye = ft.Icon(ft.Icons.VISIBILITY_OUTLINED, size=k.z.icon_small, color=k.c.on_surface_variant)
    parts: list[ft.Control] = [
        ft.Row([muted(ui, ui.t("Total balance"), expand=True, max_lines=1), eye]),
        amount_text(ui, _figure(ui, _SAMPLE), "EUR", "panel"),
        ft.Container(line_chart(ui, [float(p) for p in (*_POINTS, *_LATER)], chart)),
    ]
    return _floating(ui, parts)


def _held(ui: Ui) -> ft.Control:
    rows: list[ft.Control] = [
        ft.Row(
            [
                coin(ui, symbol, ui.look.z.avatar_small),
                text(ui, name, weight=ui.look.type.emphasis, max_lines=1, expand=True),
                amount_text(ui, _figure(ui, Decimal(worth)), "EUR"),
            ],
            spacing=ui.look.s.s2,
        )
        for symbol, name, worth in _HELD
    ]
    return _floating(ui, rows, spacing=ui.look.s.s4)


def _key(ui: Ui) -> ft.Control:
    k = ui.look
    words = ft.Column(
        [
            text(ui, ui.t("Only you hold the key"), weight=k.type.strong, max_lines=2),
            muted(ui, ui.t("Stored on this device"), max_lines=1),
        ],
        spacing=0,
        tight=True,
        expand=True,
    )
    done = ft.Icon(ft.Icons.CHECK_CIRCLE_ROUNDED, size=22, color=k.c.success)
    row = ft.Row([icon_disc(ui, ft.Icons.LOCK_ROUNDED, "success"), words, done], spacing=k.s.s3)
    return _floating(ui, [row])


def _to_the_right(ui: Ui, control: ft.Control) -> ft.Control:
    if ui.phone:
        return ft.Container(control, padding=ft.Padding.only(left=ui.look.s.s6))
    return ft.Row([ft.Container(expand=1), ft.Container(control, expand=1)])


def _figure(ui: Ui, amount: Decimal) -> str:
    return str(format_decimal(amount, "#,##0.00", locale=ui.locale))


def _floating(ui: Ui, parts: list[ft.Control], *, spacing: float | None = None) -> ft.Control:
    k = ui.look
    return ft.Container(
        ft.Column(
            parts,
            spacing=k.s.s1 if spacing is None else spacing,
            tight=True,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        ),
        bgcolor=k.c.surface_container_lowest,
        border_radius=k.r.lg,
        padding=ft.Padding.symmetric(vertical=14, horizontal=k.s.s4),
        shadow=ft.BoxShadow(
            blur_radius=28, offset=ft.Offset(0, 12), color=ft.Colors.with_opacity(0.10, k.c.shadow)
        ),
    )


def _rings(ui: Ui, height: float) -> ft.Control:
    k = ui.look
    pen = ft.Paint(
        color=ft.Colors.with_opacity(0.12, k.c.primary), stroke_width=1, style=ft.PaintingStyle.STROKE
    )
    rings: list[cv.Shape] = [cv.Circle(height, height * 0.1, 56 + 38 * n, paint=pen) for n in range(10)]
    return cv.Canvas(rings, expand=True)
