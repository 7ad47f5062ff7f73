"""Names of languages and of brightness, for whoever offers them."""

from __future__ import annotations

from app.core.i18n import Translate, parse_locale


def language_name(tag: str) -> str:
    """A language in its own words."""
    name = parse_locale(tag).get_language_name(tag) or tag
    return name[:1].upper() + name[1:]


def theme_names(t: Translate) -> tuple[tuple[str, str], ...]:
    """The three choices of brightness by their keys."""
    return (("system", t("Like the device")), ("light", t("Light")), ("dark", t("Dark")))
