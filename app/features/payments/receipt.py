"""The receipt of a confirmed payment, torn off along a perforation."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial

import flet as ft
import flet.canvas as cv

from app.core import money
from app.core.money import MINUS, to_fiat
from app.design.base import Ui
from app.design.components import amount_text, column, copy_button, fact, facts_column, muted, tag
from app.features.payments.state import Sent
from app.widgets.addresses import short_address
from app.widgets.amounts import about_euro, coin_words, euro
from app.widgets.moments import full

NOTCH = 20


def receipt_card(ui: Ui, state: Sent, copy: Callable[[str], Awaitable[object]]) -> ft.Control:
    """Amount with worth and date above the perforation, facts below it."""
    k = ui.look
    order = state.order
    parts = money.coin(order.payment.amount, order.network.symbol, ui.locale)
    when = full(ui, state.ended or state.submitted)
    worth = about_euro(ui, order.eur)
    said = ui.t("{worth} on {date}", worth=worth, date=when) if worth else when
    top = column(
        ui,
        [amount_text(ui, parts.number, parts.unit, "panel", sign=MINUS, fiat=False), muted(ui, said)],
        spacing=k.s.s1,
        center=True,
    )
    line = ft.Border.all(k.shape.card_line, k.c.outline_variant) if k.shape.card_line else None
    content = column(
        ui,
        [
            ft.Container(
                top, alignment=ft.Alignment.CENTER, padding=ft.Padding(k.s.s4, k.s.s4, k.s.s4, k.s.s1)
            ),
            _perforation(ui),
            ft.Container(_facts(ui, state, copy), padding=ft.Padding(k.s.s4, 0, k.s.s4, k.s.s1)),
        ],
        spacing=0,
    )
    return ft.Container(
        content,
        bgcolor=k.c.surface_container_lowest,
        border=line,
        border_radius=k.r.lg,
        clip_behavior=ft.ClipBehavior.ANTI_ALIAS,
    )


def _facts(ui: Ui, state: Sent, copy: Callable[[str], Awaitable[object]]) -> ft.Control:
    order = state.order
    fee = state.transaction.fee if state.transaction and state.transaction.fee is not None else None
    rows = [fact(ui, ui.t("Status"), tag(ui, ui.t("Confirmed"), tone="success", icon=ft.Icons.CHECK_ROUNDED))]
    if fee is not None:
        worth = euro(ui, to_fiat(fee, order.fee_rate.eur)) if order.fee_rate else None
        rows.append(fact(ui, ui.t("Network fee"), coin_words(ui, fee, order.fee.symbol, up=True), worth))
    button = copy_button(ui, ui.t("Copy the reference"), partial(copy, state.tx_id), id="receipt-copy")
    rows.append(fact(ui, ui.t("Reference"), short_address(state.tx_id), copy=button))
    rows.append(fact(ui, ui.t("Network"), order.network.display_name))
    return facts_column(ui, rows)


def _perforation(ui: Ui) -> ft.Control:
    k = ui.look
    pen = ft.Paint(
        color=k.c.outline_variant, stroke_width=1.5, style=ft.PaintingStyle.STROKE, stroke_dash_pattern=[5, 4]
    )
    dashes = cv.Canvas([cv.Line(0, NOTCH / 2, 1000, NOTCH / 2, paint=pen)], height=NOTCH, expand=True)
    line = ft.Border.all(1, k.c.outline_variant) if k.shape.card_line else None

    def notch(left: float | None, right: float | None) -> ft.Container:
        return ft.Container(
            width=NOTCH,
            height=NOTCH,
            border_radius=NOTCH / 2,
            bgcolor=k.c.surface,
            border=line,
            left=left,
            right=right,
        )

    row = ft.Row([dashes], spacing=0)
    return ft.Container(
        ft.Stack(
            [
                ft.Container(row, clip_behavior=ft.ClipBehavior.HARD_EDGE),
                notch(-NOTCH / 2, None),
                notch(None, -NOTCH / 2),
            ],
            height=NOTCH,
        ),
        height=NOTCH,
    )
