"""How large the reader's system makes texts; Flet does not say, so a hidden text is measured."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import flet as ft

from app.design.base import StepName, Ui, component, handler, use_state
from app.design.components.text import text

LARGE: Final = 1.2
"""From which factor on things that stand side by side go below each other."""


def use_text_scale(ui: Ui) -> tuple[float, ft.Control]:
    """The factor (1 until it is known), and the control that measures it and has to be on the screen."""
    scale, set_scale = use_state(1.0)

    def sized(event: ft.LayoutSizeChangeEvent[ft.Container]) -> None:
        set_scale(round(event.height / ui.look.step("body").line, 2) or 1.0)

    measured = ft.Container(text(ui, "0"), on_size_change=handler(sized))
    # Where the place of a control in a stack is given, its size is not told.
    probe = ft.Container(measured, left=0, top=0, opacity=0)
    stack = ft.Stack([probe], width=0, height=0, clip_behavior=ft.ClipBehavior.NONE)
    hidden = ft.Semantics(content=stack, exclude_semantics=True)
    return scale, hidden


MOST = 1.1
"""How much a figure that fills the width may grow."""


@component
def fitted(ui: Ui, build: Callable[[float], ft.Control]) -> ft.Control:
    """What ``build`` makes with a factor below 1 where texts are so large that a figure would break."""
    scale, probe = use_text_scale(ui)
    return ft.Column(
        [probe, build(min(1.0, MOST / scale))],
        spacing=0,
        tight=True,
    )


def snug_text(
    ui: Ui, value: str, step: StepName, *, weight: int | None = None, color: str | None = None
) -> ft.Control:
    """A word in a shape that does not grow, as initials in a disc: it hardly grows either."""
    base = ui.look.step(step)

    def build(factor: float) -> ft.Control:
        size, line = base.size * factor, base.line * factor
        return ft.Text(value, style=ui.look.style(step, weight, color, size=size, line=line), no_wrap=True)

    return fitted(ui, build)
