"""Amounts: typed text becomes a Decimal or a reason, and a Decimal becomes text in the user's locale."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_HALF_UP, Context, Decimal, localcontext
from enum import StrEnum
from typing import Final

from babel import Locale
from babel.numbers import format_decimal, get_decimal_symbol, get_group_symbol

MINUS: Final = "−"
EURO: Final = "EUR"
_CENT: Final = Decimal("0.01")
_MAX_INTEGER_DIGITS: Final = 24
_SPACES: Final = "\u00a0\u202f\u2009 "
_APOSTROPHES: Final = "’'"
# Wide enough for 24 digits before and 36 after the point times a rate, so that no step rounds unasked.
_WIDE: Final = Context(prec=120)


class AmountReason(StrEnum):
    """Why a text is not an amount."""

    EMPTY = "empty"
    SIGN = "sign"
    CHARACTERS = "characters"
    GROUPING = "grouping"
    AMBIGUOUS = "ambiguous"
    DECIMALS = "decimals"
    TOO_LARGE = "too_large"


class AmountError(ValueError):
    """A text that is not an amount; ``decimals`` is how many places the network has."""

    def __init__(self, reason: AmountReason, decimals: int) -> None:
        super().__init__(reason.value)
        self.reason = reason
        self.decimals = decimals


@dataclass(frozen=True, slots=True)
class AmountParts:
    """An amount in pieces, because the unit is set smaller than the number; ``sign`` may be empty."""

    sign: str
    number: str
    unit: str

    @property
    def text(self) -> str:
        """The amount as one text, its unit never on another line."""
        return f"{self.sign}{self.number}\u00a0{self.unit}"


def parse_amount(text: str, locale: Locale, decimals: int) -> Decimal:
    """The amount a user typed, exactly; raises :class:`AmountError` instead of guessing.

    ``1,234`` (``1.234`` in German) is refused: it may mean one thousand or one and a bit.
    """
    body = text.strip()
    if not body:
        raise AmountError(AmountReason.EMPTY, decimals)
    if body[0] in "+-−–" or body[-1] in "-−–":
        raise AmountError(AmountReason.SIGN, decimals)
    point, groups = get_decimal_symbol(locale), _group_marks(locale)
    marks = {char for char in body if not ("0" <= char <= "9")}
    if marks - set(groups) - {point, ".", ","} or marks == set(body):
        raise AmountError(AmountReason.CHARACTERS, decimals)
    whole, found, fraction = body.partition(point)
    if point in fraction:
        raise AmountError(AmountReason.GROUPING, decimals)
    if not found and _may_be_fraction(whole, point):
        raise AmountError(AmountReason.AMBIGUOUS, decimals)
    digits = _ungroup(whole, groups, locale, decimals)
    if fraction and not re.fullmatch("[0-9]+", fraction):
        raise AmountError(AmountReason.GROUPING, decimals)
    fraction = fraction.rstrip("0")
    if len(fraction) > decimals:
        raise AmountError(AmountReason.DECIMALS, decimals)
    if len(digits.lstrip("0")) > _MAX_INTEGER_DIGITS:
        raise AmountError(AmountReason.TOO_LARGE, decimals)
    return Decimal(f"{digits or '0'}.{fraction or '0'}")


def _group_marks(locale: Locale) -> str:
    mark = get_group_symbol(locale)
    for family in (_SPACES, _APOSTROPHES):
        if mark in family:
            return family
    return mark


def _may_be_fraction(whole: str, point: str) -> bool:
    """Whether its one mark is a decimal mark elsewhere, as in ``1,234`` or ``0,25``."""
    other = "," if point == "." else "."
    return whole.count(other) == 1 and re.fullmatch(r"[0-9]*[.,][0-9]*", whole) is not None


def _ungroup(whole: str, groups: str, locale: Locale, decimals: int) -> str:
    if re.fullmatch("[0-9]*", whole):
        return whole
    first, second = locale.decimal_formats[None].grouping
    blocks = re.split(f"[{re.escape(groups)}]", whole)
    separators = set(re.sub("[0-9]", "", whole))
    wanted = [second] * (len(blocks) - 2) + [first]
    regular = 1 <= len(blocks[0]) <= second and [len(block) for block in blocks[1:]] == wanted
    if len(separators) > 1 or not regular or not all(re.fullmatch("[0-9]+", block) for block in blocks):
        raise AmountError(AmountReason.GROUPING, decimals)
    return "".join(blocks)


def input_text(value: Decimal, locale: Locale) -> str:
    """The amount as a user would type it: no grouping, nothing lost; ``parse_amount`` gives it back."""
    whole, _, fraction = format(value, "f").partition(".")
    fraction = fraction.rstrip("0")
    return f"{whole}{get_decimal_symbol(locale)}{fraction}" if fraction else whole


def coin(value: Decimal, unit: str, locale: Locale, *, signed: bool = False) -> AmountParts:
    """A coin amount with every digit it has, and no zeros after them."""
    return _parts(value, unit, locale, places=_places(value), signed=signed)


def coin_short(
    value: Decimal, unit: str, locale: Locale, *, signed: bool = False, up: bool = False
) -> AmountParts:
    """A coin amount for lists: the fewer places the larger it is, or three figures of something tiny.

    It is cut, so that nobody is shown more than there is; ``up`` rounds up instead, for what something costs.
    """
    size = abs(value)
    places = 2 if size >= 1000 else 4 if size >= 1 or not size else max(6, 2 - size.adjusted())
    with localcontext(_WIDE):
        cut = value.quantize(Decimal(1).scaleb(-places), ROUND_CEILING if up else ROUND_DOWN)
    return _parts(cut, unit, locale, places=_places(cut), signed=signed)


def fiat(value: Decimal, locale: Locale, unit: str = EURO, *, signed: bool = False) -> AmountParts:
    """An amount of money with two places."""
    return _parts(_cents(value), unit, locale, places=2, at_least=2, signed=signed)


def price(value: Decimal, locale: Locale) -> AmountParts:
    """Euros for one coin; what costs less than one euro gets two more places."""
    if value >= 1 or not value:
        return fiat(value, locale)
    return _parts(
        value.quantize(_CENT / 100, ROUND_HALF_UP), EURO, locale, places=4, at_least=4, signed=False
    )


def percent(share: Decimal, locale: Locale) -> str:
    """A share of one as whole per cent, or ``< 1`` where it would read as nothing."""
    hundredths = share * 100
    if 0 < hundredths < 1:
        return "<\u00a01\u00a0%"
    return f"{format_decimal(hundredths.quantize(Decimal(1), ROUND_HALF_UP), locale=locale)}\u00a0%"


def to_fiat(amount: Decimal, rate: Decimal) -> Decimal:
    """What an amount is worth, in cents."""
    return _cents(_WIDE.multiply(amount, rate))


def from_fiat(value: Decimal, rate: Decimal, decimals: int) -> Decimal:
    """How much of a coin a sum buys, cut to the places of the network."""
    with localcontext(_WIDE):
        return (value / rate).quantize(Decimal(1).scaleb(-decimals), ROUND_DOWN)


def share_of(amount: Decimal, part: Decimal, decimals: int) -> Decimal:
    """A part (0 to 1) of an amount, cut to the places of the network."""
    with localcontext(_WIDE):
        return (amount * part).quantize(Decimal(1).scaleb(-decimals), ROUND_DOWN)


def _cents(value: Decimal) -> Decimal:
    return value.quantize(_CENT, ROUND_HALF_UP, context=_WIDE)


def _places(value: Decimal) -> int:
    _, _, fraction = format(value, "f").partition(".")
    return len(fraction.rstrip("0"))


def _parts(
    value: Decimal, unit: str, locale: Locale, *, places: int, at_least: int = 0, signed: bool
) -> AmountParts:
    sign = MINUS if value < 0 else "+" if signed and value > 0 else ""
    pattern = "#,##0" + ("." + "0" * at_least + "#" * (places - at_least) if places else "")
    if locale.decimal_formats[None].grouping == (3, 2):
        pattern = "#,##," + pattern.removeprefix("#,")
    with localcontext(_WIDE):
        number = format_decimal(abs(value), pattern, locale=locale, decimal_quantization=False)
    return AmountParts(sign, number, unit)
