"""Pieces that several settings screens share."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

import flet as ft

from app.core.errors import ErrorCode
from app.core.paths import SETTINGS
from app.core.secret import Secret
from app.design.base import Ui, component, use_memo
from app.design.components import PinEntry, app_bar, column, list_card, muted, screen
from app.features.settings.store import StepUpStore
from app.services import Services, watch
from app.widgets.error_text import error_text
from app.widgets.go import go
from app.widgets.pin_pause import pause_words, use_pause_of
from app.widgets.pin_screen import pin_frame, pin_head


def use_step_up(services: Services) -> StepUpStore:
    """A store of the calling screen alone."""

    def make() -> StepUpStore:
        return StepUpStore(services.session, services.preferences)

    return watch(use_memo(make, []))


def group(ui: Ui, name: str, rows: Sequence[ft.Control]) -> ft.Control:
    """Rows under a quiet name."""
    label = ft.Semantics(
        content=ft.Container(muted(ui, name), padding=ft.Padding.only(left=ui.look.s.s1)), header=True
    )
    return column(ui, [label, list_card(ui, rows)], spacing=ui.look.s.s2)


def sub_screen(
    ui: Ui, title: str, body: Sequence[ft.Control], *, banner: ft.Control | None = None
) -> ft.Control:
    """A screen below the settings."""
    return screen(ui, bar=app_bar(ui, title, on_back=lambda: go(SETTINGS)), banner=banner, body=body)


@component
def pin_step(
    ui: Ui,
    services: Services,
    store: StepUpStore,
    on_pin: Callable[[Secret], Awaitable[object]],
    *,
    title: str,
    words: str,
) -> ft.Control:
    """Ask for the PIN and say what was wrong with it."""

    async def typed(pin: str) -> None:
        await on_pin(Secret(pin))

    paused = use_pause_of(store.error)
    message = pause_words(ui.t, paused) if paused else None
    if store.error and store.error.code is not ErrorCode.PIN_PAUSED:
        message = error_text(ui.t, store.error).sentence()
    return PinEntry(
        typed,
        length=services.session.pin_length,
        message=message,
        error=message is not None,
        busy=store.busy,
        disabled=paused > 0,
        head=pin_head(ui, ui.t("Enter your PIN"), words),
        frame=pin_frame(ui, app_bar(ui, title, on_back=lambda: go(SETTINGS))),
        id="settings-pin-entry",
    )
