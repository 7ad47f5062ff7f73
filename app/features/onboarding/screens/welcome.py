"""The first screen: what this is, and the two ways in. Each brand's layout draws it in its own way."""

from __future__ import annotations

import flet as ft

from app.design.base import Ui, Width, component, use_ui
from app.design.components import button, logo, mascot, muted, text
from app.features.onboarding.parts import stacked
from app.features.onboarding.screens.language import LanguageChip
from app.features.onboarding.screens.welcome_picture import product_picture
from app.services import Services, use_services
from app.stores.session import Wish


@component
def WelcomeScreen() -> ft.Control:  # noqa: N802 - a component
    """Composed from the product (etopay) or a hero with the brand's figure (juno)."""
    ui, services = use_ui(), use_services()
    return _hero(ui, services) if ui.brand.layout.welcome == "hero" else _composed(ui, services)


def _actions(ui: Ui, services: Services) -> ft.Control:
    session = services.session
    return stacked(
        ui,
        button(ui, ui.t("Create account"), lambda: session.begin(Wish.REGISTER), id="welcome-create"),
        button(
            ui,
            ui.t("I already have a wallet"),
            lambda: session.begin(Wish.SIGN_IN),
            kind="text",
            id="welcome-restore",
        ),
    )


def _promise(ui: Ui, align: ft.TextAlign | None = None) -> list[ft.Control]:
    return [
        ft.Semantics(
            content=text(ui, ui.t("Your money,\nyour own key"), "display", align=align), header=True
        ),
        muted(
            ui,
            ui.t("Hold, pay and exchange. Nobody else can move your funds, and that includes us."),
            "body",
            align=align,
        ),
    ]


def _head(ui: Ui) -> ft.Control:
    return ft.Row(
        [logo(ui), LanguageChip()],
        alignment=ft.MainAxisAlignment.SPACE_BETWEEN,
        vertical_alignment=ft.CrossAxisAlignment.CENTER,
        height=ui.look.z.app_bar,
    )


def _page(ui: Ui, content: ft.Control, *, safe_top: bool = True) -> ft.Control:
    return ft.Container(
        ft.SafeArea(content, expand=True, avoid_intrusions_top=safe_top),
        bgcolor=ui.look.c.surface,
        expand=True,
    )


def _composed(ui: Ui, services: Services) -> ft.Control:
    k = ui.look
    words = ft.Column(_promise(ui), spacing=k.s.s3, tight=True)
    if ui.width_class is Width.DESKTOP:
        left = ft.Column(
            [words, ft.Container(_actions(ui, services), width=360)],
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
        return _page(
            ui,
            ft.Container(
                ft.Container(ft.Column([_head(ui), panes], expand=True), width=k.z.max_content),
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
        [_head(ui), scrolling, _actions(ui, services)],
        spacing=k.s.s2,
        expand=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )
    return _page(
        ui,
        ft.Container(
            ft.Container(column, width=k.z.max_reading),
            padding=ft.Padding(ui.margin, k.s.s2, ui.margin, k.s.s6),
            alignment=ft.Alignment.TOP_CENTER,
            expand=True,
        ),
    )


def _hero(ui: Ui, services: Services) -> ft.Control:
    k = ui.look
    height = 470 if ui.phone else 560
    hill = ft.Container(
        width=900, height=900, border_radius=450, bgcolor=k.tiles.hero_shape, left=-255, top=height - 180
    )
    if not ui.phone:
        hill = ft.Container(bgcolor=k.tiles.hero_shape, left=0, right=0, bottom=0, height=180)
    figure = ft.Container(
        mascot(ui, 230 if ui.phone else 300),
        alignment=ft.Alignment(0, 0.28),
        left=0,
        right=0,
        top=0,
        bottom=0,
    )
    head = ft.Container(
        ft.SafeArea(_head(ui)),
        left=ui.margin,
        right=ui.margin,
        top=k.s.s2,
    )
    hero = ft.Container(
        ft.Stack([hill, figure, head], expand=True, clip_behavior=ft.ClipBehavior.HARD_EDGE),
        height=height,
        bgcolor=k.tiles.hero.bg,
        border_radius=ft.BorderRadius.only(bottom_left=k.shape.hero_radius, bottom_right=k.shape.hero_radius),
        clip_behavior=ft.ClipBehavior.ANTI_ALIAS,
    )
    words = ft.Column(
        _promise(ui, ft.TextAlign.CENTER),
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
    actions = ft.Container(
        ft.Container(_actions(ui, services), width=k.z.max_reading if ui.phone else 360),
        padding=ft.Padding(ui.margin, 0, ui.margin, k.s.s6),
        alignment=ft.Alignment.CENTER,
    )
    column = ft.Column(
        [scrolling, actions], expand=True, horizontal_alignment=ft.CrossAxisAlignment.STRETCH, spacing=k.s.s2
    )
    return _page(ui, column, safe_top=False)
