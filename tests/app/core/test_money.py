"""Amounts as typed and as shown, against tables."""

from __future__ import annotations

from decimal import Decimal

import pytest
from babel import Locale

from app.core.money import (
    AmountError,
    AmountReason,
    coin,
    coin_short,
    fiat,
    from_fiat,
    input_text,
    parse_amount,
    percent,
    price,
    share_of,
    to_fiat,
)

EN, DE, FR, CH, HI = (Locale.parse(name) for name in ("en", "de", "fr", "de_CH", "hi"))


@pytest.mark.parametrize(
    ("text", "locale", "value"),
    [
        ("0.25", EN, "0.25"),
        ("0,25", DE, "0.25"),
        (" 12 ", EN, "12"),
        (".5", EN, "0.5"),
        ("5.", EN, "5"),
        ("007", EN, "7"),
        ("1,234.5", EN, "1234.5"),
        ("1.234,5", DE, "1234.5"),
        ("1,234,567", EN, "1234567"),
        ("1.234.567", DE, "1234567"),
        ("12\u202f345,5", FR, "12345.5"),
        ("12 345,5", FR, "12345.5"),
        ("12\u202f345", FR, "12345"),
        ("12’345.5", CH, "12345.5"),
        ("12'345.5", CH, "12345.5"),
        ("12,34,567.5", HI, "1234567.5"),
        ("0.000000000000000001", EN, "0.000000000000000001"),
        ("1.500000000000000000000000", EN, "1.5"),
        ("999999999999999999999999", EN, "999999999999999999999999"),
    ],
)
def test_amounts_are_understood(text: str, locale: Locale, value: str) -> None:
    assert parse_amount(text, locale, 18) == Decimal(value)


@pytest.mark.parametrize(
    ("text", "locale", "reason"),
    [
        ("", EN, AmountReason.EMPTY),
        ("  ", EN, AmountReason.EMPTY),
        ("-1", EN, AmountReason.SIGN),
        ("−1", EN, AmountReason.SIGN),
        ("+1", EN, AmountReason.SIGN),
        ("1-", EN, AmountReason.SIGN),
        ("1e5", EN, AmountReason.CHARACTERS),
        ("1E-5", EN, AmountReason.CHARACTERS),
        ("1_000", EN, AmountReason.CHARACTERS),
        ("NaN", EN, AmountReason.CHARACTERS),
        ("Infinity", EN, AmountReason.CHARACTERS),
        ("０.５", EN, AmountReason.CHARACTERS),
        ("١٢", EN, AmountReason.CHARACTERS),
        ("0x10", EN, AmountReason.CHARACTERS),
        ("1 ETH", EN, AmountReason.CHARACTERS),
        ("1 000", EN, AmountReason.CHARACTERS),
        ("½", EN, AmountReason.CHARACTERS),
        ("1\u200b5", EN, AmountReason.CHARACTERS),
        (".", EN, AmountReason.CHARACTERS),
        (",", EN, AmountReason.CHARACTERS),
        ("1,234", EN, AmountReason.AMBIGUOUS),
        ("0,25", EN, AmountReason.AMBIGUOUS),
        ("1.234", DE, AmountReason.AMBIGUOUS),
        ("0.25", DE, AmountReason.AMBIGUOUS),
        (",5", EN, AmountReason.AMBIGUOUS),
        ("1.5", FR, AmountReason.AMBIGUOUS),
        ("1.2.3", EN, AmountReason.GROUPING),
        ("1,2,3", EN, AmountReason.GROUPING),
        ("1,,234", EN, AmountReason.GROUPING),
        ("1.234,567", EN, AmountReason.GROUPING),
        ("1,234.567", DE, AmountReason.GROUPING),
        ("1234,567.5", EN, AmountReason.GROUPING),
        ("12\u202f34,5", FR, AmountReason.GROUPING),
        ("1\u202f234 567,5", FR, AmountReason.GROUPING),
        ("0.1234567", EN, AmountReason.DECIMALS),
        ("0,1234567", DE, AmountReason.DECIMALS),
        ("1" * 25, EN, AmountReason.TOO_LARGE),
    ],
)
def test_everything_else_is_refused_with_its_reason(text: str, locale: Locale, reason: AmountReason) -> None:
    with pytest.raises(AmountError) as caught:
        parse_amount(text, locale, 6)
    assert caught.value.reason is reason
    assert caught.value.decimals == 6


