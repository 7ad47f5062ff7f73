"""The root of the user interface: contexts, the screen of the stage, navigation and the cover."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

import flet as ft

from app.core import paths
from app.design.base import (
    Ui,
    UiContext,
    component,
    handler,
    in_background,
    use_effect,
    use_ref,
    use_state,
    use_ui,
)
from app.design.theme import apply_theme
from app.device.lifecycle import LifecycleEvent
from app.services import Services, ServicesContext, use_services, watch
from app.shell.environment import use_environment
from app.shell.flow import BACK_LEADS_SOMEWHERE, SCREENS
from app.shell.guard import Guard
from app.shell.main_views import MainViews
from app.shell.view import make_view
from app.stores.session import Stage


@component
def Root(services: Services, guard: Guard) -> ft.Control:  # noqa: N802 - a component
    """Everything the user sees."""
    ui = use_environment(ft.context.page, services)

    def live() -> Callable[[], None]:
        stop = guard.attach(services.devices.lifecycle)
        watching = in_background(guard.watch)

        def leave() -> None:
            stop()
            watching.cancel()

        return leave

    leaving = use_ref(cast("Callable[[], None] | None", None))

    def begin() -> None:
        leaving.current = live()
        in_background(services.session.start)
        # One that an earlier run has left behind.
        in_background(services.devices.clipboard.forget)

    def end() -> None:
        if leaving.current is not None:
            leaving.current()

    use_effect(begin, [], end)
    return ServicesContext(services, lambda: UiContext(ui, lambda: Views(guard)))


@component
def Views(guard: Guard) -> object:  # noqa: N802 - a component
    """The views of the stage: one screen, or the stack of the main part."""
    ui, services = use_ui(), use_services()
    session = watch(services.session)
    watch(services.preferences)  # the terms version lies there
    stage, page = session.stage, ft.context.page
    before = use_ref(cast("str | None", None))
    visit = use_visits(services)

    def another_user() -> None:
        # The screens of one user must not open on the route of another.
        if before.current is not None and session.username != before.current:
            page.navigate(paths.HOME)
        before.current = session.username or before.current

    use_effect(another_user, [session.username])
    if stage is Stage.MAIN:
        return MainViews(guard)
    return [stage_view(ui, stage, guard, session.back, visit)]


def use_visits(services: Services) -> int:
    """How often the page came back; with each visit the screens are made anew.

    Flet drops what changed while a page is away, as at the sign-in: without this it would show old news.
    """
    visits, set_visits = use_state(0)
    stop = use_ref(cast("Callable[[], None] | None", None))
    page = ft.context.page

    def happened(event: LifecycleEvent) -> None:
        if event is LifecycleEvent.CONNECTED:
            # An update that met the closing connection has ended Flet's loop of updates.
            page.session.start_updates_scheduler()  # type: ignore[no-untyped-call]
            set_visits(lambda before: before + 1)

    def listen() -> None:
        stop.current = services.devices.lifecycle.listen(happened)

    def leave() -> None:
        if stop.current is not None:
            stop.current()

    use_effect(listen, [], leave)
    return visits


def stage_view(ui: Ui, stage: Stage, guard: Guard, back: Callable[[], object], visit: int = 0) -> ft.View:
    """The one view of a stage before the main part."""
    leads = stage in BACK_LEADS_SOMEWHERE
    return make_view(
        ui,
        paths.HOME,
        SCREENS[stage](),
        guard,
        key=f"stage-{stage}-{visit}",
        can_pop=not leads,
        on_confirm_pop=handler(back) if leads else None,
    )


def show_root(page: ft.Page, services: Services) -> None:
    """Put the app on a page."""
    apply_theme(page, services.brand)
    guard = Guard(services.session, services.preferences, services.balances)
    page.render_views(Root, services, guard)
