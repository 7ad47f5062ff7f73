"""The balance over time, with the choice of how much time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import flet as ft

from app.core import money
from app.design.base import Ui, component, ident, memo, use_state
from app.design.components import column, line_chart, muted, pressable, text
from app.features.home.history import History
from app.widgets.amounts import COVERED

_RANGES = {"1D": 1, "1W": 7, "1M": 30, "1Y": 365, "all": None}


@memo
@component
def BalanceChart(ui: Ui, history: History, hidden: bool, *, wide: bool = False) -> ft.Control:  # noqa: N802
    """Line, change over the range, and the ranges; holds only which range is chosen."""
    chosen, choose = use_state("1W")
    now = datetime.now(UTC)
    days = _RANGES[chosen]
    start = now - timedelta(days=days) if days else history.began - timedelta(minutes=1)
    points = history.sampled(start, now)
    change = points[-1] - points[0]
    k = ui.look
    words = _change_words(ui, change, chosen, hidden)
    color = k.c.success if change > 0 else k.c.on_surface_variant
    chart = line_chart(
        ui,
        [float(point) for point in points],  # pixels, not money
        k.z.chart * (2 if wide else 1),
        label=words,
    )
    parts: list[ft.Control] = [
        ft.Container(
            text(ui, words, "label", weight=k.type.strong, color=color),
            padding=ft.Padding.symmetric(horizontal=ui.margin if not wide else 0),
        ),
        ft.Container(chart, padding=ft.Padding(0, k.s.s2, k.s.s6 if not wide else 0, 0)),
        ft.Container(
            _ranges(ui, chosen, choose), padding=ft.Padding.symmetric(horizontal=ui.margin if not wide else 0)
        ),
    ]
    return column(ui, parts, spacing=k.s.s1)


def _change_words(ui: Ui, change: Decimal, chosen: str, hidden: bool) -> str:
    amount = COVERED if hidden else money.fiat(change, ui.locale, signed=True).text
    return {
        "1D": ui.t("{amount} in 24 hours, at today’s rates", amount=amount),
        "1W": ui.t("{amount} this week, at today’s rates", amount=amount),
        "1M": ui.t("{amount} this month, at today’s rates", amount=amount),
        "1Y": ui.t("{amount} this year, at today’s rates", amount=amount),
        "all": ui.t("{amount} since the start, at today’s rates", amount=amount),
    }[chosen]


def _ranges(ui: Ui, chosen: str, choose: Callable[[str], None]) -> ft.Control:
    k = ui.look
    names = {"1D": ui.t("1D"), "1W": ui.t("1W"), "1M": ui.t("1M"), "1Y": ui.t("1Y"), "all": ui.t("All")}

    def one(key: str, name: str) -> ft.Control:
        on = key == chosen
        words = (text if on else muted)(ui, name, "label", weight=k.type.strong if on else k.type.emphasis)
        shape = ft.Container(
            words,
            width=52,
            height=28,
            border_radius=14,
            alignment=ft.Alignment.CENTER,
            bgcolor=k.c.surface_container_high if on else None,
        )
        box = pressable(ui, shape, lambda: choose(key), radius=k.r.md, place="within", width=56, height=44)
        return ident(f"home-range-{key}", ft.Semantics(content=box, selected=on))

    return ft.Row(
        [one(key, name) for key, name in names.items()], alignment=ft.MainAxisAlignment.SPACE_BETWEEN
    )
