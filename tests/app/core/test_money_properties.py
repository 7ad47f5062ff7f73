"""What is shown and typed is what is meant, for any amount."""

from __future__ import annotations

from decimal import Decimal, localcontext

import pytest
from babel import Locale
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.money import (
    AmountError,
    AmountReason,
    coin,
    coin_short,
    fiat,
    input_text,
    parse_amount,
    to_fiat,
)

LOCALES = [Locale.parse(name) for name in ("en", "de")]
AMOUNTS = st.builds(
    lambda whole, fraction: Decimal(f"{whole}.{fraction:018d}"),
    st.integers(0, 10**24 - 1) | st.integers(0, 10**7),
    st.integers(0, 10**18 - 1) | st.just(0),
)


@pytest.mark.parametrize("locale", LOCALES, ids=str)
@settings(max_examples=1000, deadline=None)
@given(value=AMOUNTS)
def test_typing_what_is_offered_gives_the_same_amount(locale: Locale, value: Decimal) -> None:
    assert parse_amount(input_text(value, locale), locale, 18) == value


@pytest.mark.parametrize("locale", LOCALES, ids=str)
@settings(max_examples=1000, deadline=None)
@given(value=AMOUNTS)
def test_a_shown_amount_reads_back_as_itself_or_is_refused(locale: Locale, value: Decimal) -> None:
    number = coin(value, "ETH", locale).number
    if 1000 <= value < 1_000_000 and value == int(value):
        with pytest.raises(AmountError) as refused:
            parse_amount(number, locale, 18)
        assert refused.value.reason is AmountReason.AMBIGUOUS
    else:
        assert parse_amount(number, locale, 18) == value


@pytest.mark.parametrize("locale", LOCALES, ids=str)
@settings(max_examples=500, deadline=None)
@given(text=st.text(alphabet="0123456789.,-+eE_ ’\u00a0\u202f０٣nNaAxX", max_size=14))
def test_the_parser_gives_an_amount_or_a_reason(locale: Locale, text: str) -> None:
    try:
        value = parse_amount(text, locale, 8)
    except AmountError:
        return
    assert value.is_finite()
    assert value >= 0
    # Only the digits may matter: what was accepted is written with exactly these, marks aside.
    typed = "".join(char for char in text if char.isdigit()).lstrip("0")
    assert typed.startswith(str(int(value)) if int(value) else "")
    point = "." if locale.language == "en" else ","
    assert (point in text) or value == int(value)


@settings(max_examples=500, deadline=None)
@given(value=AMOUNTS)
def test_a_short_amount_is_never_more_than_there_is(value: Decimal) -> None:
    shown = (
        parse_amount(coin_short(value, "ETH", LOCALES[0]).number + ".0", LOCALES[0], 36)
        if value == int(value)
        else Decimal(coin_short(value, "ETH", LOCALES[0]).number.replace(",", ""))
    )
    assert 0 <= value - shown < max(Decimal("0.000001"), value / 1000)


@settings(max_examples=500, deadline=None)
@given(value=AMOUNTS, rate=st.decimals("0.0001", "100000", places=4))
def test_a_fiat_value_is_within_half_a_cent(value: Decimal, rate: Decimal) -> None:
    worth = to_fiat(value, rate)
    assert fiat(worth, LOCALES[0]).unit == "EUR"
    with localcontext(prec=80):
        assert abs(worth - value * rate) <= Decimal("0.005")
