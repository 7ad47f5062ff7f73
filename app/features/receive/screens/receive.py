"""Receive: the network first, then the code, the address, and whether something has come."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import flet as ft

from app.core import paths
from app.core.model import Network
from app.design.base import Ui, component, in_background, use_effect, use_memo, use_state, use_ui
from app.design.components import app_bar, banner, button, error_state, screen, tag
from app.features.receive.parts import qr_card, qr_waiting
from app.features.receive.state import Receiving
from app.features.receive.store import ReceiveStore
from app.services import use_services, watch
from app.widgets.error_text import error_text
from app.widgets.go import go
from app.widgets.network_pill import network_pill


@dataclass(frozen=True, slots=True)
class ReceiveActions:
    """Callbacks of the view."""

    back: Callable[[], object]
    choose: Callable[[str], object]
    copy: Callable[[], object]
    retry: Callable[[], object]


@component
def ReceiveScreen() -> ft.Control:  # noqa: N802 - a component
    """Receive, joined to its store."""
    ui, services = use_ui(), use_services()
    asked = ft.use_route_params().get("network")
    networks = watch(services.networks)
    store = watch(use_memo(lambda: ReceiveStore(services.networks, services.balances, services.activity), []))
    copied, set_copied = use_state("")

    async def start() -> None:
        await store.start(asked)

    async def live() -> None:
        await start()
        await store.watch()

    def begin() -> None:
        in_background(live)

    use_effect(begin, [])
    use_effect(_nothing, [], store.close)

    async def copy() -> None:
        address = store.state.address
        if address is not None:
            await services.devices.clipboard.copy(address)
            set_copied(address)

    actions = ReceiveActions(lambda: go(paths.HOME), store.choose_network, copy, start)
    done = copied == store.state.address and bool(copied)
    return ReceiveView(ui, store.state, networks.networks, actions, copied=done)


def _nothing() -> None:
    """Only the clean-up of this effect matters."""


def ReceiveView(  # noqa: N802 - the pure half of the screen
    ui: Ui, state: Receiving, networks: Sequence[Network], actions: ReceiveActions, *, copied: bool = False
) -> ft.Control:
    """Receive as pixels."""
    bar = app_bar(ui, ui.t("Receive"), on_back=actions.back)
    network = state.network
    if state.error is not None:
        words = error_text(ui.t, state.error)
        gone = error_state(ui, words.title, words.next_step, (ui.t("Try again"), actions.retry))
        return screen(ui, bar=bar, body=[gone])
    if network is None:
        return screen(ui, bar=bar, body=[qr_waiting(ui)])
    pill = network_pill(ui, networks, network, actions.choose, id="receive-network")
    chooser = [pill, *([tag(ui, ui.t("Test network"), tone="warning")] if network.is_testnet else [])]
    body: list[ft.Control] = [
        ft.Row(chooser, alignment=ft.MainAxisAlignment.CENTER, spacing=ui.look.s.s2),
        qr_card(ui, network, state),
        banner(
            ui,
            "info",
            ui.t("{network} network only", network=network.display_name),
            ui.t(
                "Send only {symbol} to this address. Other coins sent here may be lost.",
                symbol=network.symbol,
            ),
        ),
    ]
    label = ui.t("Address copied") if copied else ui.t("Copy address")
    icon = ft.Icons.CHECK_ROUNDED if copied else ft.Icons.COPY_ROUNDED
    bottom = button(ui, label, actions.copy, icon=icon, disabled=state.address is None, id="receive-copy")
    return screen(ui, bar=bar, body=body, bottom=bottom)
