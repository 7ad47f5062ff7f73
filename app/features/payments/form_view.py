"""The form of a payment as pixels."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from functools import partial

import flet as ft

from app.core.errors import ErrorCode
from app.core.model import Network
from app.core.model.position import Position
from app.core.money import to_fiat
from app.design.base import Ui, ident
from app.design.components import (
    Check,
    amount_entry,
    app_bar,
    banner,
    button,
    check_line,
    chip,
    column,
    error_state,
    muted,
    screen,
    skeleton_rows,
    tag,
    text,
)
from app.features.payments.actions import SendActions
from app.features.payments.form import Facts
from app.features.payments.recipient import recipient_block
from app.features.payments.state import Editing, Starting
from app.features.payments.words import failure_words, problem_words, waiting_words
from app.widgets.amounts import about_euro, coin_words, euro
from app.widgets.error_text import error_text
from app.widgets.network_pill import network_pill


def starting_view(ui: Ui, state: Starting, actions: SendActions) -> ft.Control:
    """Before networks are known, or when they cannot be read."""
    bar = app_bar(ui, ui.t("Send"), on_back=actions.back)
    if state.error is None:
        return screen(ui, bar=bar, body=[skeleton_rows(ui, 2)])
    words = error_text(ui.t, state.error)
    return screen(
        ui, bar=bar, body=[error_state(ui, words.title, words.next_step, (ui.t("Try again"), actions.retry))]
    )


def form_view(
    ui: Ui,
    form: Editing,
    networks: Sequence[Network],
    facts: Facts,
    actions: SendActions,
) -> ft.Control:
    """Amount on top, recipient with its checks below, the fee above the button."""
    network = form.draft.network
    pill = network_pill(ui, networks, network, actions.network, id="send-network", short=True)
    bar = app_bar(
        ui,
        ui.t("Send"),
        on_back=actions.back,
        actions=[ft.Container(pill, padding=ft.Padding.only(right=12))],
    )
    body = [
        _amount_block(ui, form, facts.position, actions),
        recipient_block(ui, form, facts.payees, actions),
    ]
    if form.error is not None:
        body.append(_error(ui, form, actions))
    waits = waiting_words(ui, form)
    review = button(
        ui,
        waits or ui.t("Review"),
        actions.review,
        busy=form.busy,
        disabled=waits is not None,
        id="send-review",
    )
    bottom = column(ui, [*_fee_line(ui, form, facts.fee_position), review])
    return screen(ui, bar=bar, body=body, bottom=bottom, spacing=ui.look.s.s6)


def _amount_block(ui: Ui, form: Editing, position: Position | None, actions: SendActions) -> ft.Control:
    k = ui.look
    network, problem = form.draft.network, form.amount.problem
    worth = ""
    if form.amount.amount is not None and position is not None and position.rate is not None:
        worth = about_euro(ui, to_fiat(form.amount.amount, position.rate.eur))
    parts: list[ft.Control] = [
        amount_entry(
            ui,
            ui.t("Amount in {symbol}", symbol=network.symbol),
            form.draft.amount,
            network.symbol,
            actions.amount,
            id="send-amount",
            error=problem is not None,
            on_submit=actions.review,
            autofocus=not ui.phone,
        ),
        ident("send-worth", muted(ui, worth or " ", "body")),
    ]
    if problem is not None:
        line = check_line(ui, Check(False, problem_words(ui, problem)))
        parts.append(
            ident("send-amount-problem", ft.Container(line, padding=ft.Padding.symmetric(vertical=k.s.s1)))
        )
    chips: list[ft.Control] = [
        chip(ui, ui.t("25 %"), False, partial(actions.part, Decimal("0.25")), id="send-quarter"),
        chip(ui, ui.t("50 %"), False, partial(actions.part, Decimal("0.5")), id="send-half"),
        chip(ui, ui.t("Max"), form.draft.maximum, partial(actions.part, Decimal(1)), id="send-max"),
    ]
    if position is not None and position.amount is not None:
        have = coin_words(ui, position.amount, network.symbol)
        # A wrapping row takes no text that could expand; a box around it cannot.
        chips.append(ft.Container(muted(ui, ui.t("of {amount}", amount=have), weight=k.type.emphasis)))
    if network.is_testnet:
        chips.append(tag(ui, ui.t("Test network"), tone="warning"))
    parts.append(
        ft.Row(
            chips,
            spacing=k.s.s2,
            run_spacing=k.s.s2,
            wrap=True,
            alignment=ft.MainAxisAlignment.CENTER,
            vertical_alignment=ft.CrossAxisAlignment.CENTER,
        )
    )
    parts[-1] = ft.Container(parts[-1], padding=ft.Padding.only(top=k.s.s3))
    block = column(ui, parts, spacing=k.s.s1, center=True)
    return ft.Container(block, padding=ft.Padding.only(top=k.s.s2), alignment=ft.Alignment.CENTER)


def _error(ui: Ui, form: Editing, actions: SendActions) -> ft.Control:
    assert form.error is not None
    if form.error.code is ErrorCode.OUTCOME_UNKNOWN:
        return banner(
            ui,
            "warning",
            ui.t("Your last payment to this address is still open"),
            ui.t("We do not know yet whether it went out. Do not send again; we are checking."),
            action=(ui.t("Show"), actions.activity),
            id="send-error",
        )
    words = failure_words(ui, form.error)
    return banner(ui, "error", words.title, words.next_step, id="send-error")


def _fee_line(ui: Ui, form: Editing, payer: Position | None) -> list[ft.Control]:
    fee = form.fee
    if fee is None:
        return []
    amount = coin_words(ui, fee.likely, fee.symbol, up=True)
    worth = euro(ui, to_fiat(fee.likely, payer.rate.eur)) if payer and payer.rate else ""
    value = ui.t("≈ {amount} ({worth})", amount=amount, worth=worth) if worth else f"≈ {amount}"
    value = value.replace("≈ ", "≈\u00a0")  # the sign never ends a line
    row = ft.Row(
        [
            # A wrapping row takes no bare text: the client would have it expand.
            ft.Container(muted(ui, ui.t("Network fee"), weight=ui.look.type.emphasis)),
            ft.Container(text(ui, value, "label", weight=ui.look.type.emphasis)),
        ],
        wrap=True,
        spacing=ui.look.s.s2,
        run_spacing=0,
        alignment=ft.MainAxisAlignment.SPACE_BETWEEN,
    )
    return [ident("send-fee", row)]
