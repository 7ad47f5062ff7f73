"""Addresses, amounts and phrases, against published examples."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.errors import AppError, ErrorCode
from app.core.model import Mnemonic
from app.gateway.addresses import check_address, checksum_address
from app.gateway.amounts import check_amount
from app.gateway.demo.chain import network_of
from app.gateway.phrases import LENGTHS, check_phrase, make_phrase, phrase_words

ETH, IOTA = network_of("ETH"), network_of("iota_rebased_testnet")


@pytest.mark.parametrize(
    "address",
    [
        # From EIP-55.
        "0x52908400098527886E0F7030069857D2E4169EE7",
        "0x8617E340B3D01FA5F11F306F4090FD50E238070D",
        "0xde709f2102306220921060314715629080e2fb77",
        "0x27b1fdb04752bbc536007a920d24acb045561c26",
        "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
        "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
        "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB",
        "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb",
    ],
)
def test_published_addresses(address: str) -> None:
    assert checksum_address(address) == address
    assert check_address(ETH, f"  {address}\n") == address
    assert check_address(ETH, address.lower()) == address


@given(st.binary(min_size=20, max_size=20), st.integers(0, 39))
def test_one_capital_changed_is_noticed(raw: bytes, place: int) -> None:
    good = checksum_address("0x" + raw.hex())
    letter = good[2 + place]
    changed = good[: 2 + place] + letter.swapcase() + good[3 + place :]
    digits = changed.removeprefix("0x")
    if not letter.isalpha() or digits in {digits.lower(), digits.upper()}:
        assert check_address(ETH, changed) == good
        return
    with pytest.raises(AppError) as caught:
        check_address(ETH, changed)
    assert caught.value.params["reason"] == "checksum"


@given(st.text(max_size=80))
def test_any_text_is_an_address_or_refused(text: str) -> None:
    for network in (ETH, IOTA):
        with contextlib.suppress(AppError):
            assert check_address(network, text).startswith("0x")


def test_iota_addresses_are_written_small() -> None:
    assert check_address(IOTA, "0x" + "AB" * 32) == "0x" + "ab" * 32


def test_how_much_is_missing_is_said() -> None:
    with pytest.raises(AppError) as caught:
        check_address(ETH, "0x" + "a" * 37)
    assert caught.value.params["missing"] == 3
    with pytest.raises(AppError) as caught:
        check_address(ETH, "0x" + "a" * 42)
    assert caught.value.params["extra"] == 2


@pytest.mark.parametrize("amount", ["0.000000001", "1", "9223372036.854775807", "1.50"])
def test_amounts_that_can_be_sent(amount: str) -> None:
    check_amount(IOTA, Decimal(amount))


@pytest.mark.parametrize(
    "amount", ["0.0000000001", "9223372036.854775808", "0", "-1", "sNaN", "-Infinity", "1e999"]
)
def test_amounts_that_cannot_be_sent(amount: str) -> None:
    with pytest.raises(AppError) as caught:
        check_amount(IOTA, Decimal(amount))
    assert caught.value.code is ErrorCode.INVALID_AMOUNT


@given(st.integers(1, 2**63 - 1), st.integers(0, 18))
def test_every_whole_number_of_base_units_can_be_sent(units: int, decimals: int) -> None:
    check_amount(replace(IOTA, decimals=decimals), Decimal(units).scaleb(-decimals))


@pytest.mark.parametrize(
    ("entropy", "phrase"),
    [
        # From the BIP-39 test vectors.
        ("00" * 16, "abandon " * 11 + "about"),
        ("7f" * 16, "legal winner thank year wave sausage worth useful legal winner thank yellow"),
        ("ff" * 16, "zoo " * 11 + "wrong"),
        ("00" * 32, "abandon " * 23 + "art"),
        ("ff" * 32, "zoo " * 23 + "vote"),
        (
            "68a79eaca2324873eacc50cb9c6eca8cc68ea5d936f98787c60c7ebc74e6ce7c",
            """hamster diagram private dutch cause delay private meat slide toddler razor book happy fancy
            gospel tennis maple dilemma loan word shrug inflict delay length""",
        ),
    ],
)
def test_published_phrases(entropy: str, phrase: str) -> None:
    made = make_phrase(bytes.fromhex(entropy))
    assert made.words() == tuple(phrase.split())
    check_phrase(made)


def test_the_word_list_is_whole() -> None:
    words = phrase_words()
    assert len(set(words)) == 2048
    assert list(words) == sorted(words)


@given(st.sampled_from(LENGTHS), st.data())
def test_a_changed_word_is_noticed_as_often_as_the_checksum_allows(length: int, data: st.DataObject) -> None:
    entropy = data.draw(st.binary(min_size=length * 4 // 3, max_size=length * 4 // 3))
    words = list(make_phrase(entropy).words())
    assert len(words) == length
    place = data.draw(st.integers(0, length - 1))
    words[place] = "wurst"
    with pytest.raises(AppError) as caught:
        check_phrase(Mnemonic(" ".join(words)))
    assert caught.value.params == {"position": place + 1, "word": "wurst"}
