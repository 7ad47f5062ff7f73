"""Text fields with their checks, and the strength of a password."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import flet as ft

from app.design.base import Ui, component, handler, ident, use_state
from app.design.components.icon_buttons import icon_button
from app.design.components.text import muted, text


@dataclass(frozen=True)
class Check:
    """One thing that was looked at while typing; ``ok`` is None for a plain remark."""

    ok: bool | None
    text: str


@component
def field(
    ui: Ui,
    label: str,
    value: str,
    on_change: Callable[[str], object] | None,
    *,
    id: str,  # noqa: A002
    helper: str | None = None,
    error: str | None = None,
    secret: bool = False,
    on_submit: Callable[[], object] | None = None,
    autofocus: bool = False,
    keyboard: ft.KeyboardType | None = None,
    multiline: bool = False,
    suffix: ft.Control | None = None,
    prefix_icon: ft.IconData | None = None,
    checks: Sequence[Check] = (),
    max_length: int | None = None,
    hint: str | None = None,
    disabled: bool = False,
    suggestions: bool = False,
) -> ft.Control:
    """A controlled text field: label above, checks and helper below. ``on_change`` gets the text."""
    shown, show = use_state(False)
    k = ui.look

    def changed(event: ft.Event[ft.TextField]) -> object:
        return on_change(event.control.value or "") if on_change else None

    tail = suffix
    if secret:
        word = ui.t("Hide") if shown else ui.t("Show")
        glyph = ft.Icons.VISIBILITY_OFF_OUTLINED if shown else ft.Icons.VISIBILITY_OUTLINED
        tail = icon_button(ui, glyph, word, lambda: show(lambda now: not now), color=k.c.on_surface_variant)

    alert = k.c.error if error else None

    def outline(width: float, color: str) -> ft.OutlineInputBorder:
        return ft.OutlineInputBorder(side=ft.BorderSide(width, color), border_radius=k.r.md)

    entry = ft.TextField(
        value=value,
        hint_text=hint,
        hint_style=k.style("body", color=k.c.on_surface_variant),
        text_style=k.style("body", k.type.emphasis),
        on_change=handler(changed),
        on_submit=handler(on_submit),
        password=secret and not shown,
        autofocus=autofocus,
        autocorrect=suggestions,
        enable_suggestions=suggestions,
        keyboard_type=keyboard or ft.KeyboardType.TEXT,
        multiline=multiline,
        min_lines=3 if multiline else None,
        max_lines=6 if multiline else 1,
        max_length=max_length,
        counter=ft.Container(height=0) if max_length else None,
        disabled=disabled,
        border={
            ft.ControlState.FOCUSED: outline(2, alert or k.c.primary),
            ft.ControlState.DEFAULT: outline(1.5 if error else 1, alert or k.c.outline_variant),
        },
        filled=True,
        fill_color=k.c.surface_container_lowest,
        hover_color=ft.Colors.TRANSPARENT,
        cursor_color=k.c.primary,
        prefix_icon=ft.Icon(prefix_icon, size=k.z.icon_small + 2, color=k.c.on_surface_variant)
        if prefix_icon is not None
        else None,
        content_padding=ft.Padding(
            k.s.s4,
            (k.z.field - k.type.steps.body.line) / 2,
            k.s.s12 if tail else k.s.s4,
            (k.z.field - k.type.steps.body.line) / 2,
        ),
    )
    # Merged, the input itself carries name and test id; what is pressed at its end must stay outside.
    box: ft.Control = ft.MergeSemantics(content=ident(id, entry, label))
    if tail:
        end = ft.Container(tail, right=k.s.s1, top=0, height=k.z.field, alignment=ft.Alignment.CENTER)
        box = ft.Stack([box, end], fit=ft.StackFit.PASS_THROUGH)
    name = text(ui, label, "label", weight=k.type.strong)
    lines: list[ft.Control] = [ft.Semantics(content=name, exclude_semantics=True), box]
    if error:
        lines.append(check_line(ui, Check(False, error)))
    lines += [check_line(ui, check) for check in checks]
    if helper and not error:
        lines.append(muted(ui, helper))
    return ft.Column(lines, spacing=6, tight=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH)


def check_line(ui: Ui, check: Check) -> ft.Control:
    """What a check found: an icon and a sentence; failures are announced."""
    k = ui.look
    glyph, color = {
        True: (ft.Icons.CHECK_CIRCLE_ROUNDED, k.c.success),
        False: (ft.Icons.ERROR_ROUNDED, k.c.error),
        None: (ft.Icons.INFO_ROUNDED, k.c.info),
    }[check.ok]
    words = text(
        ui, check.text, "label", color=k.c.error if check.ok is False else k.c.on_surface, expand=True
    )
    row = ft.Row(
        [ft.Icon(glyph, size=16, color=color), words],
        spacing=6,
        vertical_alignment=ft.CrossAxisAlignment.START,
    )
    return ft.Semantics(content=row, live_region=True) if check.ok is False else row


def password_meter(ui: Ui, score: int, words: str) -> ft.Control:
    """Strength from 0 to 4 as four bars and in words; 3 is enough."""
    k = ui.look
    tone = k.c.success if score >= 3 else k.c.warning if score == 2 else k.c.error
    bars: list[ft.Control] = [
        ft.Container(
            height=4,
            expand=True,
            border_radius=2,
            bgcolor=tone if index < score else k.c.surface_container_high,
        )
        for index in range(4)
    ]
    return ft.Column(
        [
            ft.Row(bars, spacing=k.s.s1),
            text(ui, words, "label", color=tone if score else k.c.on_surface_variant),
        ],
        spacing=6,
        tight=True,
    )
