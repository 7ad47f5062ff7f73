"""The bytes that are signed: equal to what the crate signs for the same payment."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from typing import Any

import base58
import pytest
from Crypto.Hash import keccak
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from etopay_sdk import InsufficientFunds, NetworkError, PaymentState, Sdk

from tests.sdk.conftest import ReadySdk
from tests.sdk.fake_chain import COIN
from tests.sdk.fake_services import IOTA_ADDRESS, OTHER_EVM, OTHER_IOTA, Services, Story

# Made by the crate itself.
EVM_RAW = (
    "0x02f876827a6905843b9aca0084b2d05e0082520894b0b00000000000000000000000000000000000008814d1120d7b160000"
    "826869c080a005944aa9087d0b30572a63e758df021873ca12552d1b97b5f7b868198700cbcaa019fe31eda9d9b950e9d5c83b"
    "54c9f927b8827576f1cccd9bc87ad27487195883"
)
ITS_SENDER = "17e610f1a9d4a5daec4355eecd711a5ab99c6bcb0cfd898c51b2645219947059"
IOTA_RAW = (
    f"0000020008002f6859000000000020{'ee' * 32}0202000101000001010300000000010100{ITS_SENDER}"
    f"01{'11' * 32}070000000000000020{'07' * 32}{ITS_SENDER}e803000000000000404b4c000000000000"
)

Change = Callable[[str, list[Any]], Any]


def answering(chain: Any, monkeypatch: pytest.MonkeyPatch, change: Change) -> None:
    """Let `change` answer first; None leaves the answer to the chain."""
    answer = chain.answer

    def changed(method: str, params: list[Any]) -> Any:
        found = change(method, params)
        return answer(method, params) if found is None else found

    monkeypatch.setattr(chain, "answer", changed)


def coin(number: int, balance: int) -> dict[str, str]:
    return {
        "coinType": COIN,
        "coinObjectId": "0x" + f"{number:02x}" * 32,
        "version": "7",
        "digest": base58.b58encode(b"\x07" * 32).decode(),
        "balance": str(balance),
        "previousTransaction": base58.b58encode(b"\x08" * 32).decode(),
    }


async def iota_bytes(
    sdk: Sdk, story: Story, services: Services, monkeypatch: pytest.MonkeyPatch, amount: str, *coins: int
) -> tuple[bytes, str, str]:
    """Transaction, signature and reported digest of a payment from these coins."""
    handed: list[list[Any]] = []

    def change(method: str, params: list[Any]) -> Any:
        if method == "iotax_getCoins":
            owned = [coin(number * 0x11, balance) for number, balance in enumerate(coins, start=1)]
            return {"data": owned, "nextCursor": None, "hasNextPage": False}
        if method == "iota_executeTransactionBlock":
            handed.append(params)
            raw = base64.b64decode(params[0])
            digest = hashlib.blake2b(b"TransactionData::" + raw, digest_size=32).digest()
            return {"digest": base58.b58encode(digest).decode()}
        return None

    answering(services.iota, monkeypatch, change)
    tx_id = await sdk.send_amount(story.pin, OTHER_IOTA, amount, network="iota_other")
    return base64.b64decode(handed[0][0]), handed[0][1][0], tx_id


async def test_evm(
    ready: ReadySdk, story: Story, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    sdk = await ready(send=3)
    raw: list[str] = []
    its_hash = "0x" + keccak.new(digest_bits=256, data=bytes.fromhex(EVM_RAW[2:])).hexdigest()

    def take(data: str) -> str:
        raw.append(data)
        return its_hash

    monkeypatch.setattr(services.evm, "take", take)
    answering(
        services.evm, monkeypatch, lambda method, _: "0x5" if method == "eth_getTransactionCount" else None
    )
    tx_id = await sdk.send_amount(story.pin, "0xb0b0" + "00" * 18, "1.5", b"hi")
    assert raw == [EVM_RAW]
    assert tx_id == its_hash


async def test_iota(
    ready: ReadySdk, story: Story, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    sdk = await ready(send=3)
    data, signature, tx_id = await iota_bytes(sdk, story, services, monkeypatch, "1.5", 10**10)
    assert data.hex() == IOTA_RAW.replace(ITS_SENDER, IOTA_ADDRESS[2:])
    assert (
        tx_id
        == base58.b58encode(hashlib.blake2b(b"TransactionData::" + data, digest_size=32).digest()).decode()
    )
    parts = base64.b64decode(signature)
    assert (parts[0], len(parts)) == (0, 97)
    assert hashlib.blake2b(parts[65:], digest_size=32).hexdigest() == IOTA_ADDRESS[2:]
    message = hashlib.blake2b(b"\x00\x00\x00" + data, digest_size=32).digest()
    Ed25519PublicKey.from_public_bytes(parts[65:]).verify(parts[1:65], message)


async def test_iota_merges_coins_in_the_order_of_the_crate(
    ready: ReadySdk, story: Story, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    sdk = await ready(send=3)
    coins = (3_000_000_000, 2_000_000_000, 4_000_000)
    data, _, _ = await iota_bytes(sdk, story, services, monkeypatch, "4.2", *coins)
    reference = [
        b.hex() + "07" + "00" * 7 + "20" + "07" * 32 for b in (b"\x33" * 32, b"\x22" * 32, b"\x11" * 32)
    ]
    sender, amount = IOTA_ADDRESS[2:], (4_200_000_000).to_bytes(8, "little").hex()
    assert data.hex() == (
        f"0000040100{reference[0]}0100{reference[1]}0008{amount}0020{'ee' * 32}030300020100000101 00".replace(
            " ", ""
        )
        + "0200010102000101030100000001 0300".replace(" ", "")
        + f"{sender}01{reference[2]}{sender}e803000000000000404b4c000000000000"
    )


@pytest.mark.parametrize("coins", [(), (4_999_999,), (10**9, 10**9), (10**9 + 5_000_000 - 1,)])
async def test_iota_with_too_little(
    ready: ReadySdk, story: Story, services: Services, monkeypatch: pytest.MonkeyPatch, coins: tuple[int, ...]
) -> None:
    sdk = await ready(send=3)
    amount = "1" if len(coins) < 2 else "2"
    with pytest.raises(InsufficientFunds):
        await iota_bytes(sdk, story, services, monkeypatch, amount, *coins)
    assert await sdk.pending_payments() == []


async def test_fees_follow_the_latest_block(
    ready: ReadySdk, story: Story, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    sdk = await ready()
    history: dict[str, Any] = {}
    answering(services.evm, monkeypatch, lambda method, _: history if method == "eth_feeHistory" else None)
    for given, expected in [
        ({"baseFeePerGas": ["0x5", "0x7", "0x9"], "reward": [["0x2"], ["0x0"], ["0x6"]]}, (18, 4)),
        ({"baseFeePerGas": ["0x5", "0x7"], "reward": [["0x1"], ["0x9"], ["0x3"]]}, (13, 3)),
        ({"baseFeePerGas": ["0x5", "0x7"]}, (11, 1)),
        ({"baseFeePerGas": ["0x0", "0x0"], "reward": None}, (2 * 10**9 + 1, 1)),
        ({}, (2 * 10**9 + 1, 1)),
    ]:
        history.clear()
        history.update(given or {"oldestBlock": "0x0"})
        found = await sdk.estimate_gas(story.pin, OTHER_EVM, "1")
        assert (found.max_fee_per_gas, found.max_priority_fee_per_gas) == expected


HUGE = hex(2**128 - 1)


@pytest.mark.parametrize(
    ("method", "value"),
    [
        ("eth_feeHistory", {"baseFeePerGas": [HUGE, HUGE], "reward": [[HUGE], [HUGE]]}),
        ("eth_feeHistory", {"baseFeePerGas": ["0x1", "0x1"], "reward": [[HUGE], [HUGE]]}),
        ("eth_estimateGas", hex(2**64)),
        ("eth_estimateGas", {}),
        ("eth_getTransactionCount", "0x"),
        ("eth_blockNumber", []),
        ("iotax_getReferenceGasPrice", str(2**64)),
        ("iotax_getReferenceGasPrice", "-1"),
        ("iotax_getCoins", {"data": [{"balance": "1"}], "hasNextPage": False}),
        ("iotax_getCoins", {"data": [coin(1, 10**12) | {"digest": "0OIl"}], "hasNextPage": False}),
        (
            "iotax_getCoins",
            {"data": [coin(1, 10**12) | {"coinObjectId": "0x" + "1" * 66}], "hasNextPage": False},
        ),
        ("iotax_getCoins", {"data": [coin(1, 10**12) | {"balance": str(2**64)}], "hasNextPage": False}),
    ],
)
async def test_hostile_answers_are_failures(
    ready: ReadySdk,
    story: Story,
    services: Services,
    monkeypatch: pytest.MonkeyPatch,
    method: str,
    value: Any,
) -> None:
    sdk = await ready(send=1)
    is_evm = method.startswith("eth")
    chain: Any = services.evm if is_evm else services.iota
    answering(chain, monkeypatch, lambda asked, _: value if asked == method else None)
    target, network = (OTHER_EVM, "ETH") if is_evm else (OTHER_IOTA, "iota_other")
    with pytest.raises(NetworkError) as raised:
        await sdk.send_amount(story.pin, target, "1", network=network)
    assert raised.value.code == "node_error"
    assert await sdk.pending_payments() == []


async def test_a_dry_run_without_numbers_is_a_failure(
    ready: ReadySdk, story: Story, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    sdk = await ready()
    for used in ({}, {"computationCost": "1", "storageCost": "-1", "storageRebate": str(2**70)}):
        answering(
            services.iota,
            monkeypatch,
            lambda method, _, used=used: (
                {"effects": {"gasUsed": used}}  # type: ignore[misc]
                if method == "iota_dryRunTransactionBlock"
                else None
            ),
        )
        with pytest.raises(NetworkError):
            await sdk.estimate_gas(story.pin, OTHER_IOTA, "1", network="iota_other")


async def test_a_payment_that_a_block_holds_is_waited_for(
    ready: ReadySdk, story: Story, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    sdk = await ready()
    services.evm.mine = False
    asked = 0

    def change(method: str, _: list[Any]) -> Any:
        nonlocal asked
        if method == "eth_getTransactionReceipt" and services.evm.waiting:
            asked += 1
            if asked == 3:
                services.evm.mine_waiting()
        return None

    answering(services.evm, monkeypatch, change)
    await sdk.send_amount(story.pin, OTHER_EVM, "1", payment_id="p1")
    assert asked == 3
    assert (await sdk.resolve_payment("p1")).state is PaymentState.CONFIRMED
