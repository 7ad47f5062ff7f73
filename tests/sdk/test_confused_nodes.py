"""A node that answers for something else than it was asked for proves nothing about a payment."""

from __future__ import annotations

from typing import Any

import pytest
from etopay_sdk import EtopayError, PaymentState, Sdk, UncertainOutcome

from tests.sdk.conftest import ReadySdk
from tests.sdk.fake_chain import COIN, RpcError
from tests.sdk.fake_services import OTHER_EVM, Services, Story
from tests.sdk.test_payment_evidence import code_of
from tests.sdk.test_payment_truth import SUBMIT, TARGET, stranger
from tests.sdk.test_signing import answering


async def lost(sdk: Sdk, story: Story, services: Services, network: str) -> None:
    """A payment whose request got lost."""
    services.fail(SUBMIT[network], "drop", times=1)
    with pytest.raises(UncertainOutcome):
        await sdk.send_amount(story.pin, TARGET[network], "1", network=network, payment_id="p1")


@pytest.mark.parametrize("status", ["0x1", "0x0", None])
@pytest.mark.parametrize("method", ["eth_getTransactionByHash", "eth_getTransactionReceipt"])
async def test_a_transaction_or_receipt_of_another(
    ready: ReadySdk,
    story: Story,
    services: Services,
    monkeypatch: pytest.MonkeyPatch,
    method: str,
    status: str | None,
) -> None:
    sdk = await ready()
    await lost(sdk, story, services, "ETH")
    other = stranger(services)
    evm = services.evm

    def confused(asked: str, params: list[Any]) -> Any:
        if asked == "eth_getTransactionByHash":
            found = dict(evm.blocks[-1]["transactions"][0])
            return found if method == asked else found | {"hash": params[0]}
        if asked == "eth_getTransactionReceipt":
            found = (evm._receipt(other) or {}) | {"status": status}
            return found if method == asked else found | {"transactionHash": None}
        return None

    answering(evm, monkeypatch, confused)
    assert await code_of(sdk.resolve_payment("p1")) == "node_error"
    assert [one.state for one in await sdk.pending_payments()] == [PaymentState.UNKNOWN]


async def test_a_block_that_is_another_one(
    ready: ReadySdk, story: Story, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    sdk = await ready()
    await lost(sdk, story, services, "ETH")
    stranger(services)
    evm = services.evm
    evm.finality = None

    def shifted(method: str, params: list[Any]) -> Any:
        """The newest block in place of every one asked for, so that a rival in it looks old."""
        if method == "eth_blockNumber":
            return hex(len(evm.blocks) + 20)
        if method == "eth_getBlockByNumber" and params[1]:
            return evm.blocks[-1]
        if method == "eth_getTransactionCount" and params[1] not in ("latest", "pending"):
            return "0x1"
        return None

    answering(evm, monkeypatch, shifted)
    assert await code_of(sdk.resolve_payment("p1")) == "node_error"
    assert [one.state for one in await sdk.pending_payments()] == [PaymentState.UNKNOWN]


async def test_a_rival_of_ours_that_is_this_very_payment(
    ready: ReadySdk, story: Story, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    sdk = await ready()
    await lost(sdk, story, services, "ETH")
    await sdk.send_amount(story.pin, OTHER_EVM, "2", payment_id="p2")
    evm = services.evm
    mined = evm.sent[0]
    name = mined["hash"]

    def renamed(method: str, params: list[Any]) -> Any:
        """The hash of the other payment leads to a transaction under another name."""
        if method == "eth_getTransactionByHash" and params[0] == name:
            return mined | {"hash": "0x" + "12" * 32}
        if method == "eth_getBlockByNumber" and params[1]:
            return {"number": params[0], "transactions": []}
        return None

    answering(evm, monkeypatch, renamed)
    assert (await sdk.resolve_payment("p1")).state is PaymentState.UNKNOWN


@pytest.mark.parametrize("digest", [None, 7, {}])
async def test_an_iota_transaction_without_a_name(
    ready: ReadySdk, story: Story, services: Services, monkeypatch: pytest.MonkeyPatch, digest: Any
) -> None:
    sdk = await ready()
    iota = services.iota

    def refuse(_: str) -> str:
        raise RpcError(-32002, "no")

    monkeypatch.setattr(iota, "take", refuse)
    used = [{"objectId": iota.coin, "sequenceNumber": str(iota.version)}]

    def nameless(method: str, _: list[Any]) -> Any:
        if method == "iotax_queryTransactionBlocks":
            block = {"digest": digest, "effects": {"modifiedAtVersions": used}}
            return {"data": [block], "nextCursor": None, "hasNextPage": False}
        return None

    answering(iota, monkeypatch, nameless)
    with pytest.raises(UncertainOutcome):
        await sdk.send_amount(story.pin, TARGET["iota_other"], "1", network="iota_other", payment_id="p1")
    assert [one.state for one in await sdk.pending_payments()] == [PaymentState.UNKNOWN]


@pytest.mark.parametrize("cursor", [7, {}, [], "x" * 100_000])
@pytest.mark.parametrize("method", ["iotax_queryTransactionBlocks", "iotax_getCoins"])
async def test_a_place_to_go_on_from_that_is_none(
    ready: ReadySdk,
    story: Story,
    services: Services,
    monkeypatch: pytest.MonkeyPatch,
    method: str,
    cursor: Any,
) -> None:
    sdk = await ready()

    def endless(asked: str, _: list[Any]) -> Any:
        return {"data": [], "nextCursor": cursor, "hasNextPage": True} if asked == method else None

    answering(services.iota, monkeypatch, endless)
    call = (
        sdk.send_amount(story.pin, TARGET["iota_other"], "1", network="iota_other")
        if method == "iotax_getCoins"
        else sdk.get_wallet_tx_list(story.pin, 0, 10, network="iota_other")
    )
    with pytest.raises(EtopayError) as raised:
        await call
    assert raised.value.code == "node_error"


@pytest.mark.parametrize("data", [None, {}, "x", 7])
async def test_a_list_of_transactions_that_is_none(
    ready: ReadySdk, story: Story, services: Services, monkeypatch: pytest.MonkeyPatch, data: Any
) -> None:
    sdk = await ready()
    page = {"data": data, "nextCursor": None, "hasNextPage": False, "coinType": COIN}
    answering(
        services.iota,
        monkeypatch,
        lambda method, _: page if method == "iotax_queryTransactionBlocks" else None,
    )
    assert await code_of(sdk.get_wallet_tx_list(story.pin, 0, 10, network="iota_other")) == "node_error"
