"""The way back out of a screen: its key at the top, and what Escape finds."""

from __future__ import annotations

from dataclasses import dataclass
from weakref import WeakKeyDictionary

import flet as ft

from app.design.base import Action, Ui, component, use_effect, use_ref
from app.design.components.icon_buttons import icon_button


@dataclass(eq=False, slots=True)
class _Way:
    action: Action


_ways: WeakKeyDictionary[object, list[_Way]] = WeakKeyDictionary()


@component
def BackKey(ui: Ui, on_back: Action, *, close: bool = False) -> ft.Control:  # noqa: N802 - a component
    """An arrow, or a cross to ``close``; known to its page for as long as it is on it."""
    way = use_ref(lambda: _Way(on_back)).current
    way.action = on_back
    session = ft.context.page.session

    def come() -> None:
        _ways.setdefault(session, []).append(way)

    def leave() -> None:
        _ways[session].remove(way)

    use_effect(come, [], leave)
    icon = ft.Icons.CLOSE_ROUNDED if close else ft.Icons.ARROW_BACK_ROUNDED
    name = ui.t("Close") if close else ui.t("Back")
    return icon_button(ui, icon, name, on_back, id="back", filled=ui.look.shape.icon_disc_backs)


def way_back(page: ft.Page) -> Action | None:
    """What the back key of the newest screen does; None where there is none."""
    ways = _ways.get(page.session)
    return ways[-1].action if ways else None
