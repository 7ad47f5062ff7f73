"""Dialogs that follow: at another width or brightness an open one goes and comes back as it has to look."""

from __future__ import annotations

import asyncio
import inspect
from typing import Any, cast

import flet as ft

Form = tuple[object, ...]
# Where the client does not tell that the old one has gone.
_GIVE_UP = 0.6


def _form(dialog: ft.DialogControl) -> Form:
    """What a client cannot change in a dialog once it is open."""
    return type(dialog), getattr(dialog, "bgcolor", None), getattr(dialog, "barrier_color", None)


class _Place:
    """One caller's dialog: the form that is open, and whether it is closing only to come back.

    ``turn`` counts the closings, so that late news of an earlier one is not taken for news of a later one.
    """

    def __init__(self) -> None:
        self.form: Form | None = None
        self.returning = False
        self.turn = 0

    def close(self, *, returning: bool) -> None:
        """The open dialog goes."""
        self.form, self.returning = None, returning
        self.turn += 1


def use_dialog(dialog: ft.DialogControl | None) -> None:
    """Show a dialog for as long as it is given.

    Its kind and colours are fixed while it is open. When they have to be others, it is closed, and opened
    anew once it is gone, so that there are never two; what its caller keeps, it keeps.
    """
    place: _Place = cast("Any", ft.use_ref)(_Place).current
    _, draw_again = ft.use_state(0)
    page = ft.context.page

    def come_back(turn: int) -> None:
        if place.returning and place.turn == turn:
            place.returning = False
            draw_again(lambda count: count + 1)

    async def give_up(turn: int) -> None:
        await asyncio.sleep(_GIVE_UP)
        come_back(turn)

    if dialog is None:
        if place.form is not None or place.returning:
            place.close(returning=False)
    elif place.form is not None and place.form != _form(dialog):
        place.close(returning=True)
        page.run_task(give_up, place.turn)
    elif not place.returning:
        place.form = _form(dialog)

    if dialog is not None:
        closed, opened_in = cast("Any", dialog.on_dismiss), place.turn

        async def dismissed(event: object) -> None:
            come_back(opened_in + 1)
            if place.turn == opened_in and closed is not None:
                result = closed(event)
                if inspect.isawaitable(result):
                    await result

        dialog.on_dismiss = dismissed
    ft.use_dialog(None if place.returning else dialog)
