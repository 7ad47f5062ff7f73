"""Pieces of the receive screen."""

from __future__ import annotations

import flet as ft

from app.core.model import Network
from app.design.base import Ui, component, handler, ident, use_effect, use_state
from app.design.components import address_block, card, column, muted, skeleton, text
from app.features.receive.state import Receiving, Watch
from app.widgets.amounts import coin_words
from app.widgets.qr_code import qr_code

PULSE_MS = 1000


def qr_card(ui: Ui, network: Network, state: Receiving) -> ft.Control:
    """Code, live status and the address in groups of four, in one card."""
    k = ui.look
    if state.address is None:
        return qr_waiting(ui)
    label = ui.t("QR code of your address on {network}", network=network.display_name)
    line = ft.Container(height=1, bgcolor=k.c.outline_variant, margin=ft.Margin.symmetric(vertical=k.s.s1))
    inner = column(
        ui,
        [
            ft.Row([qr_code(ui, state.address, label)], alignment=ft.MainAxisAlignment.CENTER),
            ft.Row(
                [ident("receive-status", _status(ui, network, state))], alignment=ft.MainAxisAlignment.CENTER
            ),
            line,
            ft.Container(
                address_block(ui, state.address, id="receive-address"),
                padding=ft.Padding.symmetric(horizontal=k.s.s1),
            ),
        ],
    )
    return card(ui, inner, padding=ft.Padding(k.s.s4, k.s.s4, k.s.s4, k.s.s4))


def qr_waiting(ui: Ui) -> ft.Control:
    """The card before its address is known."""
    k = ui.look
    side = k.z.qr
    blocks: list[ft.Control] = [
        skeleton(ui, side, side, radius=k.r.md),
        skeleton(ui, 180, 16),
        skeleton(ui, 240, 44),
    ]
    return card(ui, column(ui, blocks, center=True), padding=k.s.s6)


def _status(ui: Ui, network: Network, state: Receiving) -> ft.Control:
    k = ui.look
    if state.watch is Watch.RECEIVED:
        amount = coin_words(ui, state.amount, network.symbol, exact=True)
        mark = ft.Icon(ft.Icons.CHECK_CIRCLE_ROUNDED, size=20, color=k.c.success)
        words = text(ui, ui.t("{amount} received", amount=amount), weight=k.type.strong, color=k.c.success)
        return ft.Semantics(content=ft.Row([mark, words], spacing=k.s.s2, tight=True), live_region=True)
    if state.watch is Watch.BLIND:
        mark = ft.Icon(ft.Icons.CLOUD_OFF_OUTLINED, size=18, color=k.c.warning)
        words = muted(
            ui, ui.t("Cannot look for payments right now. Receiving works all the same."), expand=True
        )
        return ft.Row([mark, words], spacing=k.s.s2, width=280)
    return ft.Row([Pulse(ui), muted(ui, ui.t("Watching for a payment"))], spacing=k.s.s2, tight=True)


@component
def Pulse(ui: Ui) -> ft.Control:  # noqa: N802 - a component
    """The dot that says somebody is looking; it breathes unless less motion was asked for."""
    dim, set_dim = use_state(False)
    moving = not ui.reduced_motion

    def turn() -> None:
        set_dim(lambda now: not now)

    def begin() -> None:
        set_dim(moving)

    use_effect(begin, [moving])
    return ft.Container(
        width=8,
        height=8,
        border_radius=4,
        bgcolor=ui.look.c.success,
        opacity=0.35 if dim and moving else 1,
        animate_opacity=ft.Animation(PULSE_MS, ft.AnimationCurve.EASE_IN_OUT) if moving else None,
        on_animation_end=handler(turn) if moving else None,
    )
