"""Home as pockets: a hero with the brand's figure, and a tile for everything that is held."""

from __future__ import annotations

from functools import partial

import flet as ft

from app.core.model.position import Position
from app.core.theme import Tile
from app.design.base import Ui, component, ident, keyed
from app.design.components import (
    coin,
    column,
    heading,
    icon_button,
    mascot,
    muted,
    pressable,
    screen,
    skeleton,
    text,
)
from app.design.components.scale import LARGE, use_text_scale
from app.features.home.actions import HomeActions
from app.features.home.latest import latest_block
from app.features.home.moves import quick_actions
from app.features.home.parts import bar, eye, nudge, offline_banner, rates_line
from app.features.home.positions import held_words
from app.features.home.state import HomeState, by_worth
from app.widgets.amounts import fiat_amount
from app.widgets.moments import clock

_PER_ROW = {"phone": 2, "tablet": 3, "desktop": 4}


def pockets(ui: Ui, state: HomeState, actions: HomeActions) -> ft.Control:
    """Hero over the whole width, tiles below it."""
    k = ui.look
    width = k.z.max_content if not ui.phone else k.z.max_reading
    below = column(
        ui,
        [
            *([offline_banner(ui, state, actions)] if state.offline else []),
            *([nudge(ui, actions)] if state.nudge else []),
            _tiles(ui, state, actions),
            latest_block(ui, state, actions),
        ],
        spacing=k.s.s5,
    )
    body = [
        _hero(ui, state, actions),
        ft.Row(
            [
                ft.Container(
                    below, width=width, expand=True, padding=ft.Padding.symmetric(horizontal=ui.margin)
                )
            ],
            alignment=ft.MainAxisAlignment.CENTER,
        ),
    ]
    return screen(ui, body=body, narrow=False, edge_to_edge=True, spacing=k.s.s6)


@component
def _hero(ui: Ui, state: HomeState, actions: HomeActions) -> ft.Control:
    k = ui.look
    scale, probe = use_text_scale(ui)
    tile = k.tiles.hero
    first = state.name.split(" ")[0]
    head = ft.Row(
        [
            ft.Container(text(ui, ui.t("Hello, {name}", name=first), "heading", color=tile.fg), expand=True),
            *(
                [
                    icon_button(
                        ui,
                        ft.Icons.LOCK_OUTLINE_ROUNDED,
                        ui.t("Lock"),
                        actions.lock,
                        id="home-lock",
                        color=tile.fg,
                    )
                ]
                if ui.phone
                else []
            ),
        ]
    )
    label = ft.Row(
        [text(ui, ui.t("Total balance"), "label", color=tile.fg), eye(ui, state, actions, tile.fg)],
        spacing=0,
        tight=True,
    )
    figure: ft.Control
    if state.total is None:
        figure = text(ui, "–", "display", color=tile.fg) if state.loaded else bar(ui, 200, k.type.amount.hero)
    else:
        figure = fiat_amount(ui, state.total, "hero", about=False, hidden=state.hidden, color=tile.fg)
    rates = ft.Container(
        rates_line(ui, state, tile.fg),
        bgcolor=k.tiles.hero_paper,
        border_radius=k.r.full,
        padding=ft.Padding.symmetric(vertical=6, horizontal=k.s.s3),
    )
    words = column(ui, [label, ident("home-total", figure), ft.Row([rates], wrap=True)], spacing=k.s.s1)
    people = ft.Stack(
        [
            ft.Container(words, padding=ft.Padding.only(right=k.s.s4)),
            # Large texts need its place.
            *([ft.Container(mascot(ui, k.z.mascot), right=-k.s.s2, top=-k.s.s8)] if scale < LARGE else []),
        ],
        clip_behavior=ft.ClipBehavior.NONE,
    )
    shape = ft.Container(
        width=k.z.hero_shape,
        height=k.z.hero_shape,
        border_radius=k.z.hero_shape / 2,
        bgcolor=k.tiles.hero_shape,
        right=-k.s.s16,
        top=-k.s.s16,
    )
    actions_row = quick_actions(ui, state, actions, fill=k.tiles.hero_paper, ink=tile.fg)
    if not ui.phone:
        # As near to each other as on a phone: three discs across a desktop are no group.
        actions_row = ft.Row([ft.Container(actions_row, width=k.z.hero_shape + k.s.s10)])
    content = ft.Container(
        column(ui, [probe, column(ui, [head, people, actions_row], spacing=k.s.s5)], spacing=0),
        padding=ft.Padding(ui.margin, k.s.s4 if ui.phone else k.s.s6, ui.margin, k.s.s6),
        width=k.z.max_content if not ui.phone else None,
    )
    centred = ft.Row([ft.Container(content, expand=True)], alignment=ft.MainAxisAlignment.CENTER)
    return ft.Container(
        ft.Stack([shape, ft.SafeArea(centred, avoid_intrusions_bottom=False)]),
        bgcolor=tile.bg,
        border_radius=ft.BorderRadius.only(bottom_left=k.shape.hero_radius, bottom_right=k.shape.hero_radius),
        clip_behavior=ft.ClipBehavior.ANTI_ALIAS,
    )


