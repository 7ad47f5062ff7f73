"""The main part: the stack of views along the route, each with the navigation around it."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

import flet as ft

from app.core import paths
from app.design.base import component, in_background, use_effect, use_memo, use_ui
from app.design.components import error_state
from app.features.activity import routes as activity_routes
from app.features.home import routes as home_routes
from app.features.payments import routes as payments_routes
from app.features.receive import routes as receive_routes
from app.features.settings import routes as settings_routes
from app.services import use_services, watch
from app.shell.guard import Guard
from app.shell.navigation import Person, framed
from app.shell.routes import join_routes
from app.shell.session_notice import SessionNotice
from app.shell.shortcuts import use_shortcuts
from app.shell.view import make_view


def all_routes() -> list[ft.Route]:
    """The routes of all features."""
    return [
        *home_routes(),
        *receive_routes(),
        *payments_routes(),
        *activity_routes(),
        *settings_routes(),
    ]


@component
def MainViews(guard: Guard) -> object:  # noqa: N802 - a component
    """The stack of views along the route, while the wallet is open."""
    services = use_services()

    def read() -> None:
        in_background(services.balances.poll)
        in_background(services.activity.poll)

    use_effect(read, [])
    page = ft.context.page
    use_shortcuts(page, page.navigate, guard.lock)

    def wrap(screen: Callable[[], ft.Control]) -> Callable[[], ft.View]:
        return cast("Callable[[], ft.View]", lambda: PlaceView(screen, guard))

    routes = use_memo(lambda: join_routes(all_routes(), wrap), [])
    return ft.Router(routes, not_found=Nowhere, manage_views=True)


@component
def PlaceView(screen: Callable[[], ft.Control], guard: Guard) -> object:  # noqa: N802 - a component
    """One screen of the main part with the navigation around it."""
    ui = use_ui()
    path = ft.use_view_path()
    content = ft.Column(
        [SessionNotice(), ft.Container(screen(), expand=True)],
        spacing=0,
        expand=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )
    return make_view(ui, path, Framed(content, path, guard), guard)


@component
def Framed(content: ft.Control, path: str, guard: Guard) -> ft.Control:  # noqa: N802 - a component
    """The navigation, which alone follows the session."""
    ui, services = use_ui(), use_services()
    session, page = watch(services.session), ft.context.page
    account = session.chosen
    name = account.display_name if account else ""
    below = session.identity.email if session.identity and session.identity.email else session.username or ""
    return framed(ui, content, path, page.navigate, Person(name, below, guard.lock))


@component
def Nowhere() -> ft.Control:  # noqa: N802 - a component
    """A route that leads nowhere."""
    ui, page = use_ui(), ft.context.page

    def home() -> None:
        page.navigate(paths.HOME)

    return error_state(
        ui,
        ui.t("There is nothing here"),
        ui.t("This link leads to no screen of the app."),
        (ui.t("Go to the start"), home),
        icon=ft.Icons.EXPLORE_OFF_OUTLINED,
    )