@pytest.mark.parametrize(
    ("value", "locale", "text"),
    [
        ("1.8042", EN, "1.8042\u00a0ETH"),
        ("18240.50", EN, "18,240.5\u00a0ETH"),
        ("18240.50", DE, "18.240,5\u00a0ETH"),
        ("1000", EN, "1,000\u00a0ETH"),
        ("0", EN, "0\u00a0ETH"),
        ("0E-18", EN, "0\u00a0ETH"),
        ("1E+3", DE, "1.000\u00a0ETH"),
        ("-0.25", EN, "−0.25\u00a0ETH"),
        ("0.000000000000000001", EN, "0.000000000000000001\u00a0ETH"),
        ("1234567890123456.123456789012345678", EN, "1,234,567,890,123,456.123456789012345678\u00a0ETH"),
        ("1234567.5", HI, "12,34,567.5\u00a0ETH"),
    ],
)
def test_coins_keep_all_their_digits(value: str, locale: Locale, text: str) -> None:
    assert coin(Decimal(value), "ETH", locale).text == text


@pytest.mark.parametrize(
    ("value", "up", "text"),
    [
        ("1.804299999999", False, "1.8042"),
        ("1.804299999999", True, "1.8043"),
        ("18240.498012", False, "18,240.49"),
        ("0.00000012345", False, "0.000000123"),
        ("0.00000012345", True, "0.000000124"),
        ("0.00042", True, "0.00042"),
        ("0.1234567", False, "0.123456"),
        ("0", False, "0"),
    ],
)
def test_short_coins_are_cut_never_rounded_in_favour(value: str, up: bool, text: str) -> None:
    assert coin_short(Decimal(value), "ETH", EN, up=up).number == text


def test_fiat_has_two_places_and_a_true_minus() -> None:
    assert fiat(Decimal("12479.675"), EN).text == "12,479.68\u00a0EUR"
    assert fiat(Decimal("12479.675"), DE).text == "12.479,68\u00a0EUR"
    assert fiat(Decimal("-1.5"), EN).text == "−1.50\u00a0EUR"
    assert fiat(Decimal("1.5"), EN, signed=True).text == "+1.50\u00a0EUR"
    assert fiat(Decimal(0), EN, signed=True).text == "0.00\u00a0EUR"


def test_prices_of_cheap_coins_have_more_places() -> None:
    assert price(Decimal("2449.1"), EN).text == "2,449.10\u00a0EUR"
    assert price(Decimal("0.187"), DE).text == "0,1870\u00a0EUR"


def test_conversion_is_exact_and_rounded_once() -> None:
    assert to_fiat(Decimal("0.25"), Decimal("2449.10")) == Decimal("612.28")
    assert to_fiat(Decimal("123456789012345678.123456789012345678"), Decimal(1)) == Decimal(
        "123456789012345678.12"
    )
    assert from_fiat(Decimal(100), Decimal("2449.10"), 6) == Decimal("0.040831")
    assert share_of(Decimal("0.000001"), Decimal("0.25"), 6) == 0
    assert share_of(Decimal("1.8042"), Decimal("0.25"), 18) == Decimal("0.45105")


def test_shares_never_read_as_nothing() -> None:
    assert percent(Decimal("0.354"), EN) == "35\u00a0%"
    assert percent(Decimal("0.004"), EN) == "<\u00a01\u00a0%"
    assert percent(Decimal(0), EN) == "0\u00a0%"


def test_input_text_has_the_locale_mark_and_no_groups() -> None:
    assert input_text(Decimal("1234567.500"), DE) == "1234567,5"
    assert input_text(Decimal("1E+3"), EN) == "1000"
