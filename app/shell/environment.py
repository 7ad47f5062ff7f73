"""What the window and the system say about how to draw: width, darkness, language, motion."""

from __future__ import annotations

import asyncio
import logging
from typing import Final

import flet as ft

from app.core.brand import Brand
from app.core.i18n import parse_locale
from app.design.base import Ui, handler, make_ui, use_effect, use_ref, use_state
from app.design.look import Width
from app.services import Services, watch
from app.stores.preferences import ThemeChoice

_log = logging.getLogger(__name__)
ANSWER_SECONDS: Final = 3.0
"""How long a client has to say what its system wants; later it would surprise."""
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
    system = use_ref(ft.SemanticsService).current

    async def ask() -> None:
        preferences.still = preferences.still or await wants_stillness(system)

    use_effect(ask, [])
    choice = preferences.theme
    dark = system_dark if choice is ThemeChoice.SYSTEM else choice is ThemeChoice.DARK
    language = services.language()

    def apply() -> None:
        apply_language(page, services.brand, language)
        page.theme_mode = _MODES[choice]
        page.update()

    use_effect(apply, [choice, language])
    return make_ui(
        services.brand,
        dark=dark,
        language=language,
        width=width,
        reduced_motion=preferences.less_motion,
    )


async def wants_stillness(system: ft.SemanticsService) -> bool:
    """Whether the system asks for less motion, as far as the client knows."""
    try:
        wishes = await asyncio.wait_for(system.get_accessibility_features(), ANSWER_SECONDS)
    except Exception as error:  # noqa: BLE001 - clients differ in what they know, and none of it is needed
        _log.info("The client does not say whether motion is wanted: %s", type(error).__name__)
        return False
    return wishes.disable_animations or wishes.reduce_motion


def apply_language(page: ft.Page, brand: Brand, language: str) -> None:
    """Flet's own words and the reading direction."""
    page.locale_configuration = ft.LocaleConfiguration(
        supported_locales=[ft.Locale(tag) for tag in brand.identity.languages],
        current_locale=ft.Locale(language),
    )
    page.rtl = parse_locale(language).text_direction == "rtl"
