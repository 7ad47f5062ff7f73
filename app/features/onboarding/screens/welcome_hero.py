"""The welcome of brands that have a figure: it stands on a hill, the words below or beside it."""

from __future__ import annotations

import flet as ft

from app.design.base import Ui, Width
from app.design.components import mascot
from app.design.look import Look
from app.features.onboarding.screens.welcome_parts import actions, head, page, promise
from app.services import Services

HILL = 180
# Confetti around the figure: distance from the middle as a share of the stage, length, turn.
CONFETTI = (
    (-0.74, -0.42, 26, -0.45),
    (0.70, -0.46, 24, 0.6),
    (0.60, -0.16, 9, 0.0),
    (0.78, 0.14, 13, 0.0),
    (-0.86, 0.26, 13, 0.0),
    (-0.70, 0.74, 22, 0.35),
    (0.74, 0.66, 22, -0.5),
)


def welcome_hero(ui: Ui, services: Services) -> ft.Control:
    """Figure above the words on narrow windows, beside them on wide ones."""
    return _beside(ui, services) if ui.width_class is Width.DESKTOP else _above(ui, services)


def _confetti(k: Look) -> list[ft.Control]:
    colors = (
        k.c.primary,
        k.c.tertiary,
        k.tiles.hero_paper,
        k.c.success,
        k.c.tertiary,
        k.c.success,
        k.c.primary,
    )
    return [
        ft.Container(
            ft.Container(width=length, height=min(length, 13), border_radius=7, bgcolor=color, rotate=turn),
            alignment=ft.Alignment(x, y),
            left=0,
            right=0,
            top=0,
            bottom=0,
        )
        for (x, y, length, turn), color in zip(CONFETTI, colors, strict=True)
    ]


def _stage(ui: Ui, figure: float) -> list[ft.Control]:
    """Confetti and figure in a square of their own, so that they keep together at every width."""
    k = ui.look
    middle = ft.Container(
        mascot(ui, figure), alignment=ft.Alignment(0, 0.12), left=0, right=0, top=0, bottom=0
    )
    square = ft.Stack([*_confetti(k), middle], width=figure * 1.6, height=figure * 1.6)
    return [ft.Container(square, alignment=ft.Alignment(0, 0.4), left=0, right=0, top=0, bottom=0)]


def _above(ui: Ui, services: Services) -> ft.Control:
    k = ui.look
    height = 470 if ui.phone else 560
    hill = ft.Container(
        width=900, height=900, border_radius=450, bgcolor=k.tiles.hero_shape, left=-255, top=height - HILL
    )
    if not ui.phone:
        hill = ft.Container(bgcolor=k.tiles.hero_shape, left=0, right=0, bottom=0, height=HILL)
    bar = ft.Container(ft.SafeArea(head(ui)), left=ui.margin, right=ui.margin, top=k.s.s2)
    hero = ft.Container(
        ft.Stack([hill, *_stage(ui, 230 if ui.phone else 300), bar], clip_behavior=ft.ClipBehavior.HARD_EDGE),
        height=height,
        bgcolor=k.tiles.hero.bg,
        border_radius=ft.BorderRadius.only(bottom_left=k.shape.hero_radius, bottom_right=k.shape.hero_radius),
        clip_behavior=ft.ClipBehavior.ANTI_ALIAS,
    )
    words = ft.Column(
        promise(ui, ft.TextAlign.CENTER),
        spacing=k.s.s3,
        tight=True,
        horizontal_alignment=ft.CrossAxisAlignment.CENTER,
    )
    scrolling = ft.Column(
        [hero, ft.Container(words, padding=ft.Padding.symmetric(horizontal=ui.margin, vertical=k.s.s4))],
        scroll=ft.ScrollMode.AUTO,
        expand=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )
    ways_in = ft.Container(
        ft.Container(actions(ui, services), width=k.z.max_reading if ui.phone else 360),
        padding=ft.Padding(ui.margin, 0, ui.margin, k.s.s6),
        alignment=ft.Alignment.CENTER,
    )
    column = ft.Column(
        [scrolling, ways_in], expand=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH, spacing=k.s.s2
    )
    return page(ui, column, safe_top=False)


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
        ft.Stack([hill, *_stage(ui, 340)], expand=True, clip_behavior=ft.ClipBehavior.HARD_EDGE),
        expand=True,
        bgcolor=k.tiles.hero.bg,
        border_radius=ft.BorderRadius.only(top_left=k.shape.hero_radius, bottom_left=k.shape.hero_radius),
        clip_behavior=ft.ClipBehavior.ANTI_ALIAS,
    )
    return page(ui, ft.Row([left, hero], expand=True, spacing=0), safe_top=False)
