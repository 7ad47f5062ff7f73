"""What executed IOTA transactions do to coins, balances and history."""

import base64
from typing import Any

import pytest

from sandbox.services.chain.errors import RpcError
from sandbox.services.chain.hub import IOTA_NETWORKS
from sandbox.services.chain.iota import bcs
from sandbox.services.chain.iota.execution import STORAGE_DEPOSIT
from sandbox.services.chain.iota.node import IotaNode
from sandbox.services.chain.iota.transaction import ObjectRef
from tests.sandbox.chain.makers import IOTA, FakeClock, IotaWallet

BOB = b"\xbb" * 32
BOB_TEXT = "0x" + BOB.hex()
PLAIN_FEE = 1_000_000 + STORAGE_DEPOSIT


def fund(node: IotaNode, wallet: IotaWallet, amount: int) -> None:
    node.send(IOTA_NETWORKS[0], "treasury", wallet.address, amount, b"")


def nanos(node: IotaNode, address: str) -> int:
    return int(node.call("iotax_getBalance", [address, "0x2::iota::IOTA"])["totalBalance"])


def program(
    wallet: IotaWallet, inputs: list[bytes], commands: list[bytes], payment: list[ObjectRef]
) -> bytes:
    """A transaction from raw inputs and commands, with the terms of the real wallet."""
    coins = [ref.id + bcs.write_u64(ref.version) + bcs.write_bytes(ref.digest) for ref in payment]
    return b"".join(
        (
            b"\x00\x00",
            bcs.write_vector(inputs),
            bcs.write_vector(commands),
            wallet.address_bytes,
            bcs.write_vector(coins),
            wallet.address_bytes,
            bcs.write_u64(1000),
            bcs.write_u64(5_000_000),
            b"\x00",
        )
    )


def pure(value: bytes) -> bytes:
    return b"\x00" + bcs.write_bytes(value)


def owned(ref: ObjectRef) -> bytes:
    return b"\x01\x00" + ref.id + bcs.write_u64(ref.version) + bcs.write_bytes(ref.digest)


GAS = b"\x00"
SPLIT_INPUT_0 = b"\x02\x00\x01\x01\x00\x00"
SEND_PART_TO_INPUT_1 = b"\x01\x01\x03\x00\x00\x00\x00\x01\x01\x00"


def test_a_payment(iota: IotaNode, alice: IotaWallet, clock: FakeClock) -> None:
    (before,) = alice.coins()
    clock.now += 5
    shown = alice.details(alice.execute(alice.transfer(BOB, 3 * IOTA)))
    (after,) = alice.coins()
    assert nanos(iota, BOB_TEXT) == 3 * IOTA
    assert alice.balance() == 7 * IOTA - PLAIN_FEE
    assert (after.id, after.version) == (before.id, before.version + 1)
    assert shown["effects"]["status"] == {"status": "success"}
    assert shown["effects"]["gasUsed"] == {
        "computationCost": "1000000",
        "computationCostBurned": "1000000",
        "storageCost": str(2 * STORAGE_DEPOSIT),
        "storageRebate": str(STORAGE_DEPOSIT),
        "nonRefundableStorageFee": "0",
    }
    assert [(one["owner"], one["amount"]) for one in shown["balanceChanges"]] == [
        ({"AddressOwner": alice.address}, str(-3 * IOTA - PLAIN_FEE)),
        ({"AddressOwner": BOB_TEXT}, str(3 * IOTA)),
    ]
    assert shown["timestampMs"] == str(int(clock.now * 1000))
    checkpoint = iota.call("iota_getCheckpoint", [shown["checkpoint"]])
    assert checkpoint["sequenceNumber"] == shown["checkpoint"]
    assert checkpoint["transactions"] == [shown["digest"]]
    assert iota.call("iota_getCheckpoint", [checkpoint["digest"]]) == checkpoint
    coin = iota.call("iotax_getCoins", [BOB_TEXT])["data"][0]
    assert coin["previousTransaction"] == shown["digest"]
    assert coin["version"] == str(after.version)


