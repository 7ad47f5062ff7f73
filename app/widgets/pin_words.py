"""What is said about a PIN that is easy to guess."""

from __future__ import annotations

from app.core.i18n import Translate
from app.core.pins import PinFlaw, weakness_of


def pin_warning(t: Translate, pin: str) -> str | None:
    """The warning, or None for a PIN that is fine."""
    weakness = weakness_of(pin)
    if weakness is None:
        return None
    digits = pin[weakness.start : weakness.start + weakness.length]
    return {
        PinFlaw.RUN: t("{digits} is a run. Easy to guess.", digits=digits),
        PinFlaw.REPEAT: t("{digits} is one digit again and again. Easy to guess.", digits=digits),
        PinFlaw.PATTERN: t("This repeats a pattern. Easy to guess."),
        PinFlaw.BIRTHDAY: t("This looks like a date. Easy to guess."),
    }[weakness.flaw]
