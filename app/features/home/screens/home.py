"""Home: what there is, what it is worth, and what happened last."""

from __future__ import annotations

import flet as ft

from app.design.base import (
    Ui,
    Width,
    component,
    memo,
    use_dialog,
    use_effect,
    use_memo,
    use_state,
    use_ui,
)
from app.design.components import empty_state, error_state, screen, sheet
from app.features.home.actions import HomeActions
from app.features.home.joined import home_actions, home_state, pane_of
from app.features.home.ledger import ledger
from app.features.home.parts import offline_banner, person_bar
from app.features.home.pockets import pockets
from app.features.home.state import HomeState, Phase, by_worth
from app.services import use_services, watch


@component
def HomeScreen() -> ft.Control:  # noqa: N802 - a component
    """Home, joined to the stores."""
    ui, services = use_ui(), use_services()
    for store in (services.balances, services.activity, services.preferences, services.networks):
        watch(store)
    chosen, choose = use_state("")
    state = home_state(services)
    desktop = ui.width_class is Width.DESKTOP and ui.brand.layout.home == "ledger"
    first = by_worth(state.positions)[0].network.key if desktop and state.loaded and state.positions else ""
    shown = chosen or first

    async def load_address() -> None:
        if shown:
            await services.networks.load_address(shown)

    use_effect(load_address, [shown])

    # The same callbacks at every drawing, so that blocks see that nothing changed.
    actions = use_memo(lambda: home_actions(services, choose), [])
    pane = pane_of(ui, services, state, actions, shown)
    use_dialog(
        sheet(ui, ui.t("Details"), pane, lambda: choose(""), id="position-sheet")
        if pane is not None and not desktop
        else None
    )
    return HomeBody(ui, state, actions, shown or None, pane if desktop else None)


@memo
@component
def HomeBody(  # noqa: N802 - a component
    ui: Ui, state: HomeState, actions: HomeActions, selected: str | None, pane: ft.Control | None
) -> ft.Control:
    """The view, drawn again only when what it shows has changed."""
    return HomeView(ui, state, actions, selected=selected, pane=pane)


def HomeView(  # noqa: N802 - the pure half of the screen
    ui: Ui,
    state: HomeState,
    actions: HomeActions,
    *,
    selected: str | None = None,
    pane: ft.Control | None = None,
) -> ft.Control:
    """Home as pixels, in the brand's layout."""
    # Beside a rail or a sidebar the person and the lock are there already.
    bar = person_bar(ui, state, actions) if ui.phone else None
    if state.phase is Phase.FAILED:
        words = ui.t("Your money is safe. Check your connection and try again.")
        gone = error_state(
            ui, ui.t("We cannot reach our service"), words, (ui.t("Try again"), actions.refresh)
        )
        return screen(ui, bar=bar, body=[gone])
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
        return screen(ui, bar=bar, body=[first], banner=banner)
    if ui.brand.layout.home == "pockets":
        return pockets(ui, state, actions)
    return ledger(ui, state, actions, selected=selected, pane=pane)
