"""A payment on its way and at its end."""

from __future__ import annotations

import flet as ft
from babel.numbers import format_decimal

from app.core.errors import ErrorCode
from app.design.base import Ui, ident
from app.design.components import (
    Grown,
    Step,
    app_bar,
    banner,
    button,
    card,
    column,
    gap,
    icon_disc,
    muted,
    screen,
    spot,
    text,
    timeline,
    title,
)
from app.features.payments.actions import ProgressActions
from app.features.payments.receipt import receipt_card
from app.features.payments.state import Failed, Failure, Order, OutcomeUnknown, Sending, Sent
from app.features.payments.words import failure_words
from app.widgets.addresses import short_address
from app.widgets.amounts import coin_words
from app.widgets.moments import time_only


def under_way_view(ui: Ui, state: Sending | Sent, actions: ProgressActions) -> ft.Control:
    """Between the PIN and the confirmation: what has happened and what comes next."""
    order = state.order
    steps = [Step(ui.t("You confirmed with your PIN"), "done", time_only(ui, state.began, seconds=True))]
    if isinstance(state, Sending):
        steps.append(Step(ui.t("Handing it to the network"), "now", note=ui.t("This takes a few seconds.")))
        steps += [Step(ui.t("Included in a block"), "todo"), Step(ui.t("Confirmed"), "todo")]
    else:
        steps.append(
            Step(ui.t("Handed to the network"), "done", time_only(ui, state.submitted, seconds=True))
        )
        block = state.transaction.block if state.transaction else None
        included = (
            Step(ui.t("Included in block {block}", block=format_decimal(block, locale=ui.locale)), "done")
            if block is not None
            else Step(ui.t("Included in a block"), "now", note=ui.t("Usually within half a minute."))
        )
        steps += [included, Step(ui.t("Confirmed"), "now" if block is not None else "todo")]
    amount = coin_words(ui, order.payment.amount, order.network.symbol, exact=True)
    safe = banner(
        ui,
        "info",
        ui.t("Sent once, even if the connection drops"),
        ui.t("You can leave this screen. Activity shows how far it is."),
        icon=ft.Icons.SHIELD_ROUNDED,
    )
    head = _head(ui, ui.t("Sending {amount}", amount=amount), _to(ui, order))
    close = button(ui, ui.t("Close"), actions.done, kind="outlined", id="send-done")
    body = [gap(ui.look.s.s4), head, ident("send-progress", card(ui, timeline(ui, steps))), safe]
    return screen(ui, bar=app_bar(ui, ""), body=body, bottom=close)


def success_view(ui: Ui, state: Sent, actions: ProgressActions) -> ft.Control:
    """It has arrived: the sentence, and the receipt."""
    k = ui.look
    took = (state.ended - state.began).total_seconds() if state.ended else 0
    seconds = max(1, round(took))
    said = ui.tn("Confirmed in {n} second.", "Confirmed in {n} seconds.", seconds)
    head = column(
        ui,
        [
            Grown(ui, spot(ui, "success", k.z.spot * 0.62)),
            title(
                ui,
                ui.t("Sent to {recipient}", recipient=short_address(state.order.payment.recipient)),
                align=ft.TextAlign.CENTER,
            ),
            muted(ui, said, "body", align=ft.TextAlign.CENTER),
        ],
        spacing=k.s.s1,
        center=True,
    )
    bar = app_bar(ui, "", on_back=actions.done, close=True)
    done = button(ui, ui.t("Done"), actions.done, id="send-done")
    body = [
        ident("send-success", ft.Container(head, alignment=ft.Alignment.CENTER)),
        receipt_card(ui, state, actions.copy),
    ]
    return screen(ui, bar=bar, body=body, bottom=done, spacing=k.s.s6)


def failed_view(ui: Ui, state: Failed, actions: ProgressActions) -> ft.Control:
    """It is certain that nothing arrived; the sentence says whether the fee is gone."""
    if state.kind is Failure.ON_CHAIN:
        words = (
            ui.t("The network did not carry it out"),
            ui.t("The amount is still yours. Only the network fee is gone."),
        )
    elif state.error is not None and state.error.code is not ErrorCode.OUTCOME_UNKNOWN:
        said = failure_words(ui, state.error)
        words = (said.title, ui.t("Nothing was sent. {next}", next=said.next_step))
    else:
        words = (ui.t("It was not sent"), ui.t("Your money is where it was. You can try again."))
    parts = [icon_disc(ui, ft.Icons.CLOSE_ROUNDED, "error", ui.look.s.s16), *_words(ui, *words)]
    said_again = ui.t("See the new fee") if state.fee_risen else ui.t("Back to the payment")
    again = button(ui, said_again, actions.again, id="send-again")
    close = button(ui, ui.t("Close"), actions.done, kind="text", id="send-done")
    return _centred(ui, "send-failed", parts, column(ui, [again, close], spacing=ui.look.s.s1))


def unknown_view(ui: Ui, state: OutcomeUnknown, actions: ProgressActions) -> ft.Control:
    """Nobody knows yet; sending again is the one wrong thing to do."""
    order = state.order
    amount = coin_words(ui, order.payment.amount, order.network.symbol, exact=True)
    words = _words(
        ui,
        ui.t("We do not know yet whether it went out"),
        ui.t(
            "Do not send again; we are checking. Your payment of {amount} goes out once or not at all.",
            amount=amount,
        ),
    )
    checking = ft.Row(
        [
            ft.ProgressRing(width=16, height=16, stroke_width=2, color=ui.look.c.warning),
            muted(ui, ui.t("Asking the network")),
        ],
        spacing=ui.look.s.s2,
        tight=True,
    )
    parts = [
        icon_disc(ui, ft.Icons.HELP_ROUNDED, "warning", ui.look.s.s16),
        *words,
        gap(ui.look.s.s2),
        checking,
    ]
    look = button(ui, ui.t("Look in Activity"), actions.activity, id="send-activity")
    close = button(ui, ui.t("Close"), actions.done, kind="text", id="send-done")
    return _centred(ui, "send-unknown", parts, column(ui, [look, close], spacing=ui.look.s.s1))


def _words(ui: Ui, said: str, more: str) -> list[ft.Control]:
    return [
        gap(ui.look.s.s2),
        title(ui, said, align=ft.TextAlign.CENTER),
        muted(ui, more, "body", align=ft.TextAlign.CENTER),
    ]


def _centred(ui: Ui, name: str, parts: list[ft.Control], bottom: ft.Control) -> ft.Control:
    block = ft.Container(
        column(ui, parts, spacing=ui.look.s.s1, center=True),
        alignment=ft.Alignment.CENTER,
        padding=ft.Padding(0, ui.look.s.s16, 0, 0),
    )
    live = ft.Semantics(content=block, live_region=True)
    return screen(ui, bar=app_bar(ui, ""), body=[ident(name, live)], bottom=bottom)


def _head(ui: Ui, said: str, below: str) -> ft.Control:
    block = column(
        ui,
        [title(ui, said, align=ft.TextAlign.CENTER), text(ui, below, color=ui.look.c.on_surface_variant)],
        spacing=2,
        center=True,
    )
    return ft.Container(block, alignment=ft.Alignment.CENTER)


def _to(ui: Ui, order: Order) -> str:
    return ui.t("to {recipient}", recipient=short_address(order.payment.recipient))
