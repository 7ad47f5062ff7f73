"""Which PINs get a warning."""

from __future__ import annotations

import pytest

from app.core.pins import PinFlaw, weakness_of


@pytest.mark.parametrize(
    ("pin", "flaw"),
    [
        ("12345", PinFlaw.RUN),
        ("123456", PinFlaw.RUN),
        ("987654", PinFlaw.RUN),
        ("772345", PinFlaw.RUN),
        ("1111", PinFlaw.REPEAT),
        ("700007", PinFlaw.REPEAT),
        ("121212", PinFlaw.PATTERN),
        ("739739", PinFlaw.PATTERN),
        ("122112", PinFlaw.PATTERN),
        ("240387", PinFlaw.BIRTHDAY),
        ("032487", PinFlaw.BIRTHDAY),
        ("870324", PinFlaw.BIRTHDAY),
        ("24031987", PinFlaw.BIRTHDAY),
        ("19870324", PinFlaw.BIRTHDAY),
    ],
)
def test_easy_to_guess(pin: str, flaw: PinFlaw) -> None:
    found = weakness_of(pin)
    assert found is not None
    assert found.flaw is flaw


@pytest.mark.parametrize("pin", ["", "1", "123", "135790", "739184", "84720193", "999183", "3141592653"])
def test_fine(pin: str) -> None:
    assert weakness_of(pin) is None


def test_the_place_of_the_flaw() -> None:
    found = weakness_of("772345")
    assert found is not None
    assert "772345"[found.start : found.start + found.length] == "2345"
