"""The welcome of brands that have a figure: it stands on a hill, the words below or beside it."""

from __future__ import annotations

import flet as ft

from app.design.base import Ui, Width
from app.features.onboarding.screens.welcome_parts import actions, head, page, promise
from app.features.onboarding.screens.welcome_room import WelcomeRoom
from app.features.onboarding.screens.welcome_stage import stage
from app.services import Services

HILL = 180
LEAST_FIGURE = 72


def welcome_hero(ui: Ui, services: Services) -> ft.Control:
    """Figure above the words on narrow windows, beside them on wide ones."""
    return _beside(ui, services) if ui.width_class is Width.DESKTOP else _above(ui, services)


def _above(ui: Ui, services: Services) -> ft.Control:
    k = ui.look
    align = ft.TextAlign.CENTER if ui.phone else None
    across = ft.CrossAxisAlignment.CENTER if ui.phone else ft.CrossAxisAlignment.START
    inset = ft.Padding.symmetric(horizontal=ui.margin, vertical=k.s.s4) if ui.phone else None
    ways_in = actions(ui, services)
    if ui.phone:
        ways_in = ft.Container(ways_in, padding=ft.Padding(ui.margin, k.s.s2, ui.margin, k.s.s6))

    def words(scale: float) -> ft.Control:
        said = promise(ui, align, scale=scale)
        column = ft.Column(said, spacing=k.s.s3, tight=True, horizontal_alignment=across)
        return ft.Container(column, padding=inset, alignment=ft.Alignment.CENTER if ui.phone else None)

    def hero(height: float, scale: float) -> ft.Control:
        return _hero(ui, max(height, k.z.app_bar * max(1.0, scale * 0.8) + k.s.s4))

    around = 0 if ui.phone else k.s.s8 + k.s.s10
    most = 470 if ui.phone else 900
    room = WelcomeRoom(ui, ft.Container(height=0), hero, words, ways_in, around=around, most=most)
    return page(ui, room, safe_top=False)


def _hero(ui: Ui, height: float) -> ft.Control:
    k = ui.look
    below_bar = height - k.z.app_bar - k.s.s4
    figure = min(230 if ui.phone else 400, below_bar * 0.72)
    hill = height * (0.38 if ui.phone else 0.32)
    width = 900 if ui.phone else 1800
    # A circle so wide that only its top is seen, a little right of the middle.
    ground = ft.Container(
        ft.Container(
            width=width,
            height=width,
            border_radius=width / 2,
            bgcolor=k.tiles.hero_shape,
            offset=ft.Offset(0.02, 0),
        ),
        alignment=ft.Alignment.TOP_CENTER,
        left=-width,
        right=-width,
        top=height - hill,
        height=width,
    )
    bar = ft.Container(ft.SafeArea(head(ui)), left=ui.margin, right=ui.margin, top=k.s.s2)
    # Lower than this the figure would be a toy; the ground alone is calmer.
    scene = stage(ui, figure) if figure >= LEAST_FIGURE else []
    return ft.Container(
        ft.Stack([ground, *scene, bar], clip_behavior=ft.ClipBehavior.HARD_EDGE),
        height=height,
        bgcolor=k.tiles.hero.bg,
        border_radius=ft.BorderRadius.only(bottom_left=k.shape.hero_radius, bottom_right=k.shape.hero_radius),
        clip_behavior=ft.ClipBehavior.ANTI_ALIAS,
    )


def _beside(ui: Ui, services: Services) -> ft.Control:
    k = ui.look
    words = ft.Column(
        [*promise(ui), ft.Container(height=k.s.s6), ft.Container(actions(ui, services), width=360)],
        spacing=k.s.s3,
        alignment=ft.MainAxisAlignment.CENTER,
        expand=True,
        scroll=ft.ScrollMode.AUTO,
    )
    left = ft.Container(
        ft.Column([head(ui), words], expand=True),
        expand=True,
        padding=ft.Padding(ui.margin, k.s.s5, ui.margin, k.s.s5),
    )
    hill = ft.Container(bgcolor=k.tiles.hero_shape, left=0, right=0, bottom=0, height=HILL)
    hero = ft.Container(
        ft.Stack([hill, *stage(ui, 340)], expand=True, clip_behavior=ft.ClipBehavior.HARD_EDGE),
        expand=True,
        bgcolor=k.tiles.hero.bg,
        border_radius=ft.BorderRadius.only(top_left=k.shape.hero_radius, bottom_left=k.shape.hero_radius),
        clip_behavior=ft.ClipBehavior.ANTI_ALIAS,
    )
    return page(ui, ft.Row([left, hero], expand=True, spacing=0), safe_top=False)
