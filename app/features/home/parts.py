"""The blocks of Home that both layouts use."""

from __future__ import annotations

import flet as ft

from app.core.errors import ErrorCode
from app.design.base import Ui, ident
from app.design.components import (
    avatar,
    banner,
    card,
    column,
    icon_button,
    icon_disc,
    muted,
    pressable,
    skeleton,
    text,
)
from app.features.home.actions import HomeActions
from app.features.home.state import HomeState
from app.widgets.amounts import fiat_amount
from app.widgets.moments import age, clock, is_old


def person_bar(ui: Ui, state: HomeState, actions: HomeActions) -> ft.Control:
    """Who is logged in, and the way to lock."""
    k = ui.look
    row = ft.Row(
        [
            avatar(ui, state.name, k.z.avatar_small, strong=True),
            text(ui, state.name, weight=k.type.strong, max_lines=1, expand=True),
            icon_button(ui, ft.Icons.LOCK_OUTLINE_ROUNDED, ui.t("Lock"), actions.lock, id="home-lock"),
        ],
        spacing=k.s.s3,
    )
    return ft.Container(row, height=k.z.app_bar, padding=ft.Padding(ui.margin, 0, ui.margin - 10, 0))


def offline_banner(ui: Ui, state: HomeState, actions: HomeActions) -> ft.Control:
    """Why nothing can be reached, from when the figures are, and the way to try again."""
    said = []
    if state.trouble is ErrorCode.SERVICE:
        title, said = ui.t("Our service has a problem"), [ui.t("Your money is safe.")]
    elif state.trouble is ErrorCode.TIMEOUT:
        title, said = ui.t("Our service does not answer"), [ui.t("Your money is safe.")]
    else:
        title = ui.t("You are offline")
    if state.as_of:
        said.append(ui.t("Showing figures from {time}.", time=clock(ui, state.as_of)))
    return banner(
        ui,
        "warning",
        title,
        " ".join(said) or None,
        action=(ui.t("Try again"), actions.refresh),
        icon=ft.Icons.CLOUD_OFF_OUTLINED,
        id="home-offline",
    )


def eye(ui: Ui, state: HomeState, actions: HomeActions, color: str | None = None) -> ft.Control:
    """Hide amounts, or show them."""
    glyph = ft.Icon(
        ft.Icons.VISIBILITY_OFF_OUTLINED if state.hidden else ft.Icons.VISIBILITY_OUTLINED,
        size=18,
        color=color or ui.look.c.on_surface_variant,
        semantics_label=ui.t("Show amounts") if state.hidden else ui.t("Hide amounts"),
    )
    box = pressable(ui, glyph, actions.hide, radius=16, ring=color, shade=color, width=34, height=26)
    return ident("home-hide", box)


def total_block(ui: Ui, state: HomeState, actions: HomeActions) -> ft.Control:
    """The one figure of the screen, with the age of its rates."""
    k = ui.look
    label = ui.t("Total balance")
    if state.offline and state.as_of:
        label = ui.t("Total balance, as of {time}", time=clock(ui, state.as_of))
    head = ft.Row([muted(ui, label, weight=k.type.emphasis), eye(ui, state, actions)], spacing=0, tight=True)
    if state.total is None:
        figure: ft.Control = text(ui, "–", "display") if state.loaded else bar(ui, 220, k.type.amount.hero)
    else:
        color = k.c.on_surface_variant if state.offline else None
        figure = fiat_amount(ui, state.total, "hero", hidden=state.hidden, color=color)
    return column(
        ui,
        [
            head,
            ident("home-total", figure),
            ft.Container(rates_line(ui, state), padding=ft.Padding.only(top=k.shape.below_hero)),
        ],
        spacing=0,
    )


def bar(ui: Ui, width: float, height: float) -> ft.Control:
    """A skeleton of that width, which a column would stretch to its own."""
    return ft.Row([skeleton(ui, width, height)], tight=True)


def rates_line(ui: Ui, state: HomeState, color: str | None = None) -> ft.Control:
    """From when the rates are, and what the total leaves out."""
    if not state.loaded:
        return bar(ui, 160, 14)
    parts = []
    if state.rates_as_of is None:
        parts.append(ui.t("No rates yet"))
    elif is_old(state.rates_as_of):
        parts.append(ui.t("Rates are {age} old", age=age(ui, state.rates_as_of)))
    else:
        parts.append(ui.t("Rates from {time}", time=clock(ui, state.rates_as_of)))
    if state.total is not None:
        if any(one.amount is None for one in state.positions):
            parts.append(ui.t("without what could not be read"))
        if any(one.rate is None for one in state.positions):
            parts.append(ui.t("without what has no rate"))
    if any(one.network.is_testnet for one in state.positions if one.amount):
        parts.append(ui.t("test networks included"))
    return muted(ui, " · ".join(parts), color=color)


def nudge(ui: Ui, actions: HomeActions) -> ft.Control:
    """The one thing that is left to do: the recovery phrase."""
    k = ui.look
    words = column(
        ui,
        [
            text(ui, ui.t("Write down your recovery phrase"), weight=k.type.strong),
            muted(ui, ui.t("Without it a lost device is lost money. It takes 2 minutes.")),
        ],
        spacing=0,
    )
    row = ft.Row(
        [
            icon_disc(ui, ft.Icons.KEY_ROUNDED, "warning", 44),
            ft.Container(words, expand=True),
            ft.Icon(ft.Icons.CHEVRON_RIGHT_ROUNDED, size=22, color=k.c.on_surface_variant),
        ],
        spacing=k.s.s3,
    )
    return card(
        ui,
        row,
        padding=ft.Padding.symmetric(vertical=12, horizontal=14),
        on_click=actions.nudge,
        id="home-nudge",
    )
