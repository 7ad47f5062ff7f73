"""The PIN before money moves."""

from __future__ import annotations

from collections.abc import Callable

import flet as ft

from app.core.errors import ErrorCode
from app.design.base import Ui, component
from app.design.components import PinEntry, app_bar
from app.features.payments.actions import Act
from app.features.payments.state import Reviewing
from app.features.payments.words import failure_words
from app.widgets.addresses import short_address
from app.widgets.amounts import coin_words
from app.widgets.pin_pause import pause_words, use_pause_of
from app.widgets.pin_screen import pin_frame, pin_head


@component
def pin_view(
    ui: Ui, state: Reviewing, back: Act, confirm: Callable[[str], object], length: int | None
) -> ft.Control:
    """What the PIN is for, and the keypad; the verdict on a wrong one below the dots."""
    order = state.order
    amount = coin_words(ui, order.payment.amount, order.network.symbol, exact=True)
    head = pin_head(
        ui,
        ui.t("Enter your PIN"),
        ui.t(
            "to send {amount} to {recipient}", amount=amount, recipient=short_address(order.payment.recipient)
        ),
    )
    paused = use_pause_of(state.error)
    message = pause_words(ui.t, paused) if paused else None
    if state.error and state.error.code is not ErrorCode.PIN_PAUSED:
        message = failure_words(ui, state.error).sentence()
    return PinEntry(
        confirm,
        length=length,
        message=message,
        error=message is not None,
        disabled=paused > 0,
        head=head,
        frame=pin_frame(ui, app_bar(ui, ui.t("Send"), on_back=back)),
        id="send-pin",
    )
