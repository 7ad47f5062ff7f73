"""Checks before a payment, as tables."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from random import Random
from typing import Any

import pytest

from app.core.errors import ErrorCode
from app.core.model import Direction, FeeEstimate
from app.core.model.activity import ActivityItem, ActivityStatus
from app.core.model.position import Position
from app.core.money import AmountReason
from app.features.payments.rules import (
    check_amount,
    check_recipient,
    differing,
    fee_position,
    largest_amount,
    looks_like,
    payees_of,
    unsettled_twin,
)
from app.features.payments.state import Funds, Payee
from app.gateway.addresses import check_address, checksum_address
from app.gateway.demo.chain import NETWORKS, network_of
from tests.support.money import DE, EN, FRIEND, STRANGER

ETH, EURX, IOTA = network_of("ETH"), network_of("EURX"), network_of("iota_rebased_mainnet")
FEE = FeeEstimate("ETH", "ETH", Decimal("0.00042"), Decimal("0.00063"))
TWIN = checksum_address("71c7" + "0" * 32 + "976f")
OWN = checksum_address("ab" * 20)
KNOWN = Payee(FRIEND, 3, datetime(2026, 11, 23, tzinfo=UTC))


def _item(
    other: str = FRIEND, status: ActivityStatus = ActivityStatus.CONFIRMED, day: int = 1, **kw: Any
) -> ActivityItem:
    facts: dict[str, Any] = {
        "network": ETH,
        "direction": Direction.OUT,
        "amount": Decimal(1),
        "tx_id": "0x1",
    } | kw
    at = datetime(2026, 11, day, tzinfo=UTC)
    return ActivityItem(key=f"ETH/{day}", other=other, status=status, at=at, **facts)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("hello", "prefix"),
        ("0x71C7656EC7ab88b098defB751B7401B5f6d897", "too_short"),
        (FRIEND + "00", "too_long"),
        ("0x71C7656EC7ab88b098defB751B7401B5f6d897zz", "characters"),
        ("0x71c7656EC7ab88b098defB751B7401B5f6d8976F", "checksum"),
        ("0x71C7656EC7ab88b098defB751B7401B5f6d8976\u202e", "characters"),
    ],
)
def test_malformed_addresses_have_their_reason(text: str, reason: str) -> None:
    found = check_recipient(text, ETH, check_address, (), OWN)
    assert found.address is None
    assert found.error is not None
    assert found.error.code is ErrorCode.INVALID_ADDRESS
    assert found.error.params["reason"] == reason


def test_what_the_wallet_knows_of_an_address() -> None:
    def check(text: str):
        return check_recipient(text, ETH, check_address, (KNOWN,), OWN)

    assert check("  ") == check_recipient("", ETH, check_address, (), None)
    assert check(OWN.lower()).own
    assert check(FRIEND.lower()).payee is KNOWN
    assert check(STRANGER).payee is None
    assert check(STRANGER).lookalike is None
    assert check(TWIN).lookalike is KNOWN
    assert check(TWIN).payee is None


def test_an_address_that_looks_like_the_own_one_is_marked() -> None:
    twin = checksum_address("abab" + "1" * 32 + "abab")
    found = check_recipient(twin, ETH, check_address, (), OWN)
    assert found.lookalike is not None
    assert found.lookalike.own


def test_every_lookalike_is_recalled_and_nothing_else() -> None:
    random = Random(4)
    for _ in range(10_000):
        known, middle = f"{random.getrandbits(160):040x}", f"{random.getrandbits(128):032x}"
        assert looks_like("0x" + (known[:4] + middle + known[-4:]).upper(), "0x" + known)
        assert not looks_like("0x" + known, "0x" + known.upper())
    false_alarms = sum(
        looks_like(f"0x{random.getrandbits(160):040x}", f"0x{random.getrandbits(160):040x}")
        for _ in range(100_000)
    )
    assert false_alarms <= 1


def test_differing_places_ignore_capitals() -> None:
    assert differing("0xAbcd", "0xabce") == {5}
    assert differing(FRIEND, FRIEND.lower()) == frozenset()


def test_payees_are_whom_money_reached() -> None:
    items = [
        _item(day=3),
        _item(other=FRIEND.lower(), day=1),
        _item(other=STRANGER, day=5, status=ActivityStatus.FAILED),
        _item(other=STRANGER, day=5, status=ActivityStatus.UNKNOWN),
        _item(other=STRANGER, day=5, direction=Direction.IN),
        _item(other="0x" + "a" * 64, day=6, network=IOTA),
        _item(other=OWN, day=4, network=EURX),
    ]
    assert [(one.address, one.times) for one in payees_of(items, ETH)] == [(OWN, 1), (FRIEND, 2)]
    assert payees_of(items, ETH)[1].last == datetime(2026, 11, 3, tzinfo=UTC)
    assert [one.address for one in payees_of(items, IOTA)] == ["0x" + "a" * 64]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("1,5", AmountReason.AMBIGUOUS),
        ("abc", AmountReason.CHARACTERS),
        ("-1", AmountReason.SIGN),
        ("0.0000000000000000001", AmountReason.DECIMALS),
        ("0", Funds.ZERO),
        ("0.00", Funds.ZERO),
        ("2.00001", Funds.NOT_ENOUGH),
        ("1.9995", Funds.NOT_ENOUGH),
    ],
)
def test_amounts_that_do_not_do(text: str, reason: object) -> None:
    position = Position(ETH, Decimal(2))
    found = check_amount(text, EN, ETH, position=position, fee=FEE, fee_position=position)
    assert found.problem is not None
    assert found.problem.reason is reason


def test_amounts_that_do() -> None:
    position = Position(ETH, Decimal(2))
    found = check_amount("1,99937", DE, ETH, position=position, fee=FEE, fee_position=position)
    assert (found.amount, found.problem) == (Decimal("1.99937"), None)
    assert check_amount("", DE, ETH, position=position, fee=None, fee_position=None).amount is None
    unknown = check_amount("5", EN, ETH, position=Position(ETH), fee=FEE, fee_position=Position(ETH))
    assert unknown.problem is None


def test_what_is_needed_has_the_fee_in_it_only_where_it_is_known() -> None:
    position = Position(ETH, Decimal(2))
    known = check_amount("5", EN, ETH, position=position, fee=FEE, fee_position=position).problem
    unknown = check_amount("5", EN, ETH, position=position, fee=None, fee_position=position).problem
    token = check_amount("5", EN, EURX, position=Position(EURX, Decimal(2)), fee=FEE, fee_position=position)
    assert known is not None
    assert unknown is not None
    assert token.problem is not None
    assert (known.reason, known.need) == (Funds.NOT_ENOUGH, 5 + FEE.at_most)
    assert (unknown.reason, unknown.need) == (Funds.MORE_THAN_HELD, 5)
    assert (token.problem.reason, token.problem.need) == (Funds.MORE_THAN_HELD, 5)


def test_a_token_needs_the_other_coin_for_its_fee() -> None:
    euros, poor, rich = Position(EURX, Decimal(100)), Position(ETH, Decimal(0)), Position(ETH, Decimal(1))
    short = check_amount("100", EN, EURX, position=euros, fee=FEE, fee_position=poor)
    assert short.problem is not None
    assert short.problem.reason is Funds.FEE_COIN
    assert (short.problem.symbol, short.problem.need) == ("ETH", FEE.at_most)
    assert check_amount("100", EN, EURX, position=euros, fee=FEE, fee_position=rich).problem is None


def test_the_largest_amount_leaves_the_fee() -> None:
    assert largest_amount(Decimal(2), ETH, FEE) == Decimal("1.99937")
    assert largest_amount(Decimal("0.0001"), ETH, FEE) == 0
    assert largest_amount(Decimal(100), EURX, FEE) == 100


def test_who_pays_the_fee() -> None:
    positions = [Position(network) for network in NETWORKS]
    for network, payer in ((ETH, ETH), (EURX, ETH), (IOTA, IOTA)):
        found = fee_position(network, positions)
        assert found is not None
        assert found.network == payer


def test_an_open_question_about_the_same_recipient_is_found() -> None:
    unknown = _item(status=ActivityStatus.UNKNOWN)
    assert unsettled_twin([_item(), unknown], "ETH", FRIEND.lower()) is unknown
    assert unsettled_twin([_item()], "ETH", FRIEND) is None
    assert unsettled_twin([unknown], "EURX", FRIEND) is None