def test_to_oneself_only_the_fee_shows(iota: IotaNode, alice: IotaWallet) -> None:
    shown = alice.details(alice.execute(alice.transfer(alice.address_bytes, IOTA)))
    assert [one["amount"] for one in shown["balanceChanges"]] == [str(-PLAIN_FEE)]
    assert len(alice.coins()) == 2


def test_nothing_sent_is_no_balance_change(iota: IotaNode, alice: IotaWallet) -> None:
    shown = alice.details(alice.execute(alice.transfer(BOB, 0)))
    assert [one["owner"] for one in shown["balanceChanges"]] == [{"AddressOwner": alice.address}]
    assert iota.call("iotax_getBalance", [BOB_TEXT])["coinObjectCount"] == 1


def test_merging_as_the_wallet_does(iota: IotaNode, alice: IotaWallet) -> None:
    fund(iota, alice, 2 * IOTA)
    fund(iota, alice, 4_000_000)
    gas, *others = alice.coins()
    inputs = [*(owned(ref) for ref in others), pure((11 * IOTA).to_bytes(8, "little")), pure(BOB)]
    merge = b"\x03" + GAS + b"\x02\x01\x00\x00\x01\x01\x00"
    split = b"\x02" + GAS + b"\x01\x01\x02\x00"
    send = b"\x01\x01\x03\x01\x00\x00\x00\x01\x03\x00"
    shown = alice.details(alice.execute(program(alice, inputs, [merge, split, send], [gas])))
    assert shown["effects"]["status"] == {"status": "success"}
    assert len(shown["effects"]["deleted"]) == 2
    assert nanos(iota, BOB_TEXT) == 11 * IOTA
    (left,) = alice.coins()
    assert left.version == max(ref.version for ref in (gas, *others)) + 1
    net = 1_000_000 + (2 - 3) * STORAGE_DEPOSIT
    assert alice.balance() == IOTA + 4_000_000 - net


def test_merging_many_coins_costs_nothing_but_never_less(iota: IotaNode, alice: IotaWallet) -> None:
    for _ in range(6):
        fund(iota, alice, IOTA)
    shown = alice.details(alice.execute(alice.transfer(BOB, 15 * IOTA, payment=alice.coins())))
    gas = {name: int(value) for name, value in shown["effects"]["gasUsed"].items()}
    assert gas["storageRebate"] == gas["computationCost"] + gas["storageCost"]
    assert gas["storageRebate"] + gas["nonRefundableStorageFee"] == 7 * STORAGE_DEPOSIT
    assert (alice.balance(), nanos(iota, BOB_TEXT)) == (IOTA, 15 * IOTA)


def test_the_gas_coin_cannot_be_merged_away(iota: IotaNode, alice: IotaWallet) -> None:
    fund(iota, alice, IOTA)
    gas, other = alice.coins()
    raw = program(alice, [owned(other)], [b"\x03\x01\x00\x00\x01\x00"], [gas])
    shown = alice.details(alice.execute(raw))
    assert shown["effects"]["status"]["error"] == "CommandArgumentError: InvalidValueUsage in command 0"
    assert len(alice.coins()) == 2


def test_several_gas_coins_become_one(iota: IotaNode, alice: IotaWallet) -> None:
    fund(iota, alice, IOTA)
    alice.execute(alice.transfer(BOB, 10 * IOTA, payment=alice.coins()))
    assert nanos(iota, BOB_TEXT) == 10 * IOTA
    assert len(alice.coins()) == 1


def test_too_large_an_amount_fails_and_costs_the_computation(iota: IotaNode, alice: IotaWallet) -> None:
    shown = alice.details(alice.execute(alice.transfer(BOB, 10 * IOTA)))
    assert shown["effects"]["status"] == {
        "status": "failure",
        "error": "InsufficientCoinBalance in command 0",
    }
    assert nanos(iota, BOB_TEXT) == 0
    assert alice.balance() == 10 * IOTA - 1_000_000
    assert shown["effects"]["created"] == []


