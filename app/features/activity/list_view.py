"""The list of payments as pixels: search, chips, days, rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import partial

import flet as ft

from app.core.errors import AppError
from app.core.model import Network
from app.core.model.activity import ActivityItem
from app.design.base import Ui, component, ident, memo
from app.design.components import (
    Arrival,
    chip,
    column,
    empty_state,
    error_state,
    muted,
    screen,
    search_field,
    skeleton_rows,
    title,
    windowed_list,
)
from app.features.activity.actions import ListActions
from app.features.activity.state import DayHead, Filters, Kind, Line, Row, lines_of
from app.widgets.error_text import error_banner, error_text
from app.widgets.moments import day, time_only
from app.widgets.transaction_row import transaction_row


@dataclass(frozen=True, slots=True)
class ListState:
    """All that the list needs; ``rates`` are today's, by network key."""

    items: tuple[ActivityItem, ...] = ()
    networks: tuple[Network, ...] = ()
    rates: Mapping[str, Decimal] | None = None
    filters: Filters = field(default_factory=Filters)
    loaded: bool = False
    hidden: bool = False
    error: AppError | None = None
    selected: str | None = None


def list_view(ui: Ui, state: ListState, actions: ListActions) -> ft.Control:
    """The states of the list: loading, failed, empty, nothing found, rows."""
    heading = ft.Container(
        title(ui, ui.t("Activity")),
        padding=ft.Padding(ui.margin, ui.look.s.s4, ui.margin, ui.look.s.s2),
        alignment=ft.Alignment.CENTER_LEFT,
    )
    if not state.items and (state.loaded or state.error is not None):
        return screen(ui, bar=heading, body=[_without_rows(ui, state, actions)], narrow=False)
    top: list[ft.Control] = [heading]
    if (failed := error_banner(ui, state.error, actions.refresh, id="activity-error")) is not None:
        top.append(ft.Container(failed, padding=ft.Padding(ui.margin, 0, ui.margin, ui.look.s.s3)))
    tools = _tools(ui, state, actions)
    top.append(ft.Container(tools, padding=ft.Padding(ui.margin, 0, ui.margin, ui.look.s.s2)))
    frame = ft.Column(
        [*top, ft.Container(Arrival(ui, bool(state.items), _body(ui, state, actions)), expand=True)],
        spacing=0,
        expand=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )
    return ft.Container(ft.SafeArea(frame, expand=True), bgcolor=ui.look.c.surface, expand=True)


def _body(ui: Ui, state: ListState, actions: ListActions) -> ft.Control:
    if not state.items:
        k = ui.look
        rows = ident("activity-loading", skeleton_rows(ui, 6))
        return ft.Container(
            rows, padding=ft.Padding(ui.margin, k.s.s3, ui.margin, 0), alignment=ft.Alignment.TOP_CENTER
        )
    lines = lines_of(state.items, state.filters)
    return _rows(ui, lines, state, actions) if lines else _nothing_found(ui, actions)


def _without_rows(ui: Ui, state: ListState, actions: ListActions) -> ft.Control:
    if state.error is not None:
        words = error_text(ui.t, state.error)
        said = ui.t("{next} Nothing is lost.", next=words.next_step)
        return error_state(ui, words.title, said, (ui.t("Try again"), actions.refresh))
    return empty_state(
        ui,
        "empty",
        ui.t("No payments yet"),
        ui.t("Everything you receive or send will be listed here, with a receipt for each."),
        (ui.t("Receive your first payment"), actions.receive),
    )


def _nothing_found(ui: Ui, actions: ListActions) -> ft.Control:
    clear = partial(actions.filter, Filters())
    return error_state(
        ui,
        ui.t("Nothing found"),
        ui.t("No payment fits what you are looking for."),
        (ui.t("Show all"), clear),
        icon=ft.Icons.SEARCH_OFF_ROUNDED,
    )


