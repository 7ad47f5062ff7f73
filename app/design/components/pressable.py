"""What can be pressed: one way to draw fill, line, press and the ring of the keyboard's focus."""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

import flet as ft

from app.design.base import Action, Ui, handler
from app.design.look import Look

RING = 2
Place = Literal["around", "within"]
"""Where the ring runs: around the control with a gap, or within it where a card would cut it off."""
# In widths of the ring, from the edge: three put a gap of one ring between edge and ring.
_ALIGN: dict[Place, float] = {"around": 3, "within": -3}
# A compact button is laid out 8 lower than its padding says, and may be as small as a chip.
_TAKEN = 8


def focus_ring(color: str, place: Place = "around") -> ft.BorderSide:
    """The line that shows where the keyboard is."""
    return ft.BorderSide(RING, color, stroke_align=_ALIGN[place])


@lru_cache(maxsize=512)
def _style(
    k: Look,
    *,
    fill: str | None,
    line: str | None,
    radius: float,
    ring: str,
    place: Place,
    shade: str,
    held: str | None,
    inset: tuple[float, float, float, float],
    middle: bool,
) -> ft.ButtonStyle:
    left, top, right, bottom = inset
    rest = ft.BorderSide(1, line) if line else ft.BorderSide.none()
    return ft.ButtonStyle(
        bgcolor=fill or ft.Colors.TRANSPARENT,
        padding=ft.Padding(left, top + _TAKEN, right, bottom + _TAKEN),
        shape=ft.RoundedRectangleBorder(radius=radius),
        side={ft.ControlState.FOCUSED: focus_ring(ring, place), ft.ControlState.DEFAULT: rest},
        overlay_color={
            ft.ControlState.PRESSED: held or ft.Colors.with_opacity(0.10, shade),
            ft.ControlState.HOVERED: ft.Colors.with_opacity(0.05, shade),
            ft.ControlState.FOCUSED: ft.Colors.with_opacity(0.06, shade),
        },
        alignment=ft.Alignment.CENTER if middle else ft.Alignment.CENTER_LEFT,
        animation_duration=k.motion.instant,
        visual_density=ft.VisualDensity.COMPACT,
    )


def pressable(
    ui: Ui,
    content: ft.Control,
    on_click: Action | None,
    *,
    radius: float,
    fill: str | None = None,
    line: str | None = None,
    padding: ft.Padding | float = 0,
    ring: str | None = None,
    place: Place = "around",
    shade: str | None = None,
    held: str | None = None,
    middle: bool = True,
    disabled: bool = False,
    **box: object,
) -> ft.TextButton:
    """Content that is pressed as a whole, by finger, pointer or keyboard.

    ``ring`` is the colour of the focus ring, for grounds the primary colour does not stand out from;
    ``shade`` tints the content while it is pointed at or pressed, ``held`` is the whole fill of a press.
    """
    k = ui.look
    inset = padding if isinstance(padding, ft.Padding) else ft.Padding.all(padding)
    sides = (inset.left, inset.top, inset.right, inset.bottom)
    style = _style(
        k,
        fill=fill,
        line=line,
        radius=radius,
        ring=ring or k.c.primary,
        place=place,
        shade=shade or k.c.on_surface,
        held=held,
        inset=sides,
        middle=middle,
    )
    return ft.TextButton(
        content=content,
        style=style,
        disabled=disabled,
        on_click=handler(on_click),
        **box,  # type: ignore[arg-type]
    )
