"""A node may name any price; what a payment could cost is bounded before it is signed."""

from __future__ import annotations

import base64
import json
from collections.abc import Awaitable, Callable
from decimal import Decimal
from typing import Any

import pytest
from etopay_sdk import (
    Config,
    FeeTooHigh,
    NetworkError,
    NotFound,
    PaymentNotSent,
    PaymentState,
    Sdk,
    UncertainOutcome,
    ValidationError,
)

from tests.sdk.conftest import ReadySdk
from tests.sdk.fake_services import OTHER_EVM, OTHER_IOTA, TOKEN, Services, Story
from tests.sdk.test_payment_truth import sent
from tests.sdk.test_purchase_retry import Refusing
from tests.sdk.test_signing import answering
from tests.sdk.test_swaps import begun

TO = {"ETH": OTHER_EVM, "token": OTHER_EVM, "iota_other": OTHER_IOTA}
# Gas, and the bid of twice the base fee plus the tip, of the chain as it is; the gas budget.
USUAL = {"ETH": Decimal("0.000063"), "token": Decimal("0.000063"), "iota_other": Decimal("0.005")}
LITTLE = Decimal("0.000000001")

Lie = Callable[[str, list[Any]], Any]


def dear(method: str, params: list[Any]) -> Any:
    """A base fee of a coin a unit of gas."""
    price = hex(10**18)
    return (
        {"baseFeePerGas": [price] * 3, "reward": [[hex(10**9)]] * 2} if method == "eth_feeHistory" else None
    )


def tipping(method: str, params: list[Any]) -> Any:
    """Tips of a coin a unit of gas."""
    tips = {"baseFeePerGas": [hex(10**9)] * 3, "reward": [[hex(10**18)]] * 2}
    return tips if method == "eth_feeHistory" else None


def hungry(method: str, params: list[Any]) -> Any:
    """More gas than there is in the world."""
    return hex(2**63) if method == "eth_estimateGas" else None


def endless(method: str, params: list[Any]) -> Any:
    """The largest figures that are read at all: their product has no room in 128 bits."""
    if method == "eth_estimateGas":
        return hex(2**64 - 1)
    price = hex(2**126)
    return {"baseFeePerGas": [price] * 3, "reward": [[hex(1)]] * 2} if method == "eth_feeHistory" else None


def pay(sdk: Sdk, story: Story, network: str, **options: Any) -> Awaitable[str]:
    return sdk.send_amount(story.pin, TO[network], "0.1", network=network, payment_id="p1", **options)


async def nothing_begun(sdk: Sdk, services: Services) -> None:
    """Neither at the chain nor in the journal."""
    assert (services.evm.sent, services.iota.sent) == ([], [])
    assert await sdk.pending_payments() == []
    with pytest.raises(NotFound):
        await sdk.resolve_payment("p1")


@pytest.mark.parametrize("network", TO)
async def test_what_could_cost_more_is_not_signed_and_may_be_tried_again(
    ready: ReadySdk, story: Story, services: Services, network: str
) -> None:
    sdk = await ready()
    below = USUAL[network] - LITTLE
    with pytest.raises(FeeTooHigh) as raised:
        await pay(sdk, story, network, max_fee=below)
    assert isinstance(raised.value, PaymentNotSent)
    assert raised.value.details["payment_id"] == "p1"
    assert (raised.value.code, raised.value.fee, raised.value.max_fee) == (
        "fee_too_high",
        USUAL[network],
        below,
    )
    await nothing_begun(sdk, services)
    tx_id = await pay(sdk, story, network, max_fee=USUAL[network])
    assert (await sdk.resolve_payment("p1")).state is PaymentState.CONFIRMED
    assert await pay(sdk, story, network, max_fee=below) == tx_id, "it has its outcome"


@pytest.mark.parametrize("network", ["ETH", "token"])
@pytest.mark.parametrize("lie", [dear, tipping, hungry, endless])
async def test_a_lying_evm_node_gets_nothing(
    ready: ReadySdk,
    story: Story,
    services: Services,
    monkeypatch: pytest.MonkeyPatch,
    lie: Lie,
    network: str,
) -> None:
    sdk = await ready()
    answering(services.evm, monkeypatch, lie)
    for options in ({}, {"max_fee": Decimal("0.0001")}):
        with pytest.raises(FeeTooHigh) as raised:
            await pay(sdk, story, network, **options)
        assert raised.value.max_fee == options.get("max_fee", 1)
        assert raised.value.fee > 1000
    await nothing_begun(sdk, services)