FAILURES: list[tuple[str, list[bytes], list[bytes], str]] = [
    ("unused part", [pure(bytes(8))], [SPLIT_INPUT_0], "UnusedValueWithoutDrop"),
    ("short amount", [pure(bytes(7))], [SPLIT_INPUT_0], "CommandArgumentError: InvalidBCSBytes in command 0"),
    ("no such input", [], [SPLIT_INPUT_0], "CommandArgumentError: IndexOutOfBounds in command 0"),
    (
        "no such result",
        [pure(bytes(8)), pure(BOB)],
        [SEND_PART_TO_INPUT_1],
        "CommandArgumentError: IndexOutOfBounds in command 0",
    ),
    (
        "part sent twice",
        [pure(bytes(8)), pure(BOB)],
        [SPLIT_INPUT_0, SEND_PART_TO_INPUT_1, SEND_PART_TO_INPUT_1],
        "CommandArgumentError: InvalidValueUsage in command 2",
    ),
    (
        "coin into itself",
        [],
        [b"\x03\x00\x01\x00"],
        "CommandArgumentError: InvalidValueUsage in command 0",
    ),
    (
        "amount where a coin belongs",
        [pure(bytes(8))],
        [b"\x03\x00\x01\x01\x00\x00"],
        "CommandArgumentError: TypeMismatch in command 0",
    ),
    ("nothing to send", [pure(BOB)], [b"\x01\x00\x01\x00\x00"], "EmptyCommandInput in command 0"),
    (
        "a Move call",
        [],
        [b"\x00" + bytes(32) + b"\x01m\x01f\x00\x00"],
        "FeatureNotYetSupported: MoveCall is not simulated in command 0",
    ),
]


@pytest.mark.parametrize(
    ("inputs", "commands", "error"),
    [failure[1:] for failure in FAILURES],
    ids=[failure[0] for failure in FAILURES],
)
def test_failed_commands(
    iota: IotaNode, alice: IotaWallet, inputs: list[bytes], commands: list[bytes], error: str
) -> None:
    shown = alice.details(alice.execute(program(alice, inputs, commands, alice.coins())))
    assert shown["effects"]["status"] == {"status": "failure", "error": error}
    assert alice.balance() == 10 * IOTA - 1_000_000
    assert len(alice.coins()) == 1


def test_a_price_over_the_budget_costs_the_budget(alice: IotaWallet) -> None:
    raw = alice.transfer(BOB, IOTA, gas_price=6000)
    shown = alice.details(alice.execute(raw))
    assert shown["effects"]["status"] == {"status": "failure", "error": "InsufficientGas"}
    assert alice.balance() == 10 * IOTA - 5_000_000


def test_a_budget_too_small_for_storage_fails(alice: IotaWallet) -> None:
    shown = alice.details(alice.execute(alice.transfer(BOB, IOTA, gas_budget=1_100_000)))
    assert shown["effects"]["status"] == {"status": "failure", "error": "InsufficientGas"}
    assert alice.balance() == 10 * IOTA - 1_000_000


def test_all_of_a_wallet_can_be_sent_by_its_gas_coin(iota: IotaNode, alice: IotaWallet) -> None:
    raw = program(alice, [pure(BOB)], [b"\x01\x01\x00\x01\x00\x00"], alice.coins())
    alice.execute(raw)
    assert (alice.balance(), nanos(iota, BOB_TEXT)) == (0, 10 * IOTA - 1_000_000)


def test_dry_run_changes_nothing_and_tells_the_same(iota: IotaNode, alice: IotaWallet) -> None:
    raw = alice.transfer(BOB, IOTA)
    state = (alice.coins(), iota.ledger.newest_number())
    dry: dict[str, Any] = iota.call("iota_dryRunTransactionBlock", [base64.b64encode(raw).decode()])
    assert state == (alice.coins(), iota.ledger.newest_number())
    real = alice.details(alice.execute(raw))
    for part in ("effects", "balanceChanges", "objectChanges"):
        assert dry[part] == real[part]


def test_the_dry_run_of_an_unpayable_transaction_is_refused(iota: IotaNode, alice: IotaWallet) -> None:
    raw = alice.transfer(BOB, IOTA, gas_budget=20 * IOTA)
    with pytest.raises(RpcError) as caught:
        iota.call("iota_dryRunTransactionBlock", [base64.b64encode(raw).decode()])
    assert caught.value.code == -32002
