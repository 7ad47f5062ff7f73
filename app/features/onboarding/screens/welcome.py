"""The first screen: what this is, and the two ways in. Each brand's layout draws it in its own way."""

from __future__ import annotations

import flet as ft

from app.design.base import Ui, Width, component, use_ui
from app.features.onboarding.screens.welcome_hero import welcome_hero
from app.features.onboarding.screens.welcome_parts import actions, head, page, promise
from app.features.onboarding.screens.welcome_picture import product_picture
from app.features.onboarding.screens.welcome_room import WelcomeRoom
from app.services import Services, use_services


@component
def WelcomeScreen() -> ft.Control:  # noqa: N802 - a component
    """Composed from the product or a hero with the brand's figure."""
    ui, services = use_ui(), use_services()
    if ui.brand.layout.welcome == "hero":
        return welcome_hero(ui, services)
    return _beside(ui, services) if ui.width_class is Width.DESKTOP else _above(ui, services)


def _beside(ui: Ui, services: Services) -> ft.Control:
    k = ui.look
    left = ft.Column(
        [ft.Column(promise(ui), spacing=k.s.s3, tight=True), ft.Container(actions(ui, services), width=360)],
        spacing=k.s.s10,
        alignment=ft.MainAxisAlignment.CENTER,
        expand=True,
        scroll=ft.ScrollMode.AUTO,
    )
    picture = product_picture(ui, 520, 1)
    panes = ft.Row(
        [
            ft.Container(left, expand=True, padding=ft.Padding.only(right=k.s.s16)),
            ft.Container(picture, expand=True, alignment=ft.Alignment.CENTER),
        ],
        expand=True,
    )
    return page(
        ui,
        ft.Container(
            ft.Container(ft.Column([head(ui), panes], expand=True), width=k.z.max_content),
            padding=ft.Padding.symmetric(horizontal=ui.margin, vertical=k.s.s5),
            alignment=ft.Alignment.CENTER,
            expand=True,
        ),
    )


def _above(ui: Ui, services: Services) -> ft.Control:
    k = ui.look
    side = ft.Padding.symmetric(horizontal=ui.margin)
    inset = ft.Padding(ui.margin, k.s.s6, ui.margin, k.s.s4) if ui.phone else None
    ways_in = actions(ui, services)
    if ui.phone:
        ways_in = ft.Container(ways_in, padding=ft.Padding(ui.margin, k.s.s2, ui.margin, k.s.s6))

    def words(scale: float) -> ft.Control:
        return ft.Container(ft.Column(promise(ui, scale=scale), spacing=k.s.s3, tight=True), padding=inset)

    def picture(height: float, scale: float) -> ft.Control | None:
        drawn = product_picture(ui, height, scale)
        return ft.Container(drawn, padding=side) if drawn else None

    top = ft.Container(head(ui), padding=ft.Padding(ui.margin, k.s.s2, ui.margin, k.s.s2))
    around = k.z.app_bar + k.s.s4 + (0 if ui.phone else k.s.s8 + k.s.s10)
    most = 312 if ui.phone else 600
    return page(ui, WelcomeRoom(ui, top, picture, words, ways_in, around=around, most=most))
