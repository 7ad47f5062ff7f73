"""Home as a ledger: the total, a line, actions, and rows of figures."""

from __future__ import annotations

import flet as ft

from app.design.base import Ui, Width
from app.design.components import column, screen, split, title
from app.features.home.actions import HomeActions
from app.features.home.chart import BalanceChart
from app.features.home.latest import latest_block
from app.features.home.moves import move_buttons, quick_actions
from app.features.home.parts import (
    nudge,
    offline_banner,
    person_bar,
    total_block,
)
from app.features.home.positions import assets_block, assets_table
from app.features.home.state import HomeState


def ledger(
    ui: Ui,
    state: HomeState,
    actions: HomeActions,
    *,
    selected: str | None = None,
    pane: ft.Control | None = None,
) -> ft.Control:
    """The layout for the width of the window; ``pane`` is the selected position on a desktop."""
    if ui.phone:
        return _phone(ui, state, actions)
    if ui.width_class is Width.TABLET:
        return _tablet(ui, state, actions)
    return _desktop(ui, state, actions, selected, pane)


def _chart(ui: Ui, state: HomeState, *, wide: bool) -> list[ft.Control]:
    if state.history is None or state.offline:
        return []
    return [BalanceChart(ui, state.history, state.hidden, wide=wide)]


def _phone(ui: Ui, state: HomeState, actions: HomeActions) -> ft.Control:
    k = ui.look

    def inset(control: ft.Control, *, side: float = ui.margin) -> ft.Control:
        return ft.Container(control, padding=ft.Padding.symmetric(horizontal=side))

    body = [
        column(ui, [inset(total_block(ui, state, actions)), *_chart(ui, state, wide=False)], spacing=2),
        inset(quick_actions(ui, state, actions), side=k.s.s3),
        *([inset(nudge(ui, actions))] if state.nudge else []),
        inset(assets_block(ui, state, actions)),
        inset(latest_block(ui, state, actions)),
    ]
    return screen(
        ui,
        bar=person_bar(ui, state, actions),
        body=body,
        banner=offline_banner(ui, state, actions) if state.offline else None,
        edge_to_edge=True,
    )


def _tablet(ui: Ui, state: HomeState, actions: HomeActions) -> ft.Control:
    main = column(
        ui,
        [
            total_block(ui, state, actions),
            *_chart(ui, state, wide=True),
            quick_actions(ui, state, actions),
            assets_block(ui, state, actions),
        ],
        spacing=ui.look.s.s5,
    )
    side = column(
        ui,
        [*([nudge(ui, actions)] if state.nudge else []), latest_block(ui, state, actions)],
        spacing=ui.look.s.s4,
    )
    return screen(
        ui,
        bar=_greeting(ui, state),
        body=[split(ui, main, side)],
        banner=offline_banner(ui, state, actions) if state.offline else None,
        narrow=False,
    )


def _desktop(
    ui: Ui, state: HomeState, actions: HomeActions, selected: str | None, pane: ft.Control | None
) -> ft.Control:
    k = ui.look
    buttons = ft.Row(
        list(
            move_buttons(
                ui,
                actions.send,
                actions.receive,
                prefix="home",
                kind="filled",
                offline=state.offline,
                expand=False,
            )
        ),
        spacing=k.s.s3,
    )
    main = column(
        ui,
        [
            total_block(ui, state, actions),
            buttons,
            *_chart(ui, state, wide=True),
            *([nudge(ui, actions)] if state.nudge else []),
            assets_table(ui, state, actions, selected),
        ],
        spacing=k.s.s5,
    )
    left = screen(
        ui,
        body=[ft.Container(main, padding=ft.Padding.only(top=k.s.s4))],
        banner=offline_banner(ui, state, actions) if state.offline else None,
        narrow=False,
    )
    side = ft.Container(
        ft.Column(
            [pane if pane is not None else latest_block(ui, state, actions)],
            scroll=ft.ScrollMode.AUTO,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        ),
        width=k.z.side_pane + 2 * k.s.s5,
        padding=ft.Padding(k.s.s5, k.s.s5, k.s.s5, k.s.s5),
        bgcolor=k.c.surface_container_lowest,
        border=ft.Border(left=ft.BorderSide(1, k.c.outline_variant)),
    )
    return ft.Row(
        [ft.Container(left, expand=True), side],
        spacing=0,
        expand=True,
        vertical_alignment=ft.CrossAxisAlignment.STRETCH,
    )


def _greeting(ui: Ui, state: HomeState) -> ft.Control:
    first = state.name.split(" ")[0]
    words = title(ui, ui.t("Hello, {name}", name=first))
    return ft.Container(
        words,
        padding=ft.Padding.symmetric(horizontal=ui.margin, vertical=ui.look.s.s3),
        alignment=ft.Alignment.CENTER_LEFT,
    )
