"""Amounts as controls and as texts, in the user's locale, covered where the user wants it."""

from __future__ import annotations

from decimal import Decimal
from typing import Final, Literal

import flet as ft

from app.core import money
from app.core.money import EURO, AmountParts
from app.design.base import Ui
from app.design.components import amount_text, fitted

COVERED: Final = "••••"
Size = Literal["row", "panel", "hero"]


def coin_amount(
    ui: Ui,
    value: Decimal,
    unit: str,
    size: Size = "row",
    *,
    exact: bool = False,
    signed: bool = False,
    hidden: bool = False,
    color: str | None = None,
) -> ft.Control:
    """A coin amount; lists cut it, ``exact`` keeps every digit."""
    make = money.coin if exact else money.coin_short
    parts = make(value, unit, ui.locale, signed=signed)
    return _amount(ui, parts, size, hidden=hidden, color=color, breaks=exact)


def fiat_amount(
    ui: Ui,
    value: Decimal,
    size: Size = "row",
    *,
    about: bool = True,
    hidden: bool = False,
    color: str | None = None,
) -> ft.Control:
    """An amount in euro, by default marked as approximate."""
    return _amount(ui, money.fiat(value, ui.locale), size, about=about, hidden=hidden, color=color)


def _amount(
    ui: Ui,
    parts: AmountParts,
    size: Size,
    *,
    about: bool = False,
    hidden: bool,
    color: str | None,
    breaks: bool = False,
) -> ft.Control:
    def figure(shrink: float) -> ft.Text:
        if hidden:
            covered = ui.t("Amount hidden")
            return amount_text(
                ui, COVERED, parts.unit, size, color=color, spoken=covered, fiat=False, shrink=shrink
            )
        return amount_text(
            ui,
            parts.number,
            parts.unit,
            size,
            about=about,
            sign=parts.sign,
            color=color,
            fiat=parts.unit == EURO,
            shrink=shrink,
        )

    if size == "hero":
        return fitted(ui, figure)
    shown = figure(1)
    if breaks:
        # A digit that is cut off would make it a different amount.
        shown.no_wrap = False
    return shown


def coin_words(
    ui: Ui, value: Decimal, unit: str, *, exact: bool = False, up: bool = False, hidden: bool = False
) -> str:
    """A coin amount inside a sentence."""
    if hidden:
        return f"{COVERED}\u00a0{unit}"
    parts = money.coin(value, unit, ui.locale) if exact else money.coin_short(value, unit, ui.locale, up=up)
    return parts.text


def about_euro(ui: Ui, value: Decimal | None, *, hidden: bool = False) -> str:
    """A worth inside a sentence; an empty text where there is no rate."""
    if value is None:
        return ""
    return f"≈\u00a0{COVERED}\u00a0{EURO}" if hidden else f"≈\u00a0{euro(ui, value)}"


def euro(ui: Ui, value: Decimal) -> str:
    """Euros inside a sentence."""
    return money.fiat(value, ui.locale).text
