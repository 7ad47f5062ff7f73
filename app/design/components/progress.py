"""How far something is: steps, timelines, bars and rings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import flet as ft

from app.design.base import Tone, Ui
from app.design.components.text import muted, text


@dataclass(frozen=True)
class Step:
    """One step of a timeline; ``note`` says in a sentence what it means."""

    title: str
    state: Literal["done", "now", "todo", "failed"]
    time: str | None = None
    note: str | None = None


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


def timeline(ui: Ui, steps: Sequence[Step]) -> ft.Control:
    """What has happened and what will, from top to bottom; times at the right."""
    rows = [
        _timeline_row(ui, step, steps[index + 1] if index + 1 < len(steps) else None)
        for index, step in enumerate(steps)
    ]
    return ft.Column(rows, spacing=0, tight=True)


def _timeline_row(ui: Ui, step: Step, following: Step | None) -> ft.Control:
    k = ui.look
    last, todo = following is None, step.state == "todo"
    words: list[ft.Control] = [
        ft.Row(
            [
                text(
                    ui,
                    step.title,
                    weight=k.type.emphasis,
                    expand=True,
                    color=k.c.on_surface_variant if todo else None,
                ),
                *([muted(ui, step.time)] if step.time else []),
            ],
            spacing=k.s.s2,
            vertical_alignment=ft.CrossAxisAlignment.START,
        )
    ]
    if step.note:
        words.append(muted(ui, step.note))
    passed = step.state == "done" and following is not None and following.state != "todo"
    line = ft.Container(
        width=2,
        left=10,
        top=24,
        bottom=-2,
        visible=not last,
        bgcolor=k.c.success if passed else k.c.outline_variant,
    )
    column = ft.Container(
        ft.Column(words, spacing=0, tight=True),
        padding=ft.Padding.only(left=34, bottom=0 if last else k.s.s4),
    )
    return ft.Stack(
        [line, column, ft.Container(_mark(ui, step), left=0, top=0)], clip_behavior=ft.ClipBehavior.NONE
    )


def _mark(ui: Ui, step: Step) -> ft.Control:
    k = ui.look
    if step.state in {"done", "failed"}:
        failed = step.state == "failed"
        glyph = ft.Icons.CLOSE_ROUNDED if failed else ft.Icons.CHECK_ROUNDED
        paint = k.paint("error" if failed else "success")
        content = ft.Icon(glyph, size=14, color=paint.on_strong)
        return ft.Container(
            content,
            width=22,
            height=22,
            border_radius=11,
            bgcolor=paint.strong,
            alignment=ft.Alignment.CENTER,
        )
    now = step.state == "now"
    return ft.Container(
        ft.Container(width=8, height=8, border_radius=4, bgcolor=k.c.primary) if now else None,
        width=22,
        height=22,
        border_radius=11,
        alignment=ft.Alignment.CENTER,
        bgcolor=k.c.surface_container_lowest,
        border=ft.Border.all(2, k.c.primary if now else k.c.outline_variant),
    )


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
        text(ui, label, "label", weight=k.type.strong), width=side, height=side, alignment=ft.Alignment.CENTER
    )
    return ft.Stack([arc, middle], width=side, height=side)
