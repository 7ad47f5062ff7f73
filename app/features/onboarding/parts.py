"""Pieces that several onboarding screens share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import flet as ft

from app.design.base import Ui
from app.design.components import app_bar, muted, screen, step_bar, title
from app.widgets.boxed import boxed

STEPS: Final = 5
"""Sign in, PIN, password, wallet, recovery phrase."""


def step_screen(
    ui: Ui,
    step: int,
    heading: str,
    words: str,
    body: Sequence[ft.Control],
    *,
    on_back: Callable[[], object] | None = None,
    bottom: ft.Control | None = None,
    banner: ft.Control | None = None,
    action: ft.Control | None = None,
    center: bool = False,
    tall: bool = False,
) -> ft.Control:
    """A step of the onboarding: where it stands, what it is for, its content and its action."""
    k = ui.look
    corner = action or ft.Container(
        step_bar(ui, step, 1, STEPS), padding=ft.Padding.symmetric(horizontal=k.s.s3)
    )
    align = ft.TextAlign.CENTER if center else None
    head = ft.Column(
        [title(ui, heading, align=align), muted(ui, words, "body", align=align)],
        spacing=k.s.s2,
        tight=True,
        horizontal_alignment=ft.CrossAxisAlignment.CENTER if center else ft.CrossAxisAlignment.START,
    )
    content = [ft.Container(head, padding=ft.Padding.only(bottom=k.s.s2)), *body]
    bar = app_bar(ui, "", on_back=on_back, actions=[corner])
    if ui.phone:
        return screen(ui, bar=bar, banner=banner, body=content, bottom=bottom)
    parts = [*([banner] if banner else []), *content]
    if bottom:
        parts.append(ft.Container(bottom, padding=ft.Padding.only(top=k.s.s4)))
    return boxed(ui, bar, parts, tall=tall)


def stacked(ui: Ui, *controls: ft.Control | None) -> ft.Column:
    """Actions under each other over the whole width; what is None is left out."""
    return ft.Column(
        [control for control in controls if control is not None],
        spacing=ui.look.s.s1,
        tight=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )
