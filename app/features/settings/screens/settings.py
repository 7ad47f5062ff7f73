"""The settings: who you are, how well you are protected, then groups of rows."""

from __future__ import annotations

import flet as ft

from app.design.base import Width, component, use_ui
from app.design.components import column, screen, title
from app.features.settings.groups import about_group, app_group, leave_group, security_group
from app.features.settings.person import person_card, protection_card
from app.services import use_services, watch


@component
def SettingsScreen() -> ft.Control:  # noqa: N802 - a component
    """One column, or two where there is room."""
    ui, services = use_ui(), use_services()
    watch(services.session)
    watch(services.preferences)
    k = ui.look
    left = [person_card(ui, services), protection_card(ui, services), security_group(ui, services)]
    right = [app_group(ui, services), about_group(ui), leave_group(ui, services)]
    if ui.width_class is Width.DESKTOP:
        content: list[ft.Control] = [
            ft.Row(
                [
                    ft.Container(column(ui, left, spacing=k.s.s4), expand=True),
                    ft.Container(column(ui, right, spacing=k.s.s4), expand=True),
                ],
                spacing=k.s.s6,
                vertical_alignment=ft.CrossAxisAlignment.START,
            )
        ]
    else:
        content = [*left, *right]
    head = ft.Container(title(ui, ui.t("Settings")), padding=ft.Padding.symmetric(vertical=k.s.s3))
    return screen(ui, body=[head, *content], narrow=ui.width_class is not Width.DESKTOP)
