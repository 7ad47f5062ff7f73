"""Keys of the main part, for who works with a keyboard."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import flet as ft

from app.core import paths
from app.design.base import handler, use_effect

_PLACES: Final = {
    "1": paths.HOME,
    "2": paths.ACTIVITY,
    "3": paths.RECEIVE,
    "4": paths.SEND,
    "5": paths.SETTINGS,
}
_LOCK: Final = "l"


def use_shortcuts(page: ft.Page, go: Callable[[str], object], lock: Callable[[], object]) -> None:
    """Control (or command) with 1 to 5 leads to a place, with L it locks."""

    def pressed(event: ft.KeyboardEvent) -> None:
        if not (event.ctrl or event.meta) or event.alt:
            return
        key = event.key.lower()
        if key == _LOCK:
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
