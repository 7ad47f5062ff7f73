"""Entering a PIN: keypad, dots, and the entry that never loses a key however fast they come."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import flet as ft

from app.design.base import Ui, component, handler, ident, use_ref, use_state, use_ui
from app.design.components.keypad import pin_dots, pin_pad
from app.design.components.text import muted, text

MINIMUM = 6
MAXIMUM = 12
DELETE_KEYS = frozenset({"Backspace", "Delete"})
ENTER_KEYS = frozenset({"Enter", "Numpad Enter"})


def _nothing_typed() -> list[str]:
    return []


def _verdict(ui: Ui, said: str, doubt: str | None, *, error: bool) -> ft.Control:
    """What is said about the PIN, directly below the dots; always as high as one line."""
    k = ui.look
    if doubt:
        paint = k.paint("warning")
        glyph = ft.Icon(ft.Icons.WARNING_AMBER_ROUNDED, size=k.z.icon_small, color=paint.on_container)
        words = text(ui, doubt, "label", weight=k.type.emphasis, color=paint.on_container)
        return ft.Container(
            ft.Row([glyph, words], spacing=k.s.s2, tight=True),
            bgcolor=paint.container,
            border_radius=k.z.chip / 2,
            padding=ft.Padding.symmetric(vertical=k.s.s2, horizontal=k.s.s4),
        )
    color = k.c.error if error else k.c.on_surface_variant
    words = muted(ui, said or " ", weight=k.type.emphasis, align=ft.TextAlign.CENTER, color=color)
    return ft.Container(words, padding=ft.Padding.symmetric(vertical=k.s.s2))


@component
def PinEntry(  # noqa: N802 - a component
    on_complete: Callable[[str], Awaitable[object] | object],
    *,
    length: int | None = MINIMUM,
    message: str | None = None,
    error: bool = False,
    busy: bool = False,
    disabled: bool = False,
    below: ft.Control | None = None,
    judge: Callable[[str], str | None] | None = None,
    id: str = "pin",  # noqa: A002
) -> ft.Control:
    """Dots, a verdict below them, and the keypad; a hardware keyboard works too.

    With a ``length`` the last digit hands the PIN to ``on_complete``; without one (choosing a PIN of six or
    more) a tick appears in the keypad. Keys pressed while ``on_complete`` runs are not taken.
    ``judge`` warns of what is typed so far.
    """
    ui = use_ui()
    digits = use_ref(_nothing_typed).current
    submitting = use_ref(False)
    count, set_count = use_state(0)

    async def submit() -> None:
        if submitting.current or len(digits) < MINIMUM:
            return
        submitting.current = True
        pin = "".join(digits)
        try:
            result = on_complete(pin)
            if hasattr(result, "__await__"):
                await result
        finally:
            digits.clear()
            set_count(0)
            submitting.current = False

    # The digits live in a ref, not in state: taps read together all see the ones before them.
    async def add(digit: str) -> None:
        if submitting.current or busy or disabled or len(digits) >= (length or MAXIMUM):
            return
        digits.append(digit)
        set_count(len(digits))
        if length is not None and len(digits) == length:
            await submit()

    def delete() -> None:
        if digits and not submitting.current:
            digits.pop()
            set_count(len(digits))

    async def key(event: ft.KeyDownEvent) -> None:
        name = event.key.removeprefix("Digit ").removeprefix("Numpad ")
        if len(name) == 1 and name.isascii() and name.isdigit():
            await add(name)
        elif event.key in DELETE_KEYS:
            delete()
        elif event.key in ENTER_KEYS and length is None:
            await submit()

    k = ui.look
    tick = None
    if length is None and count >= MINIMUM:
        glyph = ft.Icon(
            ft.Icons.CHECK_ROUNDED, size=k.z.icon, color=k.c.on_primary, semantics_label=ui.t("Continue")
        )
        tick = ident(
            "pin-done",
            ft.Container(
                glyph,
                width=56,
                height=56,
                border_radius=28,
                bgcolor=k.c.primary,
                alignment=ft.Alignment.CENTER,
                ink=True,
                on_click=handler(submit),
            ),
        )
    # A fresh PIN being typed makes the old verdict old news.
    said = message if message and (count == 0 or not error) else ""
    doubt = judge("".join(digits)) if judge and digits else None
    parts: list[ft.Control] = [
        pin_dots(ui, count, length or MINIMUM, error=error and count == 0),
        ft.Semantics(content=_verdict(ui, said, doubt, error=error), live_region=bool(said or doubt)),
        pin_pad(ui, add, delete, disabled=busy or disabled, extra=tick),
    ]
    if below:
        parts.append(below)
    column = ft.Column(parts, spacing=k.s.s4, tight=True, horizontal_alignment=ft.CrossAxisAlignment.CENTER)
    return ident(id, ft.KeyboardListener(column, autofocus=True, on_key_down=handler(key)))
