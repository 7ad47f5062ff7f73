"""What Flet itself draws (pickers, ink, selection, scroll bars), in the brand's look."""

from __future__ import annotations

import flet as ft

from app.core.assets import fonts
from app.core.brand import Brand
from app.design.look import Look, make_look

NO_TRANSITION = ft.PageTransitionTheme.NONE


def make_theme(look: Look) -> ft.Theme:
    """Flet's theme of a look. Every text style carries its colour: without, dark mode is black on black."""
    roles = set(ft.ColorScheme.__dataclass_fields__)
    scheme = ft.ColorScheme(**{name: value for name, value in look.c.model_dump().items() if name in roles})
    return ft.Theme(
        font_family=look.family(400),
        color_scheme=scheme,
        text_theme=ft.TextTheme(
            body_large=look.style("body"),
            body_medium=look.style("body"),
            body_small=look.style("label"),
            label_large=look.style("label"),
            title_large=look.style("title"),
            title_medium=look.style("heading"),
            title_small=look.style("body", look.type.strong),
            headline_small=look.style("title"),
        ),
        scaffold_bgcolor=look.c.surface,
        visual_density=ft.VisualDensity.STANDARD,  # desktops would take 8 pixels off every field
        hover_color=ft.Colors.with_opacity(0.04, look.c.on_surface),
        focus_color=ft.Colors.with_opacity(0.12, look.c.primary),
        splash_color=ft.Colors.with_opacity(0.08, look.c.on_surface),
        highlight_color=ft.Colors.with_opacity(0.06, look.c.on_surface),
        page_transitions=ft.PageTransitionsTheme(
            android=ft.PageTransitionTheme.FADE_FORWARDS,
            ios=ft.PageTransitionTheme.CUPERTINO,
            linux=NO_TRANSITION,
            macos=NO_TRANSITION,
            windows=NO_TRANSITION,
        ),
    )


def apply_theme(page: ft.Page, brand: Brand, mode: ft.ThemeMode = ft.ThemeMode.SYSTEM) -> None:
    """Give a page the brand's fonts, colours and name; assets come from ``app.core.assets.stage_assets``."""
    page.title = brand.name
    page.padding = 0
    page.spacing = 0
    page.fonts = fonts(brand)
    page.theme = make_theme(make_look(brand, False))
    page.dark_theme = make_theme(make_look(brand, True))
    page.theme_mode = mode
    page.theme_animation_style = ft.AnimationStyle.no_animation()
