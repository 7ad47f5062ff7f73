"""Rows of the settings that open a sheet: choosing one of several, or confirming."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

import flet as ft

from app.design.base import component, use_dialog, use_state, use_ui
from app.design.components import button, column, muted, option_row, setting_row, sheet


@component
def ChoiceRow(  # noqa: N802 - a component
    icon: ft.IconData,
    name: str,
    value: str,
    options: Sequence[tuple[str, str]],
    on_choose: Callable[[str], object],
    *,
    id: str,  # noqa: A002
) -> ft.Control:
    """Shows the choice made, and the others in a sheet."""
    ui = use_ui()
    opened, set_opened = use_state(False)

    def close() -> None:
        set_opened(False)

    def choose(key: str) -> None:
        set_opened(False)
        on_choose(key)

    rows = [option_row(ui, key, label, key == value, choose, id=f"{id}-{key}") for key, label in options]
    use_dialog(sheet(ui, name, column(ui, rows, spacing=0), close) if opened else None)
    shown = dict(options).get(value, "")
    return setting_row(ui, icon, name, lambda: set_opened(True), value=shown, id=id)


@component
def ConfirmRow(  # noqa: N802 - a component
    icon: ft.IconData,
    name: str,
    words: str,
    on_confirm: Callable[[], Awaitable[object]],
    *,
    id: str,  # noqa: A002
) -> ft.Control:
    """Says what will happen before it does."""
    ui = use_ui()
    opened, set_opened = use_state(False)

    def close() -> None:
        set_opened(False)

    async def confirm() -> None:
        set_opened(False)
        await on_confirm()

    body = column(
        ui,
        [muted(ui, words, "body"), button(ui, name, confirm, id=f"{id}-confirm")],
        spacing=ui.look.s.s5,
    )
    use_dialog(sheet(ui, name, body, close) if opened else None)
    return setting_row(ui, icon, name, lambda: set_opened(True), id=id)
