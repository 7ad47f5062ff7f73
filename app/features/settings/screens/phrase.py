"""Showing the recovery phrase again, after the PIN, for one minute."""

from __future__ import annotations

import flet as ft

from app.design.base import component, use_ui
from app.design.components import banner, button, column, muted
from app.features.settings.parts import pin_step, sub_screen, use_step_up
from app.services import use_services
from app.widgets.phrase_grid import HideClock, phrase_grid


@component
def ShowPhraseScreen() -> ft.Control:  # noqa: N802 - a component
    """The words live as long as this screen shows them."""
    ui, services = use_ui(), use_services()
    store = use_step_up(services)
    title = ui.t("Recovery phrase")
    if store.phrase is None:
        return pin_step(
            ui,
            services,
            store,
            store.show_phrase,
            title=title,
            words=ui.t("Your PIN shows the words for one minute. Look around first."),
        )
    clock = ft.Row([HideClock(store.hide_phrase)], alignment=ft.MainAxisAlignment.START)
    parts: list[ft.Control] = [
        clock,
        muted(ui, ui.t("They open your wallet on any device. Compare them with your paper."), "body"),
        phrase_grid(ui, store.phrase),
        banner(
            ui,
            "warning",
            ui.t("These words are your money"),
            ui.t("We never ask for them. No photo, no cloud."),
            icon=ft.Icons.SHIELD_ROUNDED,
        ),
        button(ui, ui.t("Hide"), store.hide_phrase, kind="tonal", id="phrase-hide"),
    ]
    return sub_screen(ui, title, [column(ui, parts)])
