"""The last look before a payment: everything it will do."""

from __future__ import annotations

import flet as ft

from app.core.money import to_fiat
from app.design.base import Ui, ident
from app.design.components import (
    address_block,
    button,
    column,
    fact,
    facts_column,
    gap,
    icon_disc,
    muted,
    panel,
    tag,
    text,
)
from app.features.payments.actions import Act
from app.features.payments.state import Order
from app.features.payments.words import payee_words
from app.widgets.amounts import about_euro, coin_amount, coin_words, euro
from app.widgets.moments import clock


def review_body(ui: Ui, order: Order, confirm: Act) -> ft.Control:
    """Amount, recipient in full, fee with its ceiling, what leaves, and that it is final."""
    k = ui.look
    amount = coin_words(ui, order.payment.amount, order.network.symbol, exact=True)
    note = ft.Row(
        [
            ft.Icon(ft.Icons.INFO_ROUNDED, size=18, color=k.c.on_surface_variant),
            muted(ui, ui.t("A sent payment cannot be called back."), expand=True),
        ],
        spacing=k.s.s2,
    )
    send = button(
        ui, ui.t("Send {amount}", amount=amount), confirm, icon=ft.Icons.LOCK_ROUNDED, id="send-confirm"
    )
    return column(ui, [_amount(ui, order), _recipient(ui, order), _facts(ui, order), note, gap(k.s.s1), send])


def _amount(ui: Ui, order: Order) -> ft.Control:
    k = ui.look
    below = ""
    if order.eur is not None and order.rate is not None:
        below = ui.t(
            "{worth} · rate from {time}", worth=about_euro(ui, order.eur), time=clock(ui, order.rate.as_of)
        )
    digits = len(str(order.payment.amount))
    figure = coin_amount(
        ui, order.payment.amount, order.network.symbol, "hero" if digits < 12 else "panel", exact=True
    )
    block = column(
        ui,
        [ident("review-amount", figure), muted(ui, below or " ", "body")],
        spacing=k.shape.below_hero,
        center=True,
    )
    return ft.Container(block, alignment=ft.Alignment.CENTER, padding=ft.Padding.symmetric(vertical=k.s.s3))


def _recipient(ui: Ui, order: Order) -> ft.Control:
    k = ui.look
    if order.own:
        mark: ft.Control = tag(
            ui, ui.t("Your own address"), tone="info", icon=ft.Icons.PERSON_ROUNDED, breaks=True
        )
    elif order.payee is not None:
        mark = tag(
            ui, payee_words(ui, order.payee), tone="success", icon=ft.Icons.VERIFIED_ROUNDED, breaks=True
        )
    else:
        mark = tag(
            ui, ui.t("First payment to this address"), tone="warning", icon=ft.Icons.INFO_ROUNDED, breaks=True
        )
    head = ft.Row(
        [
            icon_disc(ui, ft.Icons.NORTH_EAST_ROUNDED, "primary"),
            ft.Container(
                column(
                    ui,
                    [text(ui, ui.t("To"), "label", color=k.c.on_surface_variant), ft.Row([mark], wrap=True)],
                    spacing=2,
                ),
                expand=True,
            ),
        ],
        spacing=k.s.s3,
    )
    grid = address_block(ui, order.payment.recipient, id="review-recipient")
    return panel(ui, column(ui, [head, grid]))


def _facts(ui: Ui, order: Order) -> ft.Control:
    fee = order.fee
    likely = coin_words(ui, fee.likely, fee.symbol, up=True)
    most = coin_words(ui, fee.at_most, fee.symbol, up=True)
    below = ui.t("at most {amount}", amount=most)
    if order.fee_eur is not None:
        below = ui.t("{worth}, at most {amount}", worth=euro(ui, order.fee_eur), amount=most)
    rows = [
        fact(ui, ui.t("Network"), _network(ui, order)),
        fact(ui, ui.t("Network fee"), f"≈ {likely}", below, id="review-fee"),
        fact(ui, ui.t("Leaves your wallet"), *_leaves(ui, order), id="review-total"),
    ]
    return facts_column(ui, rows)


def _network(ui: Ui, order: Order) -> str:
    name = order.network.display_name
    return ui.t("{network}, a test network", network=name) if order.network.is_testnet else name


def _leaves(ui: Ui, order: Order) -> tuple[str, str | None]:
    """Amount and likely fee together; side by side where two coins pay."""
    amount, fee = order.payment.amount, order.fee
    if order.same_coin:
        total = amount + fee.likely
        worth = about_euro(ui, to_fiat(total, order.rate.eur)) if order.rate else None
        return f"≈ {coin_words(ui, total, fee.symbol, exact=True)}", worth
    sent = coin_words(ui, amount, order.network.symbol, exact=True)
    both = f"{sent} + ≈ {coin_words(ui, fee.likely, fee.symbol, up=True)}"
    worth = None
    if order.eur is not None and order.fee_eur is not None:
        worth = about_euro(ui, order.eur + order.fee_eur)
    return both, worth
