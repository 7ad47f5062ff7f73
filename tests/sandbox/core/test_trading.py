"""What each risk level may exchange."""

from decimal import Decimal

import pytest

from sandbox.core.trading import limits_of


@pytest.mark.parametrize(
    ("level", "daily", "monthly"),
    [(60, 699, 20_000), (55, 699, 20_000), (50, 699, 20_000), (40, 14_999, 250_000), (30, 250_000, 250_000)],
)
def test_limits_by_level(level, daily, monthly):
    found = limits_of(level)
    assert (found.daily_eur, found.monthly_eur) == (daily, monthly)


@pytest.mark.parametrize("level", [70, 80, 100])
def test_no_trading(level):
    assert not limits_of(level).allow_trading


@pytest.mark.parametrize("level", [20, 10])
def test_the_best_levels_have_what_was_agreed(level):
    assert not limits_of(level).allow_trading
    found = limits_of(level, (Decimal(1_000_000), Decimal(9_000_000)))
    assert (found.daily_eur, found.monthly_eur) == (1_000_000, 9_000_000)
