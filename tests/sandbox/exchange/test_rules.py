"""Fees, prices, limits and references."""

from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sandbox.services.exchange.rules import (
    Key,
    is_coin_address,
    price_of_coins,
    price_of_euros,
    reference_of,
    references_in,
)

TERMS = {"fee_rate": Decimal("0.01"), "spread": Decimal("0.005")}
EUROS = st.decimals("0.01", 15_000, places=2)
RATES = st.decimals("0.000001", 100_000, places=6)


class TestPrices:
    def test_coins_cost_more_than_the_middle_rate(self):
        price = price_of_coins(
            Decimal(100), Decimal("0.2"), network_fee=Decimal("0.005"), decimals=9, **TERMS
        )
        assert (price.fee_eur, price.course) == (Decimal("1.00"), Decimal("0.2010"))
        assert price.payout == Decimal("492.53231343")

    def test_and_bring_less(self):
        price = price_of_euros(Decimal(500), Decimal("0.2"), **TERMS)
        assert (price.eur, price.fee_eur, price.payout) == (
            Decimal("99.50"),
            Decimal("1.00"),
            Decimal("98.50"),
        )

    def test_what_the_fees_eat_up_pays_nothing(self):
        price = price_of_coins(Decimal("0.01"), Decimal(2000), network_fee=Decimal(1), decimals=18, **TERMS)
        assert price.payout == 0

    @given(EUROS, RATES)
    def test_nobody_gains_by_going_there_and_back(self, euros, rate):
        there = price_of_coins(euros, rate, network_fee=Decimal(0), decimals=9, **TERMS)
        back = price_of_euros(there.payout, rate, **TERMS)
        assert back.payout <= euros
        assert there.payout * there.course <= euros - there.fee_eur

    @given(EUROS, RATES)
    def test_payouts_are_whole_cents_and_add_up(self, coins, rate):
        price = price_of_euros(coins, rate, **TERMS)
        assert price.payout + price.fee_eur == price.eur
        assert price.payout == price.payout.quantize(Decimal("0.01"))


class TestReferences:
    REFERENCE = reference_of("0d8b5a9e-6c1d-4a39-9c4a-111111111111")

    @given(st.uuids())
    @example(UUID(int=0x448)).via("its digest has ETO inside")
    def test_are_found_however_they_are_typed(self, contract):
        reference = reference_of(str(contract))
        bare = reference.replace("-", "")
        for text in (reference, bare, bare.lower(), " ".join(bare), f"Ref: {reference} thank you"):
            assert references_in(text) == [reference]

    @pytest.mark.parametrize("before", ["ETO ", "For ETO: ", "my veto, "])
    def test_are_found_behind_words_that_end_like_their_beginning(self, before):
        assert self.REFERENCE in references_in(before + self.REFERENCE)

    @pytest.mark.parametrize("text", ["", "rent", "ETO-", "ETO-12345-67890"])
    def test_are_not_guessed(self, text):
        assert references_in(text) == []


@pytest.mark.parametrize(
    ("key", "address", "good"),
    [
        (Key.ETH, "0x" + "aB" * 20, True),
        (Key.ETH, "0x" + "ab" * 19, False),
        (Key.ETH, "0x" + "ab" * 32, False),
        (Key.IOTA, "0x" + "ab" * 32, True),
        (Key.IOTA, "0x" + "AB" * 32, False),
        (Key.IOTA, "0x" + "ab" * 20, False),
        (Key.IOTA, "0x" + "ab" * 32 + "\n", False),
    ],
)
def test_addresses_by_form(key, address, good):
    assert is_coin_address(key, address) is good
