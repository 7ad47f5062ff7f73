"""Removing an account from this device: what goes and what stays; confirmed by a word where no PIN can be."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import flet as ft

from app.design.base import Ui, component, use_ref, use_state, use_ui
from app.design.components import banner, button, column, field, icon_disc, muted, text


def removal_words(ui: Ui, name: str) -> list[ft.Control]:
    """What is lost with the account, and what is not."""
    return [
        banner(
            ui,
            "warning",
            ui.t("Is the recovery phrase of {name} on paper?", name=name),
            ui.t(
                "The phrase brings the wallet back, or the wallet password that is valid now. "
                "Without both it is lost for good."
            ),
        ),
        _fact(
            ui,
            ft.Icons.DELETE_OUTLINE_ROUNDED,
            ui.t("Removed from this device"),
            ui.t("The keys, the PIN, and what this device remembers of your payments."),
        ),
        _fact(
            ui,
            ft.Icons.CHECK_ROUNDED,
            ui.t("Stays"),
            ui.t("Your money on the networks, your account, and the wallet on your other devices."),
        ),
    ]


def _fact(ui: Ui, icon: ft.IconData, name: str, words: str) -> ft.Control:
    k = ui.look
    said = ft.Column(
        [text(ui, name, weight=k.type.strong), muted(ui, words)], spacing=0, tight=True, expand=True
    )
    return ft.Row([icon_disc(ui, icon), said], spacing=k.s.s3)


@component
def RemoveAccount(  # noqa: N802 - a component
    name: str, typed: str, on_type: Callable[[str], object], on_remove: Callable[[], Awaitable[object]]
) -> ft.Control:
    """For who has forgotten the PIN: a word is typed in its place, and kept by who shows this."""
    ui = use_ui()
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
            *removal_words(ui, name),
            field(
                ui,
                ui.t("Type {word} to confirm", word=word),
                typed,
                on_type,
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
