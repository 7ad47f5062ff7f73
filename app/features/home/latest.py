"""The newest payments on Home."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from functools import partial

import flet as ft

from app.core.model.activity import ActivityItem
from app.design.base import Ui, component, memo
from app.design.components import (
    Arrival,
    card,
    column,
    heading,
    icon_disc,
    link,
    list_card,
    muted,
    row_item,
    skeleton_rows,
)
from app.design.components.scale import LARGE, use_text_scale
from app.features.home.actions import HomeActions
from app.features.home.state import HomeState, LatestPart
from app.widgets.moments import short_day
from app.widgets.transaction_row import transaction_row


def latest_block(ui: Ui, state: HomeState, actions: HomeActions) -> ft.Control:
    """The newest payments, or why there are none; drawn again only when they change."""
    return _latest_part(ui, state.latest_part, actions)


@memo
@component
def _latest_part(ui: Ui, part: LatestPart, actions: HomeActions) -> ft.Control:
    head = ft.Row(
        [
            ft.Container(heading(ui, ui.t("Latest activity")), expand=True),
            *([link(ui, ui.t("See all"), actions.activity, id="home-see-all")] if part.items else []),
        ]
    )
    arrived = bool(part.items) or part.failed or part.loaded
    return column(ui, [head, Arrival(ui, arrived, _rows(ui, part, actions))], spacing=ui.look.s.s1)


def _rows(ui: Ui, part: LatestPart, actions: HomeActions) -> ft.Control:
    if part.items:
        pairs = tuple(zip(part.items, part.rates, strict=True))
        return latest_rows(ui, pairs, actions, part.hidden)
    if part.failed:
        row = row_item(
            ui,
            leading=icon_disc(ui, ft.Icons.SYNC_PROBLEM_ROUNDED),
            title=ui.t("Latest activity did not load"),
            subtitle=ui.t("Nothing is lost. It loads when you are back."),
        )
        return list_card(ui, [row])
    if not part.loaded:
        return skeleton_rows(ui, 3)
    return card(ui, muted(ui, ui.t("Everything you receive or send will be listed here."), "body"))


@component
def latest_rows(
    ui: Ui, items: Sequence[tuple[ActivityItem, Decimal | None]], actions: HomeActions, hidden: bool
) -> ft.Control:
    """Items with the rates of their coins, as rows in one card."""
    scale, probe = use_text_scale(ui)
    rows = [
        transaction_row(
            ui,
            item,
            when=short_day(ui, item.at) if item.at else "",
            rate=rate,
            on_click=partial(actions.open_item, item),
            hidden=hidden,
            stacked=scale >= LARGE,
        )
        for item, rate in items
    ]
    return column(ui, [probe, list_card(ui, rows)], spacing=0)
