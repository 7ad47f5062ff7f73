"""How far something is: steps, timelines, bars and rings."""

from __future__ import annotations

from collections.abc import Sequence

import flet as ft

from app.design.base import Tone, Ui
from app.design.components.scale import snug_text


def step_bar(ui: Ui, done: int, now: int, total: int) -> ft.Control:
    """Short bars at the top right of a flow: done, now, to do."""
    k = ui.look

    def bar(index: int) -> ft.Container:
        current = done <= index < done + now
        color = k.c.primary if index < done + now else k.c.surface_container_highest
        return ft.Container(width=22 if current else 10, height=4, border_radius=2, bgcolor=color)

    row = ft.Row([bar(index) for index in range(total)], spacing=k.s.s1, tight=True)
    said = ui.t("Step {step} of {total}", step=min(done + 1, total), total=total)
    return ft.Semantics(content=row, label=said)


def progress_bar(ui: Ui, share: float, tone: Tone = "primary") -> ft.Control:
    """A share from 0 to 1 as a bar."""
    k = ui.look
    part = round(max(0.0, min(1.0, share)) * 1000)
    bars: list[ft.Control] = []
    if part:
        bars.append(ft.Container(expand=part, height=6, border_radius=3, bgcolor=k.paint(tone).strong))
    if part < 1000:
        bars.append(ft.Container(expand=1000 - part, height=6))
    return ft.Container(
        ft.Row(bars, spacing=0),
        height=6,
        border_radius=3,
        bgcolor=k.c.surface_container_high,
        clip_behavior=ft.ClipBehavior.ANTI_ALIAS,
    )


def allocation_bar(ui: Ui, parts: Sequence[tuple[str, float]]) -> ft.Control:
    """What a whole consists of: (colour, share) side by side, the smallest still visible."""
    bars: list[ft.Control] = [
        ft.Container(height=6, expand=max(12, round(share * 1000)), bgcolor=color)
        for color, share in parts
        if share > 0
    ] or [ft.Container(height=6, expand=True, bgcolor=ui.look.c.surface_container_high)]
    return ft.Container(ft.Row(bars, spacing=2), border_radius=3, clip_behavior=ft.ClipBehavior.ANTI_ALIAS)


def ring(ui: Ui, share: float, label: str) -> ft.Control:
    """A share as a ring with a word or figure in it."""
    k = ui.look
    side = k.z.ring
    arc = ft.ProgressRing(
        value=share,
        stroke_width=4,
        width=side - 4,
        height=side - 4,
        left=2,
        top=2,
        color=k.c.success if share >= 0.8 else k.c.primary,
        bgcolor=k.c.primary_container,
        stroke_cap=ft.StrokeCap.ROUND,
    )
    middle = ft.Container(
        snug_text(ui, label, "label", weight=k.type.strong),
        width=side,
        height=side,
        alignment=ft.Alignment.CENTER,
    )
    return ft.Stack([arc, middle], width=side, height=side)
