"""Keys of the main part, for who works with a keyboard."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import flet as ft

from app.core import paths
from app.design.base import handler, use_effect
from app.design.components.way_back import way_back

_PLACES: Final = {
    "1": paths.HOME,
    "2": paths.ACTIVITY,
    "3": paths.RECEIVE,
    "4": paths.SEND,
    "5": paths.SETTINGS,
}
_LOCK: Final = "l"
_BACK: Final = "escape"


def use_shortcuts(page: ft.Page, go: Callable[[str], object], lock: Callable[[], object]) -> None:
    """Control (or command) with 1 to 5 leads to a place, with L it locks; Escape leads back."""

    async def pressed(event: ft.KeyboardEvent) -> None:
        key = event.key.lower()
        if key == _BACK:
            await _leave(page)
        elif not (event.ctrl or event.meta) or event.alt:
            return
        elif key == _LOCK:
            lock()
        elif key in _PLACES:
            go(_PLACES[key])

    def listen() -> None:
        page.on_keyboard_event = handler(pressed)
        page.update()

    def stop() -> None:
        page.on_keyboard_event = None
        page.update()

    use_effect(listen, [], stop)


async def _leave(page: ft.Page) -> None:
    # An open sheet takes the key for itself: it closes, and the screen below stays.
    if any(dialog.open for dialog in page._dialogs.controls):
        return
    if (back := handler(way_back(page))) is not None:
        await back(None)
