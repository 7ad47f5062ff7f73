"""Entering a PIN: keypad, dots, and the entry that never loses a key however fast they come."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import flet as ft

from app.design.base import Action, component, handler, ident, keyed, use_ref, use_state, use_ui
from app.design.components.feedback import link
from app.design.components.keypad import pin_done, pin_dots, pin_pad, tell_focus
from app.design.components.layout import gap
from app.design.components.pin_layout import spread, stacked, verdict

MINIMUM = 6
MAXIMUM = 12
DELETE_KEYS = frozenset({"Backspace", "Delete"})
ENTER_KEYS = frozenset({"Enter", "Numpad Enter"})


class _Typed:
    """What is typed so far, and what has the keyboard's focus.

    It lives in a ref, not in state: taps read together all see the ones before them.
    """

    def __init__(self) -> None:
        self.digits: list[str] = []
        self.focused: set[str] = set()
        self.submitting = False
        self.epoch = 0

    def enter(self, epoch: int) -> None:
        """Forget the digits of another epoch."""
        if self.epoch != epoch:
            self.epoch = epoch
            self.digits.clear()


@component
def PinEntry(  # noqa: N802 - a component
    on_complete: Callable[[str], Awaitable[object] | object],
    *,
    length: int | None = MINIMUM,
    message: str | None = None,
    error: bool = False,
    busy: bool = False,
    disabled: bool = False,
    below: tuple[str, Action, str] | None = None,
    judge: Callable[[str], str | None] | None = None,
    head: ft.Control | None = None,
    frame: Callable[[ft.Control], ft.Control] | None = None,
    epoch: int = 0,
    id: str = "pin",  # noqa: A002
) -> ft.Control:
    """Dots, a verdict below them, and the keypad; a hardware keyboard works too.

    With a ``head`` it fills a phone's screen: the words on top, the keypad low, in reach of the thumb.
    ``frame`` puts the screen around it from inside: at another width it is another one, and an entry that
    stood in it would start anew.

    With a ``length`` the last digit hands the PIN to ``on_complete``; without one (choosing a PIN of six or
    more) a tick appears in the keypad. Keys pressed while ``on_complete`` runs are not taken.
    ``judge`` warns of what is typed so far; ``below`` is a link: word, action, id. In another ``epoch``,
    after a lock, nothing is typed any more.
    """
    ui = use_ui()
    typed = use_ref(_Typed).current
    typed.enter(epoch)
    digits, count = typed.digits, len(typed.digits)
    _, draw_again = use_state(0)

    def changed() -> None:
        draw_again(lambda times: times + 1)

    async def submit() -> None:
        if typed.submitting or len(digits) < MINIMUM:
            return
        typed.submitting = True
        pin = "".join(digits)
        try:
            result = on_complete(pin)
            if hasattr(result, "__await__"):
                await result
        finally:
            digits.clear()
            changed()
            typed.submitting = False

    async def add(digit: str) -> None:
        if typed.submitting or busy or disabled or len(digits) >= (length or MAXIMUM):
            return
        digits.append(digit)
        changed()
        if length is not None and len(digits) == length:
            await submit()

    def delete() -> None:
        if digits and not typed.submitting:
            digits.pop()
            changed()

    async def key(event: ft.KeyDownEvent) -> None:
        name = event.key.removeprefix("Digit ").removeprefix("Numpad ")
        if len(name) == 1 and name.isascii() and name.isdigit():
            await add(name)
        elif event.key in DELETE_KEYS:
            delete()
        elif event.key in ENTER_KEYS and length is None and not typed.focused:
            # On a key that has the focus it presses that key.
            await submit()

    tick = pin_done(ui, submit) if length is None and count >= MINIMUM else None
    # A fresh PIN being typed makes the old verdict old news.
    said = message if message and (count == 0 or not error) else ""
    doubt = judge("".join(digits)) if judge and digits else None
    asked: list[ft.Control] = [
        *([head, gap(ui.look.s.s2)] if head else []),
        pin_dots(ui, count, length or MINIMUM, error=error and count == 0),
        ft.Semantics(content=verdict(ui, said, doubt, error=error), live_region=bool(said or doubt)),
    ]
    keys: list[ft.Control] = [
        pin_pad(ui, add, delete, disabled=busy or disabled, extra=tick, focused=typed.focused)
    ]
    if below:
        word, action, name = below
        keys.append(tell_focus(name, link(ui, word, action, id=name), typed.focused))
    # Keyed: the web client keeps the first name of a node. The keypad stays, so that no tap gets lost.
    question = keyed(id, ident(id, stacked(ui, asked)))
    content = spread(ui, question, keys) if head and ui.phone else stacked(ui, [question, *keys])
    entry = ft.KeyboardListener(content, autofocus=True, on_key_down=handler(key))
    return frame(entry) if frame else entry
