"""Removing an account from this device, confirmed by typing a word."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import flet as ft

from app.design.base import component, use_ref, use_state, use_ui
from app.design.components import banner, button, column, field


@component
def RemoveAccount(name: str, on_remove: Callable[[], Awaitable[object]]) -> ft.Control:  # noqa: N802 - a component
    """What is lost, what remains, and the word to type."""
    ui = use_ui()
    typed, set_typed = use_state("")
    removing = use_ref(False)
    busy, set_busy = use_state(False)
    word = ui.t("REMOVE")

    async def remove() -> None:
        if removing.current or typed.strip().upper() != word.upper():
            return
        removing.current = True
        set_busy(True)
        try:
            await on_remove()
        finally:
            removing.current = False
            set_busy(False)

    return column(
        ui,
        [
            banner(
                ui,
                "warning",
                ui.t("Is the recovery phrase of {name} on paper?", name=name),
                ui.t("The wallet is removed from this device only. Without phrase or password it is lost."),
            ),
            field(
                ui,
                ui.t("Type {word} to confirm", word=word),
                typed,
                set_typed,
                id="remove-word",
                on_submit=remove,
            ),
            button(
                ui,
                ui.t("Remove from this device"),
                remove,
                kind="danger",
                busy=busy,
                disabled=typed.strip().upper() != word.upper(),
                id="remove-confirm",
            ),
        ],
    )
