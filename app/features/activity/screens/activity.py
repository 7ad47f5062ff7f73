"""Activity: the list, and beside it on a desktop the details."""

from __future__ import annotations

import flet as ft

from app.core import paths
from app.core.model import Direction
from app.core.model.activity import ActivityItem
from app.design.base import Ui, Width, component, memo, use_memo, use_state, use_ui
from app.design.components import app_bar, error_state, screen, skeleton_rows
from app.features.activity.actions import DetailActions, ListActions
from app.features.activity.detail_view import detail_body, detail_bottom
from app.features.activity.list_view import ListState, list_view
from app.features.activity.state import Filters
from app.services import Services, use_services, watch
from app.widgets.go import go, open_page


@component
def ActivityScreen() -> ft.Control:  # noqa: N802 - a component
    """The activity, joined to the stores; holds only filters and selection."""
    ui, services = use_ui(), use_services()
    _watch_all(services)
    filters, set_filters = use_state(Filters())
    chosen, choose = use_state("")

    # An address must never be cut off: only a desktop has the width for two panes.
    beside = ui.width_class is Width.DESKTOP

    def make_actions() -> ListActions:
        opened = (lambda item: choose(item.key)) if beside else _open
        return ListActions(set_filters, opened, services.activity.more, services.activity.refresh, _receive)

    # The same callbacks at every drawing, so that rows see that nothing changed.
    actions = use_memo(make_actions, [beside])
    items = services.activity.items
    shown = next((item for item in items if item.key == chosen), items[0] if items else None)
    state = _list_state(services, filters, shown.key if shown and beside else None)
    detail = use_memo(lambda: _detail_actions(services), [])
    return ActivityBody(ui, state, actions, detail, shown)


@memo
@component
def ActivityBody(  # noqa: N802 - a component
    ui: Ui, state: ListState, actions: ListActions, detail: DetailActions, shown: ActivityItem | None
) -> ft.Control:
    """The view, drawn again only when what it shows has changed."""
    return ActivityView(ui, state, actions, detail, shown)


def ActivityView(  # noqa: N802 - the pure half of the screen
    ui: Ui, state: ListState, actions: ListActions, detail: DetailActions, shown: ActivityItem | None
) -> ft.Control:
    """One list; on a desktop the details beside it."""
    listed = list_view(ui, state, actions)
    loading = not state.loaded and state.error is None
    if ui.width_class is not Width.DESKTOP or (shown is None and not loading):
        return listed
    k = ui.look
    pane = _pane(ui, shown, state, detail) if shown is not None else ft.Container()
    return ft.Row(
        [
            ft.Container(listed, expand=5, border=ft.Border(right=ft.BorderSide(1, k.c.outline_variant))),
            ft.Container(pane, expand=6),
        ],
        spacing=0,
        expand=True,
        vertical_alignment=ft.CrossAxisAlignment.STRETCH,
    )


def _pane(ui: Ui, shown: ActivityItem, state: ListState, detail: DetailActions) -> ft.Control:
    rate = (state.rates or {}).get(shown.network.key)
    body = detail_body(ui, shown, rate, detail, hidden=state.hidden)
    return screen(
        ui, body=[ft.Container(height=ui.look.s.s6), *body], bottom=detail_bottom(ui, shown, detail)
    )


@component
def TransactionScreen() -> ft.Control:  # noqa: N802 - a component
    """The details of one payment on a screen of their own."""
    ui, services = use_ui(), use_services()
    _watch_all(services)
    asked = ft.use_route_params()
    item = services.activity.find(asked.get("network") or "", asked.get("tx") or "")
    detail = _detail_actions(services)
    bar = app_bar(ui, ui.t("Details"), on_back=detail.back)
    if item is None:
        if not services.activity.loaded and services.activity.error is None:
            return screen(ui, bar=bar, body=[skeleton_rows(ui, 3)])
        words = ui.t("It may lie further back. Look for it in Activity.")
        gone = error_state(
            ui, ui.t("We cannot find this payment"), words, (ui.t("Go to Activity"), detail.back)
        )
        return screen(ui, bar=bar, body=[gone])
    position = services.balances.position(item.network.key)
    rate = position.rate.eur if position and position.rate else None
    body = detail_body(ui, item, rate, detail, hidden=services.preferences.hide_amounts)
    return screen(ui, bar=bar, body=body, bottom=detail_bottom(ui, item, detail))


def _watch_all(services: Services) -> None:
    for store in (services.activity, services.balances, services.preferences, services.networks):
        watch(store)


def _list_state(services: Services, filters: Filters, selected: str | None) -> ListState:
    activity, positions = services.activity, services.balances.positions
    return ListState(
        items=activity.items,
        networks=services.networks.networks,
        rates={one.network.key: one.rate.eur for one in positions if one.rate},
        filters=filters,
        loaded=activity.loaded,
        hidden=services.preferences.hide_amounts,
        error=activity.error,
        selected=selected,
    )


def _detail_actions(services: Services) -> DetailActions:
    def again(item: ActivityItem) -> None:
        target = paths.send_on(item.network.key)
        go(f"{target}/{item.other}" if item.direction is Direction.OUT else target)

    def back() -> None:
        go(paths.ACTIVITY)

    return DetailActions(back, services.devices.clipboard.copy, open_page, again)


def _open(item: ActivityItem) -> None:
    go(paths.transaction(item.network.key, item.key.split("/", 1)[1]))


def _receive() -> None:
    go(paths.RECEIVE)
