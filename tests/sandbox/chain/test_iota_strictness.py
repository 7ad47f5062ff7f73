"""Transactions that the IOTA node must not execute."""

import base64
from dataclasses import replace
from typing import Any

import pytest

from sandbox.services.chain.errors import RpcError
from sandbox.services.chain.iota.node import IotaNode
from tests.sandbox.chain.makers import IOTA, IotaWallet

BOB = b"\xbb" * 32


def changes_of(alice: IotaWallet, name: str) -> dict[str, Any]:
    (coin,) = alice.coins()
    changes: dict[str, dict[str, Any]] = {
        "unknown coin": {"payment": [replace(coin, id=b"\x99" * 32)]},
        "stale version": {"payment": [replace(coin, version=coin.version - 1)]},
        "future version": {"payment": [replace(coin, version=coin.version + 1)]},
        "wrong digest": {"payment": [replace(coin, digest=b"\x01" * 32)]},
        "coin twice": {"payment": [coin, coin]},
        "no payment": {"payment": []},
        "low price": {"gas_price": 999},
        "high price": {"gas_price": 100_000},
        "low budget": {"gas_budget": 999_999},
        "high budget": {"gas_budget": 50_000_000_001},
        "budget over coin": {"gas_budget": 10 * IOTA + 1},
    }
    return changes[name]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("unknown coin", "Could not find the referenced object 0x9999"),
        ("stale version", "is not available for consumption, current version: 2"),
        ("future version", "is not available for consumption, current version: 2"),
        ("wrong digest", "Invalid Object digest"),
        ("coin twice", "Mutable object cannot appear more than one"),
        ("no payment", "Missing gas payment"),
        ("low price", "under reference gas price (RGP) 1000"),
        ("high price", "Gas price cannot exceed"),
        ("low budget", "is lower than min"),
        ("high budget", "is higher than max"),
        ("budget over coin", "is lower than the needed amount: 10000000001"),
    ],
)
def test_refused_and_nothing_changed(iota: IotaNode, alice: IotaWallet, name: str, message: str) -> None:
    raw = alice.transfer(BOB, IOTA, **changes_of(alice, name))
    before = (alice.coins(), iota.ledger.newest_number())
    with pytest.raises(RpcError) as caught:
        alice.execute(raw)
    assert caught.value.code == -32002
    assert message in caught.value.message
    assert before == (alice.coins(), iota.ledger.newest_number())


def test_foreign_coin(iota: IotaNode, alice: IotaWallet) -> None:
    mallory = IotaWallet(iota, "mallory")
    raw = mallory.transfer(BOB, IOTA, payment=alice.coins())
    with pytest.raises(RpcError, match=f"is owned by account address {alice.address}"):
        mallory.execute(raw)


def test_foreign_signature(iota: IotaNode, alice: IotaWallet) -> None:
    raw = alice.transfer(BOB, IOTA)
    with pytest.raises(RpcError, match=f"Required Signature from {alice.address} is absent"):
        alice.execute(raw, IotaWallet(iota, "mallory").signature(raw))


def test_signature_of_another_transaction(alice: IotaWallet) -> None:
    signature = alice.signature(alice.transfer(BOB, IOTA))
    with pytest.raises(RpcError, match="Fail to verify user sig"):
        alice.execute(alice.transfer(BOB, 2 * IOTA), signature)


def test_sponsored(iota: IotaNode, alice: IotaWallet) -> None:
    raw = alice.transfer(BOB, IOTA)
    sponsored = raw[: raw.rindex(alice.address_bytes)] + BOB + raw[raw.rindex(alice.address_bytes) + 32 :]
    with pytest.raises(RpcError, match="Sponsored transactions are not simulated"):
        alice.execute(sponsored)


def test_a_coin_is_spent_once(alice: IotaWallet) -> None:
    first, second = alice.transfer(BOB, IOTA), alice.transfer(BOB, 2 * IOTA)
    alice.execute(first)
    with pytest.raises(RpcError, match="is not available for consumption"):
        alice.execute(second)


def test_resubmission_changes_nothing(iota: IotaNode, alice: IotaWallet) -> None:
    raw = alice.transfer(BOB, IOTA)
    digest = alice.execute(raw)
    state = (alice.coins(), iota.ledger.newest_number())
    assert alice.execute(raw) == digest
    assert state == (alice.coins(), iota.ledger.newest_number())
    with pytest.raises(RpcError, match="is absent"):
        alice.execute(raw, IotaWallet(iota, "mallory").signature(raw))


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        ("%%%", "no base64"),
        ("", "unexpected end of input"),
        (base64.b64encode(b"\x00\x01").decode(), "only ProgrammableTransaction"),
        (7, "base64 text is expected"),
    ],
)
def test_bytes_that_are_no_transaction(iota: IotaNode, raw: Any, message: str) -> None:
    for method, values in (
        ("iota_dryRunTransactionBlock", [raw]),
        ("iota_executeTransactionBlock", [raw, [""]]),
    ):
        with pytest.raises(RpcError) as caught:
            iota.call(method, values)
        assert caught.value.code == -32602
        assert message in caught.value.message
