"""What Home takes from the stores, and what it does to them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

import flet as ft

from app.core import paths
from app.core.model.activity import ActivityItem
from app.design.base import Ui, use_memo
from app.features.home.actions import HomeActions
from app.features.home.history import balance_history
from app.features.home.position_pane import PaneActions, position_pane
from app.features.home.state import HomeState, calm
from app.services import Services
from app.widgets.go import go


def home_actions(services: Services, choose: Callable[[str], object]) -> HomeActions:
    """The callbacks of Home."""

    async def refresh() -> None:
        await services.balances.refresh()
        await services.activity.refresh()

    def open_item(item: ActivityItem) -> None:
        choose("")
        go(paths.transaction(item.network.key, item.key.split("/", 1)[1]))

    return HomeActions(
        hide=services.preferences.toggle_hide_amounts,
        refresh=refresh,
        send=partial(go, paths.SEND),
        receive=partial(go, paths.RECEIVE),
        activity=partial(go, paths.ACTIVITY),
        nudge=partial(go, paths.SETTINGS),
        lock=services.session.lock,
        open_item=open_item,
        open_position=choose,
    )


def home_state(services: Services) -> HomeState:
    """What Home shows, from the stores; a hook, so call it at the top."""
    balances, activity, wallet = services.balances, services.activity, services.session.wallet
    history = use_memo(
        lambda: balance_history(
            balances.positions, activity.items, complete=not activity.more_available, now=datetime.now(UTC)
        ),
        [balances.positions, activity.items, activity.more_available],
    )
    return HomeState(
        name=wallet.account.display_name if wallet else "",
        positions=tuple(calm(one) for one in balances.positions),
        items=activity.items,
        total=balances.total_eur,
        loaded=balances.loaded,
        offline=balances.offline,
        trouble=balances.trouble,
        hidden=services.preferences.hide_amounts,
        nudge=wallet is not None and not wallet.phrase_confirmed,
        as_of=_to_minute(balances.as_of),
        rates_as_of=_to_minute(balances.rates_as_of),
        activity_loaded=activity.loaded,
        activity_error=activity.error,
        error=balances.error,
        history=history,
    )


def _to_minute(moment: datetime | None) -> datetime | None:
    return moment.replace(second=0, microsecond=0) if moment else None


def pane_of(
    ui: Ui, services: Services, state: HomeState, actions: HomeActions, key: str
) -> ft.Control | None:
    """The details of the chosen position, if there is one."""
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
