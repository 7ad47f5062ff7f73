"""Lines of figures over time."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import flet as ft
import flet.canvas as cv
import flet_charts as fc  # type: ignore[import-untyped]

from app.design.base import Tone, Ui


def line_chart(
    ui: Ui, points: Sequence[float], height: float | None = None, *, label: str = ""
) -> ft.Control:
    """One line with a fading area and a dot at its end; no axes. Decoration unless it has a label."""
    k = ui.look
    tall = height or k.z.chart
    if len(points) < 2:
        return ft.Container(height=tall)
    line = k.c.primary
    low, high = min(points), max(points)
    room = (high - low or abs(high) or 1) / max(1, tall - 10)  # one pixel in units of the value
    last = len(points) - 1
    dots = [
        fc.LineChartDataPoint(
            at,
            value,
            point=fc.ChartCirclePoint(color=line, radius=3.75, stroke_width=0) if at == last else False,
        )
        for at, value in enumerate(points)
    ]
    area = ft.LinearGradient(
        begin=ft.Alignment.TOP_CENTER,
        end=ft.Alignment.BOTTOM_CENTER,
        colors=[ft.Colors.with_opacity(0.2, line), ft.Colors.with_opacity(0, line)],
    )
    series = fc.LineChartData(
        points=dots,
        color=line,
        stroke_width=2.25,
        rounded_stroke_cap=True,
        rounded_stroke_join=True,
        below_line_gradient=area,
    )
    chart = fc.LineChart(
        data_series=[series],
        height=tall,
        interactive=False,
        min_x=0,
        max_x=last,
        animation=None,
        min_y=low - 4 * room,
        max_y=high + 6 * room,
        border=ft.Border.all(0, ft.Colors.TRANSPARENT),
    )
    return ft.Semantics(content=chart, label=label or None, exclude_semantics=not label)


def sparkline(ui: Ui, points: Sequence[float], tone: Tone = "neutral") -> ft.Control:
    """A tiny line beside a row, coloured by whether it went up or down."""
    k = ui.look
    width, height = k.z.spark_w, k.z.spark_h
    if len(points) < 2:
        return ft.Container(width=width, height=height)
    low, high = min(points), max(points)
    if high == low:
        low, high = low - 1, high + 1
    step = (width - 6) / (len(points) - 1)
    at = [
        (index * step, height - 4 - (value - low) / (high - low) * (height - 10))
        for index, value in enumerate(points)
    ]
    path: list[cv.Path.PathElement] = [cv.Path.MoveTo(*at[0])]
    for (x0, y0), (x1, y1) in pairwise(at):
        path.append(cv.Path.CubicTo((x0 + x1) / 2, y0, (x0 + x1) / 2, y1, x1, y1))
    pen = ft.Paint(
        color=k.c.outline if tone == "neutral" else k.paint(tone).strong,
        stroke_width=1.75,
        style=ft.PaintingStyle.STROKE,
        stroke_cap=ft.StrokeCap.ROUND,
        stroke_join=ft.StrokeJoin.ROUND,
    )
    return cv.Canvas([cv.Path(path, paint=pen)], width=width, height=height)
