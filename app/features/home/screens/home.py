"""Home: what there is, what it is worth, and what happened last."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial

import flet as ft

from app.core import paths
from app.core.model.activity import ActivityItem
from app.design.base import (
    Ui,
    Width,
    component,
    use_dialog,
    use_effect,
    use_memo,
    use_state,
    use_ui,
)
from app.design.components import empty_state, error_state, screen, sheet
from app.features.home.actions import HomeActions
from app.features.home.history import balance_history
from app.features.home.ledger import ledger
from app.features.home.parts import offline_banner, person_bar
from app.features.home.pockets import pockets
from app.features.home.position_pane import PaneActions, position_pane
from app.features.home.state import HomeState, Phase, by_worth
from app.services import Services, use_services, watch
from app.widgets.go import go


@component
def HomeScreen() -> ft.Control:  # noqa: N802 - a component
    """Home, joined to the stores."""
    ui, services = use_ui(), use_services()
    for store in (services.balances, services.activity, services.preferences, services.networks):
        watch(store)
    chosen, choose = use_state("")
    state = _state(services)
    desktop = ui.width_class is Width.DESKTOP and ui.brand.layout.home == "ledger"
    first = by_worth(state.positions)[0].network.key if desktop and state.loaded and state.positions else ""
    shown = chosen or first

    async def load_address() -> None:
        if shown:
            await services.networks.load_address(shown)

    use_effect(load_address, [shown])

    async def refresh() -> None:
        await services.balances.refresh()
        await services.activity.refresh()

    def open_item(item: ActivityItem) -> None:
        choose("")
        go(paths.transaction(item.network.key, item.key.split("/", 1)[1]))

    actions = HomeActions(
        hide=services.preferences.toggle_hide_amounts,
        refresh=refresh,
        send=lambda: go(paths.SEND),
        receive=lambda: go(paths.RECEIVE),
        activity=lambda: go(paths.ACTIVITY),
        nudge=lambda: go(paths.SETTINGS),
        lock=services.session.lock,
        open_item=open_item,
        open_position=choose,
    )
    pane = _pane(ui, services, state, actions, shown)
    use_dialog(
        sheet(ui, ui.t("Details"), pane, lambda: choose(""), id="position-sheet")
        if pane is not None and not desktop
        else None
    )
    return HomeView(ui, state, actions, selected=shown or None, pane=pane if desktop else None)


def HomeView(  # noqa: N802 - the pure half of the screen
    ui: Ui,
    state: HomeState,
    actions: HomeActions,
    *,
    selected: str | None = None,
    pane: ft.Control | None = None,
) -> ft.Control:
    """Home as pixels, in the brand's layout."""
    if state.phase is Phase.FAILED:
        words = ui.t("Your money is safe. Check your connection and try again.")
        gone = error_state(
            ui, ui.t("We cannot reach our service"), words, (ui.t("Try again"), actions.refresh)
        )
        return screen(ui, bar=person_bar(ui, state, actions), body=[gone])
    if state.phase is Phase.EMPTY:
        words = ui.t("This is where your money will be. Start by receiving some; your address is ready.")
        first = empty_state(
            ui,
            "empty",
            ui.t("Nothing here yet"),
            words,
            (ui.t("Receive your first payment"), actions.receive),
        )
        banner = offline_banner(ui, state, actions) if state.offline else None
        return screen(ui, bar=person_bar(ui, state, actions), body=[first], banner=banner)
    if ui.brand.layout.home == "pockets":
        return pockets(ui, state, actions)
    return ledger(ui, state, actions, selected=selected, pane=pane)


def _state(services: Services) -> HomeState:
    balances, activity, wallet = services.balances, services.activity, services.session.wallet
    history = use_memo(
        lambda: balance_history(
            balances.positions, activity.items, complete=not activity.more_available, now=datetime.now(UTC)
        ),
        [balances.positions, activity.items, activity.more_available],
    )
    return HomeState(
        name=wallet.account.display_name if wallet else "",
        positions=balances.positions,
        items=activity.items,
        total=balances.total_eur,
        complete=balances.complete,
        loaded=balances.loaded,
        offline=balances.offline,
        hidden=services.preferences.hide_amounts,
        nudge=wallet is not None and not wallet.phrase_confirmed,
        as_of=balances.as_of,
        rates_as_of=balances.rates_as_of,
        activity_loaded=activity.loaded,
        activity_error=activity.error,
        error=balances.error,
        history=history,
    )


def _pane(ui: Ui, services: Services, state: HomeState, actions: HomeActions, key: str) -> ft.Control | None:
    position = services.balances.position(key) if key else None
    if position is None:
        return None
    address = services.networks.address(key)

    def leave_for(path: str) -> None:
        actions.open_position("")
        go(path)

    async def copy() -> None:
        await services.devices.clipboard.copy(address or "")

    send, receive = partial(leave_for, paths.send_on(key)), partial(leave_for, paths.receive_on(key))
    return position_pane(ui, position, state, actions, PaneActions(address, send, receive, copy))
