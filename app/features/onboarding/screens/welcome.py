"""The first screen: what this is, and the two ways in. Each brand's layout draws it in its own way."""

from __future__ import annotations

import flet as ft

from app.design.base import Ui, Width, component, use_ui
from app.features.onboarding.screens.welcome_hero import welcome_hero
from app.features.onboarding.screens.welcome_parts import actions, head, page, promise
from app.features.onboarding.screens.welcome_picture import product_picture
from app.services import Services, use_services


@component
def WelcomeScreen() -> ft.Control:  # noqa: N802 - a component
    """Composed from the product or a hero with the brand's figure."""
    ui, services = use_ui(), use_services()
    return welcome_hero(ui, services) if ui.brand.layout.welcome == "hero" else _composed(ui, services)


def _composed(ui: Ui, services: Services) -> ft.Control:
    k = ui.look
    words = ft.Column(promise(ui), spacing=k.s.s3, tight=True)
    if ui.width_class is Width.DESKTOP:
        left = ft.Column(
            [words, ft.Container(actions(ui, services), width=360)],
            spacing=k.s.s10,
            alignment=ft.MainAxisAlignment.CENTER,
            expand=True,
        )
        panes = ft.Row(
            [
                ft.Container(left, expand=True, padding=ft.Padding.only(right=k.s.s16)),
                ft.Container(product_picture(ui, 520), expand=True, alignment=ft.Alignment.CENTER),
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
    scrolling = ft.Column(
        [product_picture(ui, 312 if ui.phone else 420), ft.Container(height=k.s.s3), words],
        spacing=k.s.s5,
        scroll=ft.ScrollMode.AUTO,
        expand=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )
    column = ft.Column(
        [head(ui), scrolling, actions(ui, services)],
        spacing=k.s.s2,
        expand=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )
    return page(
        ui,
        ft.Container(
            ft.Container(column, width=k.z.max_reading),
            padding=ft.Padding(ui.margin, k.s.s2, ui.margin, k.s.s6),
            alignment=ft.Alignment.TOP_CENTER,
            expand=True,
        ),
    )
