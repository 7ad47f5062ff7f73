"""Entering a PIN: keypad, dots, and the entry that never loses a key however fast they come."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import flet as ft

from app.design.base import component, handler, ident, keyed, use_ref, use_state, use_ui
from app.design.components.keypad import pin_dots, pin_pad
from app.design.components.layout import gap
from app.design.components.pin_layout import spread, stacked, verdict
from app.design.components.pressable import pressable

MINIMUM = 6
MAXIMUM = 12
DELETE_KEYS = frozenset({"Backspace", "Delete"})
ENTER_KEYS = frozenset({"Enter", "Numpad Enter"})


def _nothing_typed() -> list[str]:
    return []


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
    head: ft.Control | None = None,
    frame: Callable[[ft.Control], ft.Control] | None = None,
    id: str = "pin",  # noqa: A002
) -> ft.Control:
    """Dots, a verdict below them, and the keypad; a hardware keyboard works too.

    With a ``head`` it fills a phone's screen: the words on top, the keypad low, in reach of the thumb.
    ``frame`` puts the screen around it from inside: at another width it is another one, and an entry that
    stood in it would start anew.

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
            pressable(
                ui, glyph, submit, radius=28, fill=k.c.primary, shade=k.c.on_primary, width=56, height=56
            ),
        )
    # A fresh PIN being typed makes the old verdict old news.
    said = message if message and (count == 0 or not error) else ""
    doubt = judge("".join(digits)) if judge and digits else None
    asked: list[ft.Control] = [
        *([head, gap(k.s.s2)] if head else []),
        pin_dots(ui, count, length or MINIMUM, error=error and count == 0),
        ft.Semantics(content=verdict(ui, said, doubt, error=error), live_region=bool(said or doubt)),
    ]
    keys: list[ft.Control] = [pin_pad(ui, add, delete, disabled=busy or disabled, extra=tick)]
    if below:
        keys.append(below)
    # Keyed: the web client keeps the first name of a node. The keypad stays, so that no tap gets lost.
    question = keyed(id, ident(id, stacked(ui, asked)))
    content = spread(ui, question, keys) if head and ui.phone else stacked(ui, [question, *keys])
    entry = ft.KeyboardListener(content, autofocus=True, on_key_down=handler(key))
    return frame(entry) if frame else entry