def _tools(ui: Ui, state: ListState, actions: ListActions) -> ft.Control:
    filters = state.filters
    kinds = {
        Kind.ALL: ui.t("All"),
        Kind.IN: ui.t("Received"),
        Kind.OUT: ui.t("Sent"),
        Kind.OPEN: ui.t("On the way"),
    }
    chips = [
        chip(
            ui,
            words,
            filters.kind is kind,
            partial(actions.filter, replace(filters, kind=kind)),
            id=f"activity-kind-{kind}",
        )
        for kind, words in kinds.items()
    ]
    if len(state.networks) > 1:
        for network in state.networks:
            on = filters.network == network.key
            chosen = replace(filters, network=None if on else network.key)
            chips.append(
                chip(
                    ui,
                    network.display_name,
                    on,
                    partial(actions.filter, chosen),
                    id=f"activity-network-{network.key}",
                )
            )
    row = ft.Row(chips, spacing=ui.look.s.s2, scroll=ft.ScrollMode.HIDDEN)
    search = search_field(
        ui,
        ui.t("Search payments"),
        filters.search,
        lambda words: actions.filter(replace(filters, search=words)),
        id="activity-search",
        hint=ui.t("Address, amount or coin"),
    )
    return column(ui, [search, row])


def _rows(ui: Ui, lines: Sequence[Line], state: ListState, actions: ListActions) -> ft.Control:
    rates = state.rates or {}

    def build(line: Line, large: bool) -> ft.Control:
        if isinstance(line, DayHead):
            return _day_head(ui, line)
        item = line.item
        selected = item.key == state.selected
        return activity_line(
            ui, line, rates.get(item.network.key), actions.open, state.hidden, selected, large
        )

    def key(line: Line) -> str:
        return line.item.key if isinstance(line, Row) else f"day-{line.moment}"

    def height(line: Line) -> float:
        return ui.look.z.list_row if isinstance(line, Row) else _day_height(ui)

    return windowed_list(ui, lines, height, build, key, on_end=actions.more, clear=ui.look.s.s6)


@memo
@component
def activity_line(  # noqa: PLR0917 - a memo compares its arguments in their order
    ui: Ui,
    line: Row,
    rate: Decimal | None,
    open_item: Callable[[ActivityItem], object],
    hidden: bool,
    selected: bool,
    stacked: bool,
) -> ft.Control:
    """A row that is drawn again only when something in it changes."""
    item = line.item
    row = transaction_row(
        ui,
        item,
        when=time_only(ui, item.at) if item.at else "",
        rate=rate,
        on_click=partial(open_item, item),
        hidden=hidden,
        selected=selected,
        stacked=stacked,
    )
    return _in_card(ui, row, line, fixed=not stacked)


def _day_height(ui: Ui) -> float:
    # Above it the gap between two cards, below it the one between a label and its card.
    return ui.look.s.s3 + ui.look.step("label").line + ui.look.s.s2


def _day_head(ui: Ui, head: DayHead) -> ft.Control:
    words = day(ui, head.moment) if head.moment else ui.t("On the way")
    label = ft.Semantics(content=muted(ui, words, weight=ui.look.type.emphasis), header=True)
    return ft.Container(
        label,
        padding=ft.Padding(ui.margin + ui.look.s.s1, ui.look.s.s3, ui.margin, ui.look.s.s2),
        alignment=ft.Alignment.BOTTOM_LEFT,
    )


def _in_card(ui: Ui, row: ft.Control, line: Row, *, fixed: bool) -> ft.Control:
    """A slice of the day's card: rounded at its ends, a hairline between."""
    k = ui.look
    edge = ft.BorderSide(k.shape.card_line, k.c.outline_variant) if k.shape.card_line else None
    hair = ft.BorderSide(1, k.c.outline_variant)
    top, bottom = (k.r.lg if line.first else 0), (k.r.lg if line.last else 0)
    radius = ft.BorderRadius(top, top, bottom, bottom)
    # Flutter rounds a border only if all its sides are alike: the line is a larger box behind.
    inner = ft.Container(
        row,
        bgcolor=k.c.surface_container_lowest,
        border_radius=radius,
        clip_behavior=ft.ClipBehavior.ANTI_ALIAS,
        expand=fixed,
    )
    thin = k.shape.card_line
    outer = ft.Container(
        # A row of a given height is filled; another is as high as what it holds.
        ft.Row([inner], spacing=0, vertical_alignment=ft.CrossAxisAlignment.STRETCH) if fixed else inner,
        bgcolor=edge.color if edge else hair.color,
        border_radius=radius,
        padding=ft.Padding(
            thin, thin if line.first else 0, thin, max(thin, 1) if edge or not line.last else 0
        ),
    )
    return ft.Container(outer, padding=ft.Padding.symmetric(horizontal=ui.margin))
