"""The exchange's terms: methods, references, fees, prices and limits; no state, no clock."""

import base64
import hashlib
import re
from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from enum import StrEnum

CENT = Decimal("0.01")
NOT_TRADING = 70
"""From this risk level on nothing is exchanged."""


class Key(StrEnum):
    """A way to pay or to be paid."""

    SEPA = "SEPA"
    IOTA = "IOTA"
    ETH = "ETH"


@dataclass(frozen=True)
class Method:
    """A payment method; clients keep its id for ever."""

    key: Key
    id: str
    min_amount: Decimal
    max_amount: Decimal
    network_fee: Decimal
    """Coins kept for the transaction that pays out."""

    @property
    def currency(self) -> str:
        """Return the currency it moves."""
        return "EUR" if self.key == Key.SEPA else self.key.value


METHODS = (
    Method(Key.SEPA, "5f0f3c5a-8d54-4e5e-9a3c-6f1d8a4f1001", Decimal(25), Decimal(15_000), Decimal(0)),
    Method(
        Key.IOTA, "5f0f3c5a-8d54-4e5e-9a3c-6f1d8a4f1002", Decimal(1), Decimal(1_000_000), Decimal("0.005")
    ),
    Method(
        Key.ETH, "5f0f3c5a-8d54-4e5e-9a3c-6f1d8a4f1003", Decimal("0.001"), Decimal(100), Decimal("0.0001")
    ),
)
_BY_KEY = {method.key: method for method in METHODS}
_BY_ID = {method.id: method for method in METHODS}


def method_of(key: str) -> Method:
    """Return a method by its key."""
    return _BY_KEY[Key(key)]


def method_with(method_id: str) -> Method | None:
    """Return a method by its id."""
    return _BY_ID.get(method_id)


@dataclass(frozen=True)
class Price:
    """What a payment becomes."""

    eur: Decimal
    """Its worth in EUR before the fee; this counts against the limits."""

    fee_eur: Decimal
    crypto_fee: Decimal
    course: Decimal
    """EUR for one coin, with the exchange's spread."""

    payout: Decimal


def price_of_coins(
    euros: Decimal, rate: Decimal, *, fee_rate: Decimal, spread: Decimal, network_fee: Decimal, decimals: int
) -> Price:
    """Return what a payment in EUR buys: after the fee, above the middle rate, less the network's fee."""
    fee = (euros * fee_rate).quantize(CENT, rounding=ROUND_HALF_UP)
    course = rate * (1 + spread)
    coins = (euros - fee) / course - network_fee
    payout = max(coins, Decimal(0)).quantize(Decimal(1).scaleb(-min(decimals, 8)), rounding=ROUND_DOWN)
    return Price(euros, fee, network_fee, course, payout)


def price_of_euros(coins: Decimal, rate: Decimal, *, fee_rate: Decimal, spread: Decimal) -> Price:
    """Return what coins bring: below the middle rate, less the fee, in whole cents."""
    course = rate * (1 - spread)
    gross = (coins * course).quantize(CENT, rounding=ROUND_DOWN)
    fee = (gross * fee_rate).quantize(CENT, rounding=ROUND_HALF_UP)
    return Price(gross, fee, Decimal(0), course, gross - fee)


_REFERENCE = re.compile(r"(?=ETO([A-Z2-7]{10}))")
"""It looks ahead, so that a word before the reference may end in ETO as well."""


def reference_of(contract_id: str) -> str:
    """Return the reference of a contract, in letters and digits that every bank passes on."""
    letters = base64.b32encode(hashlib.sha256(contract_id.encode()).digest()).decode()
    # With another beginning inside, it would read as a second reference once words follow it.
    code = next(part for part in (letters[at : at + 10] for at in range(40)) if "ETO" not in part)
    return f"ETO-{code[:5]}-{code[5:]}"


def references_in(text: str) -> list[str]:
    """Return the references a transfer's text may mean, however it was typed."""
    bare = re.sub(r"[^A-Z0-9]", "", text.upper())
    return [f"ETO-{code[:5]}-{code[5:]}" for code in _REFERENCE.findall(bare)]


_EVM = re.compile(r"0x[0-9a-fA-F]{40}", re.ASCII)
_IOTA = re.compile(r"0x[0-9a-f]{64}", re.ASCII)


def is_coin_address(key: Key, address: str) -> bool:
    """Say whether a text has the form of an address of the coin's network."""
    return (_IOTA if key == Key.IOTA else _EVM).fullmatch(address) is not None
