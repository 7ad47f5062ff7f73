"""One payment in full: amount, what happened, facts."""

from __future__ import annotations

from decimal import Decimal
from functools import partial

import flet as ft
from babel.numbers import format_decimal

from app.core.model import Direction
from app.core.model.activity import ActivityItem, ActivityStatus
from app.core.money import to_fiat
from app.design.base import Tone, Ui, ident
from app.design.components import (
    Step,
    address_block,
    banner,
    button,
    card,
    column,
    copy_button,
    fact,
    facts_card,
    heading,
    muted,
    tag,
    text,
    timeline,
)
from app.features.activity.actions import DetailActions
from app.widgets.addresses import short_address
from app.widgets.amounts import about_euro, coin_amount, coin_words, euro
from app.widgets.moments import full, time_only
from app.widgets.transaction_row import kind_icon, kind_words, signed_amount, status_words

_TONES: dict[ActivityStatus, Tone] = {
    ActivityStatus.CONFIRMED: "success",
    ActivityStatus.FAILED: "error",
    ActivityStatus.NOT_SENT: "error",
    ActivityStatus.UNKNOWN: "warning",
}


def detail_body(
    ui: Ui, item: ActivityItem, rate: Decimal | None, actions: DetailActions, *, hidden: bool = False
) -> list[ft.Control]:
    """The blocks of the details, for a screen or a pane."""
    parts: list[ft.Control] = [_head(ui, item, rate, hidden=hidden)]
    if item.status is ActivityStatus.UNKNOWN:
        parts.append(
            banner(
                ui,
                "warning",
                ui.t("We do not know yet whether it went out"),
                ui.t("Do not send again; we are checking. It goes out once or not at all."),
            )
        )
    parts.append(card(ui, column(ui, [heading(ui, ui.t("What happened")), timeline(ui, _steps(ui, item))])))
    parts.append(_facts(ui, item, rate, actions))
    return parts


def detail_bottom(ui: Ui, item: ActivityItem, actions: DetailActions) -> ft.Control | None:
    """Send again, for what was sent; otherwise nothing."""
    url = explorer_url(item)
    buttons = []
    if item.direction is Direction.OUT and item.settled:
        buttons.append(
            button(
                ui,
                ui.t("Send again"),
                partial(actions.again, item),
                kind="tonal",
                icon=ft.Icons.REPLAY_ROUNDED,
                id="detail-again",
            )
        )
    if url is not None:
        buttons.append(
            button(
                ui,
                ui.t("Open in explorer"),
                partial(actions.explore, url),
                kind="outlined",
                icon=ft.Icons.OPEN_IN_NEW_ROUNDED,
                id="detail-explorer",
            )
        )
    return column(ui, buttons, spacing=ui.look.s.s2) if buttons else None


def explorer_url(item: ActivityItem) -> str | None:
    """Where the network's explorer shows this transaction."""
    base = item.network.explorer_url
    return f"{base}/tx/{item.tx_id}" if base and item.tx_id else None


def _head(ui: Ui, item: ActivityItem, rate: Decimal | None, *, hidden: bool) -> ft.Control:
    k = ui.look
    who = short_address(item.other)
    said = {
        Direction.IN: ui.t("Received from {who}", who=who),
        Direction.OUT: ui.t("Sent to {who}", who=who),
        Direction.SELF: ui.t("Sent to yourself"),
    }[item.direction]
    exact = len(str(item.amount)) < 14
    amount = coin_amount(
        ui,
        signed_amount(item),
        item.network.symbol,
        "hero" if exact else "panel",
        exact=True,
        signed=True,
        hidden=hidden,
    )
    now = (
        ui.t("Worth now {worth}", worth=about_euro(ui, to_fiat(item.amount, rate), hidden=hidden))
        if rate is not None
        else " "
    )
    state = status_words(ui, item) or ui.t("Confirmed")
    parts: list[ft.Control] = [
        kind_icon(ui, item, 56),
        text(ui, said, color=k.c.on_surface_variant, align=ft.TextAlign.CENTER),
        ident("detail-amount", amount),
        muted(ui, now, weight=k.type.emphasis, align=ft.TextAlign.CENTER),
        ft.Row([tag(ui, state, tone=_TONES.get(item.status, "info"))], tight=True),
    ]
    return ft.Container(column(ui, parts, spacing=6, center=True), alignment=ft.Alignment.CENTER)


def _steps(ui: Ui, item: ActivityItem) -> list[Step]:
    steps = []
    if item.started_at is not None:
        steps.append(
            Step(ui.t("You confirmed with your PIN"), "done", time_only(ui, item.started_at, seconds=True))
        )
    when = time_only(ui, item.at, seconds=True) if item.at else None
    block = (
        ui.t("Included in block {block}", block=format_decimal(item.block, locale=ui.locale))
        if item.block is not None
        else ui.t("Included in a block")
    )
    match item.status:
        case ActivityStatus.CONFIRMED:
            return [
                *steps,
                Step(block, "done", when),
                Step(ui.t("Confirmed"), "done", note=ui.t("This is final.")),
            ]
        case ActivityStatus.FAILED:
            note = ui.t("Nothing arrived. The amount is still yours; the network fee is gone.")
            return [*steps, Step(block, "done", when), Step(ui.t("Failed"), "failed", note=note)]
        case ActivityStatus.NOT_SENT:
            return [*steps, Step(ui.t("Not sent"), "failed", note=ui.t("Your money is where it was."))]
        case ActivityStatus.UNKNOWN:
            return [*steps, Step(ui.t("Asking the network"), "now"), Step(ui.t("Confirmed"), "todo")]
        case ActivityStatus.SUBMITTING:
            return [*steps, Step(ui.t("Handing it to the network"), "now"), Step(ui.t("Confirmed"), "todo")]
        case _:
            sent = Step(ui.t("Handed to the network"), "done")
            return [*steps, sent, Step(ui.t("Included in a block"), "now"), Step(ui.t("Confirmed"), "todo")]


def _facts(ui: Ui, item: ActivityItem, rate: Decimal | None, actions: DetailActions) -> ft.Control:
    label = ui.t("From") if item.direction is Direction.IN else ui.t("To")
    copy = copy_button(ui, ui.t("Copy address"), partial(actions.copy, item.other), id="detail-copy-address")
    head = ft.Row([ft.Container(muted(ui, label), expand=True), copy])
    address = column(ui, [head, address_block(ui, item.other, id="detail-address")], spacing=ui.look.s.s1)
    rows: list[ft.Control] = [
        ft.Container(address, padding=ft.Padding.symmetric(vertical=ui.look.s.s3)),
        fact(ui, ui.t("Kind"), kind_words(ui, item)),
        fact(ui, ui.t("Network"), item.network.display_name),
    ]
    if item.fee is not None and item.direction is not Direction.IN:
        same = item.network.fee_symbol == item.network.symbol
        worth = euro(ui, to_fiat(item.fee, rate)) if rate is not None and same else None
        rows.append(
            fact(ui, ui.t("Network fee"), coin_words(ui, item.fee, item.network.fee_symbol, up=True), worth)
        )
    if item.at is not None:
        rows.append(fact(ui, ui.t("Date"), full(ui, item.at)))
    if item.tx_id is not None:
        copy_id = copy_button(
            ui, ui.t("Copy the transaction id"), partial(actions.copy, item.tx_id), id="detail-copy-id"
        )
        rows.append(fact(ui, ui.t("Transaction"), short_address(item.tx_id), copy=copy_id))
    return facts_card(ui, rows)
