"""Choosing a PIN: type it, be warned if it is weak, type it again."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import flet as ft

from app.core.pins import SHORTEST_PIN
from app.core.secret import Secret
from app.design.base import Action, component, use_ref, use_state, use_ui
from app.design.components import PinEntry
from app.widgets.pin_screen import pin_head
from app.widgets.pin_words import pin_warning


@dataclass(frozen=True, slots=True)
class _Step:
    """``first`` is what was typed and has to be repeated; ``doubted`` waits for the user's word."""

    first: Secret | None = None
    doubted: Secret | None = None
    longer: bool = False
    differed: bool = False


@component
def NewPin(  # noqa: N802 - a component
    heading: str,
    words: str,
    on_chosen: Callable[[Secret], Awaitable[object] | object],
    frame: Callable[[ft.Control], ft.Control],
    *,
    epoch: int,
) -> ft.Control:
    """Calls ``on_chosen`` with a PIN that was typed twice; ``frame`` is the screen around it.

    In another ``epoch``, after a lock, it starts again.
    """
    ui = use_ui()
    newest, typed_in = use_ref(_Step), use_ref(epoch)
    _, draw_again = use_state(0)
    if typed_in.current != epoch:
        typed_in.current, newest.current = epoch, _Step(longer=newest.current.longer)
    step = newest.current

    def move(to: _Step) -> None:
        newest.current = to
        draw_again(lambda times: times + 1)

    async def typed(pin: str) -> None:
        now = newest.current
        if now.first is None:
            secret = Secret(pin)
            weak = pin_warning(ui.t, pin) is not None
            move(_Step(doubted=secret, longer=now.longer) if weak else _Step(secret, longer=now.longer))
        elif now.first.reveal() != pin:
            move(_Step(differed=True, longer=now.longer))
        else:
            move(_Step())
            result = on_chosen(now.first)
            if hasattr(result, "__await__"):
                await result

    def use_anyway() -> None:
        move(_Step(newest.current.doubted, longer=newest.current.longer))

    def other_length() -> None:
        move(_Step(longer=not newest.current.longer))

    def start_again() -> None:
        move(_Step(longer=newest.current.longer))

    def judge(pin: str) -> str | None:
        return pin_warning(ui.t, pin) if newest.current.first is None else None

    if step.first is not None:
        heading, words = ui.t("Repeat your PIN"), ui.t("Type the same digits once more.")
        below: tuple[str, Action, str] = (ui.t("Choose another PIN"), start_again, "pin-again")
    elif step.doubted is not None:
        below = (ui.t("Use this PIN anyway"), use_anyway, "pin-anyway")
    else:
        label = ui.t("Use six digits") if step.longer else ui.t("Use a longer PIN")
        below = (label, other_length, "pin-longer")
    message = None
    if step.differed:
        message = ui.t("The two PINs differ. Choose one again.")
    elif step.doubted is not None:
        message = pin_warning(ui.t, step.doubted.reveal())
    if step.first is not None:
        length: int | None = len(step.first.reveal())
    else:
        length = None if step.longer else SHORTEST_PIN
    return PinEntry(
        typed,
        length=length,
        message=message,
        error=message is not None,
        below=below,
        judge=judge,
        head=pin_head(ui, heading, words),
        frame=frame,
        epoch=epoch,
        id="pin-repeat" if step.first is not None else "pin-choose",
    )
