"""What is held, as rows and as a table."""

from __future__ import annotations

from decimal import Decimal
from functools import partial

import flet as ft

from app.core import money
from app.core.model.position import Position
from app.design.base import Ui, component, handler, ident, keyed
from app.design.components import (
    Arrival,
    allocation_bar,
    coin,
    column,
    heading,
    list_card,
    muted,
    row_item,
    skeleton_rows,
    tag,
    text,
)
from app.design.components.scale import LARGE, use_text_scale
from app.features.home.actions import HomeActions
from app.features.home.state import HomeState, by_worth, shares
from app.widgets.amounts import coin_words, fiat_amount
from app.widgets.moments import clock


def assets_block(ui: Ui, state: HomeState, actions: HomeActions) -> ft.Control:
    """Heading, allocation and one row per network."""
    body = Arrival(ui, state.loaded, _body(ui, state, actions))
    return column(ui, [heading(ui, ui.t("Assets")), body], spacing=ui.look.s.s2)


def _body(ui: Ui, state: HomeState, actions: HomeActions) -> ft.Control:
    if not state.loaded:
        return skeleton_rows(ui, 4)
    return column(ui, [*_allocation(ui, state), _rows(ui, state, actions)], spacing=ui.look.s.s2)


@component
def _rows(ui: Ui, state: HomeState, actions: HomeActions) -> ft.Control:
    scale, probe = use_text_scale(ui)
    large = scale >= LARGE
    rows = [position_row(ui, one, state, actions, stacked=large) for one in by_worth(state.positions)]
    return column(ui, [probe, list_card(ui, rows)], spacing=0)


def _allocation(ui: Ui, state: HomeState) -> list[ft.Control]:
    if state.total is None:
        return []
    parts = [(ui.look.coin(one.network.symbol), float(part)) for one, part in shares(state.positions)]
    return [ft.Container(allocation_bar(ui, parts), padding=ft.Padding.only(bottom=4))]


def held_words(ui: Ui, position: Position, *, hidden: bool) -> str:
    """How much is held, or that it could not be read."""
    if position.amount is None:
        return ui.t("Could not be read") if position.error else ui.t("Reading…")
    return coin_words(ui, position.amount, position.network.symbol, hidden=hidden)


def position_row(
    ui: Ui, position: Position, state: HomeState, actions: HomeActions, *, stacked: bool
) -> ft.Control:
    """Coin, name, amount; worth, and the time where it is not fresh."""
    key = position.network.key
    worth: ft.Control | None = None
    if position.eur is not None:
        worth = fiat_amount(ui, position.eur, hidden=state.hidden)
    below: str | ft.Control | None = None
    if position.stale and position.as_of:
        below = clock(ui, position.as_of)
    elif position.network.is_testnet:
        below = tag(ui, ui.t("Test"), tone="neutral")
    row = row_item(
        ui,
        leading=coin(ui, position.network.symbol, test=position.network.is_testnet),
        title=position.network.display_name,
        subtitle=held_words(ui, position, hidden=state.hidden),
        trailing_top=worth,
        trailing_bottom=below,
        on_click=partial(actions.open_position, key),
        id=f"position-{key}",
        stacked=stacked,
    )
    # The web client never renames a node it has drawn; when worth changes the order, rows change place.
    return keyed(key, row)


def assets_table(ui: Ui, state: HomeState, actions: HomeActions, selected: str | None) -> ft.Control:
    """The same on a desktop: figures in columns, the unit in the header."""
    return Arrival(ui, state.loaded, _table(ui, state, actions, selected))


def _table(ui: Ui, state: HomeState, actions: HomeActions, selected: str | None) -> ft.Control:
    if not state.loaded:
        return skeleton_rows(ui, 4)
    head = _table_row(
        ui,
        muted(ui, ui.t("Asset")),
        [muted(ui, name) for name in (ui.t("Price, EUR"), ui.t("Value, ≈ EUR"), ui.t("Share"))],
    )
    parts = {one.network.key: part for one, part in shares(state.positions)}
    rows: list[ft.Control] = [head]
    for one in by_worth(state.positions):
        rows.append(
            _asset_row(
                ui, one, parts.get(one.network.key), state, actions, selected=one.network.key == selected
            )
        )
    return list_card(ui, rows)


def _asset_row(
    ui: Ui,
    one: Position,
    part: Decimal | None,
    state: HomeState,
    actions: HomeActions,
    *,
    selected: bool,
) -> ft.Control:
    k = ui.look
    key = one.network.key
    who = ft.Row(
        [
            coin(ui, one.network.symbol, test=one.network.is_testnet),
            ft.Container(
                column(
                    ui,
                    [
                        text(ui, one.network.display_name, weight=k.type.emphasis, max_lines=1),
                        muted(ui, held_words(ui, one, hidden=state.hidden), max_lines=1),
                    ],
                    spacing=0,
                ),
                expand=True,
            ),
            *([tag(ui, ui.t("Test"), tone="neutral")] if one.network.is_testnet else []),
        ],
        spacing=k.s.s3,
    )
    price = money.price(one.rate.eur, ui.locale).number if one.rate else "–"
    worth = "–" if one.eur is None else "••••" if state.hidden else money.fiat(one.eur, ui.locale).number
    cells = [
        text(ui, price),
        text(ui, worth, weight=k.type.strong),
        muted(ui, money.percent(part, ui.locale) if part is not None else "–"),
    ]
    row = _table_row(ui, who, cells)
    row.ink = True
    row.on_click = handler(partial(actions.open_position, key))
    if selected:
        row.bgcolor = k.c.primary_container
        row.border = ft.Border(left=ft.BorderSide(3, k.c.primary))
    return keyed(key, ident(f"position-{key}", row))


def _table_row(ui: Ui, first: ft.Control, cells: list[ft.Text]) -> ft.Container:
    k = ui.look
    for cell in cells:
        cell.text_align = ft.TextAlign.RIGHT
    columns = [ft.Container(cell, expand=2, alignment=ft.Alignment.CENTER_RIGHT) for cell in cells]
    return ft.Container(
        ft.Row([ft.Container(first, expand=5), *columns], spacing=k.s.s3),
        padding=ft.Padding.symmetric(vertical=k.s.s3, horizontal=k.s.s4),
    )