async def test_a_lying_iota_node_gets_no_more_than_the_budget(
    ready: ReadySdk, story: Story, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    sdk = await ready()
    taken: list[str] = []

    def lie(method: str, params: list[Any]) -> Any:
        if method == "iota_executeTransactionBlock":
            taken.append(params[0])
        return str(2**63) if method == "iotax_getReferenceGasPrice" else None

    answering(services.iota, monkeypatch, lie)
    with pytest.raises(FeeTooHigh):
        await pay(sdk, story, "iota_other", max_fee="0.004")
    assert taken == []
    await pay(sdk, story, "iota_other", max_fee="0.005")
    # Behind the price: the budget, and that it never expires.
    assert int.from_bytes(base64.b64decode(taken[0])[-9:-1], "little") == 5_000_000


@pytest.mark.parametrize("network", ["ETH", "iota_other"])
async def test_a_purchase(ready: ReadySdk, story: Story, services: Services, network: str) -> None:
    sdk = await ready()
    purchase = await sdk.create_purchase_request("bob", "0.1", "h", json.dumps({}), "CLIK", network=network)
    with pytest.raises(FeeTooHigh):
        await sdk.confirm_purchase_request(story.pin, purchase, max_fee=USUAL[network] - LITTLE)
    assert sent(services, network) == []
    assert await sdk.pending_payments() == []
    await sdk.confirm_purchase_request(story.pin, purchase, max_fee=USUAL[network])
    assert len(sent(services, network)) == 1


async def test_a_purchase_at_a_lying_node(
    ready: ReadySdk, story: Story, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    sdk = await ready()
    purchase = await sdk.create_purchase_request("bob", "0.1", "h", json.dumps({}), "CLIK", network="ETH")
    answering(services.evm, monkeypatch, dear)
    with pytest.raises(FeeTooHigh):
        await sdk.confirm_purchase_request(story.pin, purchase)
    assert services.evm.sent == []


async def test_a_withdrawal(ready: ReadySdk, story: Story, services: Services) -> None:
    sdk = await begun(ready, story)
    with pytest.raises(FeeTooHigh):
        await sdk.create_withdrawal_with_viviswap("1", story.pin, payment_id="w1", max_fee=LITTLE)
    assert services.evm.sent == []
    made = await sdk.create_withdrawal_with_viviswap("1", story.pin, payment_id="w1", max_fee="0.001")
    assert [paid["hash"] for paid in services.evm.sent] == [made.transaction_hash]
    assert len(services.exchange.contracts) == 1


async def test_the_same_bytes_go_out_again_and_dearer_ones_only_within_the_limit(
    ready: ReadySdk, story: Story, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    sdk = await ready()
    node = Refusing(services, "ETH")
    for options in ({}, {"max_fee": LITTLE}):
        with pytest.raises(NetworkError) as raised:
            await pay(sdk, story, "ETH", **options)
        assert raised.value.code == "node_error"
    assert len(node.kept) == 2
    assert len(set(node.kept)) == 1, "what is signed already is not held to the limit"
    with monkeypatch.context() as patched:
        answering(services.evm, patched, dear)
        for options in ({}, {"max_fee": USUAL["ETH"]}):
            with pytest.raises(FeeTooHigh):
                await pay(sdk, story, "ETH", **options)
    assert len(node.kept) == 2
    node.on = False
    await pay(sdk, story, "ETH", max_fee=LITTLE)
    assert len(set(node.kept)) == 1
    assert len(services.evm.sent) == 1


async def test_a_payment_of_unknown_outcome_stays_so(
    ready: ReadySdk, story: Story, services: Services
) -> None:
    sdk = await ready()
    services.fail("eth_sendRawTransaction", "drop", times=1)
    with pytest.raises(UncertainOutcome):
        await pay(sdk, story, "ETH")
    with pytest.raises(UncertainOutcome):
        await pay(sdk, story, "ETH", max_fee=LITTLE)


@pytest.mark.parametrize("limit", ["-1", Decimal("-0.1"), Decimal("NaN"), "1e3", "much"])
async def test_a_limit_that_is_none(
    ready: ReadySdk, story: Story, services: Services, limit: Decimal | str
) -> None:
    sdk = await ready()
    purchase = await sdk.create_purchase_request("bob", "0.1", "h", json.dumps({}), "CLIK", network="ETH")
    for call in (
        pay(sdk, story, "ETH", max_fee=limit),
        sdk.confirm_purchase_request(story.pin, purchase, max_fee=limit),
        sdk.create_withdrawal_with_viviswap("1", story.pin, max_fee=limit),
    ):
        with pytest.raises(ValidationError) as raised:
            await call
        assert (raised.value.code, raised.value.details["field"]) == ("invalid_argument", "max_fee")
    with pytest.raises(TypeError):
        await pay(sdk, story, "ETH", max_fee=0.1)
    assert services.evm.sent == []


async def test_the_limit_of_the_config_holds_where_none_is_given(
    services: Services, story: Story, folder: Any
) -> None:
    config = Config(f"{services.url}/api", "standalone", folder, max_evm_fee="0.00006")
    async with Sdk(config) as sdk:
        await sdk.create_new_user("alice")
        await sdk.init_user("alice")
        await sdk.set_wallet_password(story.pin, story.password)
        await sdk.refresh_access_token(TOKEN)
        await sdk.get_networks()
        await sdk.create_wallet_from_existing_mnemonic(story.pin, story.phrase)
        with pytest.raises(FeeTooHigh) as raised:
            await pay(sdk, story, "ETH")
        assert raised.value.max_fee == Decimal("0.00006")
        await pay(sdk, story, "ETH", max_fee="0.00007")
    assert len(services.evm.sent) == 1


@pytest.mark.parametrize("limit", ["-1", "much", Decimal("Infinity")])
def test_a_config_with_a_limit_that_is_none(folder: Any, limit: Decimal | str) -> None:
    with pytest.raises(ValidationError) as raised:
        Sdk(Config("https://example.org/api", "standalone", folder, max_evm_fee=limit))
    assert (raised.value.code, raised.value.details["field"]) == ("invalid_config", "max_evm_fee")


async def test_half_a_euro_by_a_rate_is_a_limit(ready: ReadySdk, story: Story, services: Services) -> None:
    """A quotient has more decimals than the coin."""
    sdk = await ready()
    await pay(sdk, story, "ETH", max_fee=Decimal("0.50") / Decimal("2345.67"))
    assert len(services.evm.sent) == 1
    with pytest.raises(FeeTooHigh):
        await sdk.send_amount(
            story.pin, OTHER_EVM, "1", payment_id="p2", max_fee=Decimal("0.05") / Decimal("2345.67")
        )
