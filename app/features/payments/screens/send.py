"""Send: from the form over review and PIN to the known end."""

from __future__ import annotations

from functools import partial

import flet as ft

from app.core import paths
from app.core.model import Network
from app.core.secret import Secret
from app.design.base import Ui, component, in_background, memo, use_dialog, use_effect, use_memo, use_ui
from app.design.components import sheet
from app.features.payments.actions import Act, ProgressActions, SendActions
from app.features.payments.form import Facts, timeless
from app.features.payments.form_view import form_view, starting_view
from app.features.payments.pin_view import pin_view
from app.features.payments.progress_view import failed_view, success_view, under_way_view, unknown_view
from app.features.payments.review_view import review_body
from app.features.payments.state import (
    Editing,
    Failed,
    OutcomeUnknown,
    Reviewing,
    Sending,
    SendState,
    Sent,
    Starting,
)
from app.features.payments.store import PaymentsStore
from app.features.payments.tools import PaymentTools
from app.services import Services, use_services, watch
from app.widgets.go import go


@component
def SendScreen() -> ft.Control:  # noqa: N802 - a component
    """Sending, joined to its store."""
    ui, services = use_ui(), use_services()
    asked = ft.use_route_params()
    networks = watch(services.networks)
    watch(services.balances)
    store = watch(use_memo(lambda: PaymentsStore(_tools(services), ui.locale), []))

    async def start() -> None:
        await store.start(asked.get("network"), asked.get("recipient") or "")

    use_effect(start, [], store.close)
    use_effect(lambda: store.use_locale(ui.locale), [ui.locale])

    def confirm(pin: str) -> None:
        # In the background: it must go on when this screen is left.
        in_background(store.confirm, Secret(pin))

    # The same callbacks at every drawing, so that the form sees that nothing changed.
    actions = use_memo(lambda: _send_actions(services, store, start), [])
    progress = _progress_actions(services, store)
    state = store.state
    use_dialog(
        sheet(
            ui,
            ui.t("Check before you send"),
            review_body(ui, state.order, store.ask_pin),
            store.leave_review,
            id="review-sheet",
        )
        if isinstance(state, Reviewing) and not state.asks_pin
        else None
    )
    if isinstance(state, Reviewing) and state.asks_pin:
        return pin_view(ui, state, store.leave_pin, confirm, _pin_length(services))
    form = state.form if isinstance(state, Reviewing) else state
    if isinstance(form, Editing):
        shown = timeless(store.facts(form.draft.network))
        return FormBody(ui, form, networks.networks, shown, actions)
    return end_view(ui, form, actions, progress)


@memo
@component
def FormBody(  # noqa: N802 - a component
    ui: Ui, form: Editing, networks: tuple[Network, ...], facts: Facts, actions: SendActions
) -> ft.Control:
    """The form, drawn again only when something in it has changed."""
    return form_view(ui, form, networks, facts, actions)


def end_view(ui: Ui, state: SendState, actions: SendActions, progress: ProgressActions) -> ft.Control:
    """Every state that is neither form nor review."""
    match state:
        case Sent() if state.ended is not None:
            return success_view(ui, state, progress)
        case Sending() | Sent():
            return under_way_view(ui, state, progress)
        case Failed():
            return failed_view(ui, state, progress)
        case OutcomeUnknown():
            return unknown_view(ui, state, progress)
        case Starting():
            return starting_view(ui, state, actions)
        case _:
            raise AssertionError(type(state).__name__)


def _tools(services: Services) -> PaymentTools:
    return PaymentTools(
        lambda: services.session.wallet,
        services.gateway.check_address,
        services.networks,
        services.balances,
        services.activity,
    )


def _pin_length(services: Services) -> int | None:
    username = services.session.username
    return services.preferences.pin_length(username) if username else None


def _send_actions(services: Services, store: PaymentsStore, start: Act) -> SendActions:
    async def paste() -> None:
        await store.edit_recipient((await services.devices.clipboard.paste()).strip())

    return SendActions(
        back=partial(go, paths.HOME),
        network=store.choose_network,
        recipient=store.edit_recipient,
        clear=partial(store.edit_recipient, ""),
        paste=paste,
        accept=store.accept_recipient,
        amount=store.edit_amount,
        part=store.choose_part,
        review=store.review,
        activity=partial(go, paths.ACTIVITY),
        retry=start,
    )


def _progress_actions(services: Services, store: PaymentsStore) -> ProgressActions:
    return ProgressActions(
        done=partial(go, paths.HOME),
        again=store.see_again,
        activity=partial(go, paths.ACTIVITY),
        copy=services.devices.clipboard.copy,
    )
