"""The recovery phrase of a new wallet: shown when asked for, hidden again, asked back."""

from __future__ import annotations

from typing import cast

import flet as ft

from app.core.model import Mnemonic
from app.design.base import Ui, component, use_state, use_ui
from app.design.components import banner, button, column, link
from app.features.onboarding.parts import stacked, step_screen
from app.features.onboarding.screens.phrase_check import PhraseCheck
from app.services import Services, use_services, watch
from app.widgets.error_text import error_banner
from app.widgets.phrase_grid import HideClock, phrase_grid


@component
def PhraseScreen() -> ft.Control:  # noqa: N802 - a component
    """The words are read from the wallet each time they are shown, and dropped when hidden."""
    services = use_services()
    phrase, set_phrase = use_state(cast("Mnemonic | None", None))
    seen, set_seen = use_state(False)
    checking, set_checking = use_state(cast("Mnemonic | None", None))

    async def reveal() -> None:
        found = await services.session.phrase()
        if found is not None:
            set_phrase(found)
            set_seen(True)

    async def written() -> None:
        found = phrase or await services.session.phrase()
        set_phrase(None)
        set_checking(found)

    def hide() -> None:
        set_phrase(None)

    def again() -> None:
        set_checking(None)

    if checking is not None:
        return PhraseCheck(checking, again)
    return PhraseView(phrase, seen, reveal, hide, written)


@component
def PhraseView(  # noqa: N802 - a component
    phrase: Mnemonic | None, seen: bool, reveal: object, hide: object, written: object
) -> ft.Control:
    """The cells, hidden or shown."""
    ui, services = use_ui(), use_services()
    session = watch(services.session)
    shown = phrase is not None
    k = ui.look
    corner = HideClock(hide) if shown else None  # type: ignore[arg-type]
    cells = phrase_grid(ui, phrase)
    note = banner(
        ui,
        "warning",
        ui.t("These words are your money"),
        ui.t("We never ask for them. No photo, no cloud."),
        icon=ft.Icons.SHIELD_ROUNDED,
    )
    below: list[ft.Control] = [cells, note]
    if phrase is not None:
        below.append(_copy(ui, services, phrase))
    return step_screen(
        ui,
        4,
        ui.t("Your recovery phrase"),
        ui.t("Write these 24 words on paper, in this order. They open your wallet on any device."),
        [column(ui, below)],
        tall=True,
        banner=error_banner(ui, session.error, id="phrase-error"),
        action=ft.Container(corner, padding=ft.Padding.only(right=k.s.s3)) if corner else None,
        bottom=stacked(
            ui,
            ft.Container(None if shown else _show(ui, reveal, seen)),
            _written(ui, written, seen, session.busy),
        ),
    )


def _show(ui: Ui, reveal: object, seen: bool) -> ft.Control:
    """Low, in reach of the thumb; the one filled button until the words were seen."""
    return button(
        ui,
        ui.t("Show them again") if seen else ui.t("Show the words"),
        reveal,  # type: ignore[arg-type]
        kind="text" if seen else "filled",
        icon=ft.Icons.VISIBILITY_OUTLINED,
        id="phrase-reveal",
    )


def _written(ui: Ui, written: object, seen: bool, busy: bool) -> ft.Control:
    return button(
        ui,
        ui.t("I have written them down") if seen else ui.t("Look at the words first"),
        written,  # type: ignore[arg-type]
        disabled=not seen,
        busy=busy,
        id="phrase-written",
    )


def _copy(ui: Ui, services: Services, phrase: Mnemonic) -> ft.Control:
    async def copy() -> None:
        await services.devices.clipboard.copy(phrase.phrase(), secret=True)

    return ft.Row(
        [link(ui, ui.t("Copy for one minute"), copy, id="phrase-copy", color=ui.look.c.on_surface_variant)],
        alignment=ft.MainAxisAlignment.CENTER,
    )
