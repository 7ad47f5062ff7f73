"""What has happened and what will, step by step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import flet as ft

from app.design.base import Ui, component
from app.design.components.scale import LARGE, use_text_scale
from app.design.components.text import muted, text


@dataclass(frozen=True)
class Step:
    """One step of a timeline; ``note`` says in a sentence what it means."""

    title: str
    state: Literal["done", "now", "todo", "failed"]
    time: str | None = None
    note: str | None = None


@component
def timeline(ui: Ui, steps: Sequence[Step]) -> ft.Control:
    """What has happened and what will, from top to bottom; times at the right, of large texts below."""
    scale, probe = use_text_scale(ui)
    rows = [
        _timeline_row(ui, step, steps[index + 1] if index + 1 < len(steps) else None, large=scale >= LARGE)
        for index, step in enumerate(steps)
    ]
    return ft.Column([probe, *rows], spacing=0, tight=True)


def _timeline_row(ui: Ui, step: Step, following: Step | None, *, large: bool) -> ft.Control:
    k = ui.look
    last, todo = following is None, step.state == "todo"
    tint = k.c.on_surface_variant if todo else None
    title = text(ui, step.title, weight=k.type.emphasis, color=tint, expand=3)
    head: list[ft.Control] = [title]
    below: list[ft.Control] = []
    if step.time and large:
        below = [muted(ui, step.time)]
    elif step.time:
        # Both may break: a long time must not squeeze its step into a column of letters.
        head.append(muted(ui, step.time, align=ft.TextAlign.END, expand=2))
    row = ft.Row(head, spacing=k.s.s2, vertical_alignment=ft.CrossAxisAlignment.START)
    words: list[ft.Control] = [row, *below]
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
