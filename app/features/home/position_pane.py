"""One position in detail: beside the table on a desktop, in a sheet elsewhere."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import flet as ft

from app.core import money
from app.core.model.position import Position
from app.design.base import Ui, Width, component
from app.design.components import (
    address_block,
    banner,
    coin,
    column,
    copy_button,
    heading,
    muted,
    panel,
    side_by_side,
    tag,
)
from app.design.components.scale import LARGE, use_text_scale
from app.features.home.actions import HomeActions
from app.features.home.latest import latest_rows
from app.features.home.moves import move_buttons
from app.features.home.state import HomeState
from app.widgets.amounts import about_euro, coin_amount
from app.widgets.moments import clock


@dataclass(frozen=True, slots=True)
class PaneActions:
    """What can be done with one position; ``address`` is the own one, once known."""

    address: str | None
    send: Callable[[], object]
    receive: Callable[[], object]
    copy: Callable[[], Awaitable[object]]


def position_pane(
    ui: Ui,
    position: Position,
    state: HomeState,
    actions: HomeActions,
    pane: PaneActions,
) -> ft.Control:
    """Amount, worth, price, own address and the latest in this coin."""
    k = ui.look
    network = position.network
    price = (
        ui.t(
            "1 {symbol} = {amount}",
            symbol=network.symbol,
            amount=money.price(position.rate.eur, ui.locale).text,
        )
        if position.rate
        else ui.t("No rate yet")
    )
    head = ft.Row(
        [
            coin(ui, network.symbol, 44, test=network.is_testnet),
            ft.Container(
                column(ui, [heading(ui, network.display_name), muted(ui, price)], spacing=0), expand=True
            ),
            *([tag(ui, ui.t("Test"), tone="neutral")] if network.is_testnet else []),
        ],
        spacing=k.s.s3,
    )
    parts: list[ft.Control] = [head]
    if position.amount is not None:
        worth = about_euro(ui, position.eur, hidden=state.hidden)
        time = clock(ui, position.as_of) if position.as_of else ""
        parts.append(
            column(
                ui,
                [
                    coin_amount(
                        ui, position.amount, network.symbol, "panel", exact=True, hidden=state.hidden
                    ),
                    muted(ui, " · ".join(filter(None, [worth, time])), "body"),
                ],
                spacing=2,
            )
        )
    if position.error is not None:
        parts.append(
            banner(
                ui,
                "warning",
                ui.t("{network} does not answer", network=network.display_name),
                ui.t("Your money is safe. The figure is the last one we know.")
                if position.amount is not None
                else ui.t("Your money is safe. There is no figure yet that we could show."),
                action=(ui.t("Try again"), actions.refresh),
            )
        )
    parts.append(_moves(ui, pane, state.offline))
    if pane.address is not None:
        label = ft.Row(
            [
                ft.Container(muted(ui, ui.t("Your address")), expand=True),
                copy_button(ui, ui.t("Copy address"), pane.copy, id="position-copy"),
            ]
        )
        parts.append(panel(ui, column(ui, [label, address_block(ui, pane.address)], spacing=k.s.s2)))
    latest = state.of(network.key)
    if latest:
        parts += [
            heading(ui, ui.t("Latest in {symbol}", symbol=network.symbol)),
            latest_rows(ui, tuple((item, None) for item in latest), actions, state.hidden),
        ]
    return column(ui, parts, spacing=k.s.s4)


@component
def _moves(ui: Ui, pane: PaneActions, offline: bool) -> ft.Control:
    scale, probe = use_text_scale(ui)
    large, desktop = scale >= LARGE, ui.width_class is Width.DESKTOP
    both = move_buttons(
        ui, pane.send, pane.receive, prefix="position", kind="tonal", offline=offline, icons=not desktop
    )
    shown = column(ui, list(both), spacing=ui.look.s.s2) if large else side_by_side(ui, *both)
    return column(ui, [probe, shown], spacing=0)
