"""What the window and the system say about how to draw: width, darkness, language."""

from __future__ import annotations

import flet as ft

from app.core.brand import Brand
from app.core.i18n import parse_locale
from app.design.base import Ui, handler, make_ui, use_effect, use_state
from app.design.look import Width
from app.services import Services, watch
from app.stores.preferences import ThemeChoice

_MODES = {
    ThemeChoice.SYSTEM: ft.ThemeMode.SYSTEM,
    ThemeChoice.LIGHT: ft.ThemeMode.LIGHT,
    ThemeChoice.DARK: ft.ThemeMode.DARK,
}


def use_environment(page: ft.Page, services: Services) -> Ui:
    """The Ui of the moment; the calling component is drawn again only when one of its facts changes."""
    preferences = watch(services.preferences)
    width, set_width = use_state(Width.of(page.width))
    system_dark, set_system_dark = use_state(page.platform_brightness is ft.Brightness.DARK)

    def listen() -> None:
        def resized(event: ft.PageResizeEvent) -> None:
            set_width(Width.of(event.width))

        def brightness(event: ft.PlatformBrightnessChangeEvent) -> None:
            # The web client sends the bare word, for which Flet makes an event without this field.
            said = getattr(event, "brightness", event.data)
            set_system_dark(ft.Brightness(said) is ft.Brightness.DARK)

        page.on_resize = handler(resized)
        page.on_platform_brightness_change = handler(brightness)

    use_effect(listen, [])
    choice = preferences.theme
    dark = system_dark if choice is ThemeChoice.SYSTEM else choice is ThemeChoice.DARK
    language = services.language()

    def apply() -> None:
        apply_language(page, services.brand, language)
        page.theme_mode = _MODES[choice]
        page.update()

    use_effect(apply, [choice, language])
    # Flet does not tell what the system wants, so the user says it here.
    return make_ui(
        services.brand,
        dark=dark,
        language=language,
        width=width,
        reduced_motion=preferences.less_motion,
    )


def apply_language(page: ft.Page, brand: Brand, language: str) -> None:
    """Flet's own words and the reading direction."""
    page.locale_configuration = ft.LocaleConfiguration(
        supported_locales=[ft.Locale(tag) for tag in brand.identity.languages],
        current_locale=ft.Locale(language),
    )
    page.rtl = parse_locale(language).text_direction == "rtl"