@component
def _tiles(ui: Ui, state: HomeState, actions: HomeActions) -> ft.Control:
    k = ui.look
    scale, probe = use_text_scale(ui)
    large = scale >= LARGE
    head = ft.Row(
        [
            heading(ui, ui.t("Assets")),
            *(
                [ft.Container(muted(ui, ui.t("about, at {time}", time=clock(ui, state.rates_as_of))))]
                if state.rates_as_of
                else []
            ),
        ],
        wrap=True,
        alignment=ft.MainAxisAlignment.SPACE_BETWEEN,
        vertical_alignment=ft.CrossAxisAlignment.CENTER,
    )
    if not state.loaded:
        blocks: list[ft.Control] = [
            ft.Container(skeleton(ui, None, k.z.tile, radius=k.r.lg), expand=True) for _ in range(4)
        ]
    else:
        blocks = [
            _pocket(ui, one, k.tile(index), state, actions, most=None if large else 1)
            for index, one in enumerate(by_worth(state.positions))
        ]
    per_row = 1 if large and ui.phone else _PER_ROW[ui.width_class.value]
    rows: list[ft.Control] = []
    for start in range(0, len(blocks), per_row):
        row = blocks[start : start + per_row]
        row += [ft.Container(expand=True) for _ in range(per_row - len(row))]
        rows.append(ft.Row(row, spacing=k.s.s3))
    return column(ui, [probe, column(ui, [head, *rows])], spacing=0)


def _pocket(
    ui: Ui, position: Position, tile: Tile, state: HomeState, actions: HomeActions, *, most: int | None
) -> ft.Control:
    k = ui.look
    network = position.network
    note = ""
    if position.stale and position.as_of:
        note = clock(ui, position.as_of)
    elif network.is_testnet:
        note = ui.t("Test")
    pill = ft.Container(
        text(ui, note, "caption", color=tile.fg, max_lines=1),
        bgcolor=ft.Colors.with_opacity(0.14, tile.fg),
        border_radius=k.r.full,
        padding=ft.Padding.symmetric(vertical=3, horizontal=9),
        visible=bool(note),
    )
    top = ft.Row([coin(ui, network.symbol, test=network.is_testnet), ft.Container(expand=True), pill])
    worth: ft.Control = text(ui, "–", "heading", color=tile.fg)
    if position.eur is not None:
        worth = fiat_amount(ui, position.eur, "panel", about=False, hidden=state.hidden, color=tile.fg)
    words = [
        text(ui, network.display_name, "label", color=tile.fg, max_lines=most),
        worth,
        text(ui, held_words(ui, position, hidden=state.hidden), "caption", color=tile.fg, max_lines=most),
    ]
    box = pressable(
        ui,
        column(ui, [top, column(ui, words, spacing=k.shape.below_tile)], spacing=k.s.s3),
        partial(actions.open_position, network.key),
        fill=tile.bg,
        radius=k.r.lg,
        padding=k.s.s4,
        place="within",
        ring=tile.fg,
        shade=tile.fg,
        expand=True,
    )
    return ft.Container(keyed(network.key, ident(f"position-{network.key}", box)), expand=True)
