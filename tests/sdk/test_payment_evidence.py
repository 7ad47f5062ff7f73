"""Lagging, forgetful and confused nodes: what they say is weighed before a payment counts as not made."""

from __future__ import annotations

from collections.abc import Awaitable
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest
from etopay_sdk import EtopayError, PaymentState, Sdk, UncertainOutcome

from tests.sdk.conftest import OpenSdk, ReadySdk
from tests.sdk.fake_chain import COIN, RpcError
from tests.sdk.fake_services import OTHER_EVM, OTHER_IOTA, Services, Story
from tests.sdk.opened_vault import change
from tests.sdk.test_payment_truth import SUBMIT, TARGET, sent, stranger
from tests.sdk.test_purchase_retry import Refusing, ask
from tests.sdk.test_signing import answering, coin
from tests.sdk.test_vault_files import vault_of

NETWORKS = ["ETH", "iota_other"]


async def state(sdk: Sdk, payment_id: str) -> PaymentState:
    return (await sdk.resolve_payment(payment_id)).state


async def code_of(call: Awaitable[object]) -> str | None:
    """The code it fails with."""
    try:
        await call
    except EtopayError as error:
        return error.code
    return None


def taken_but_refused(services: Services, network: str, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A node that takes what it says it refuses; the hashes it took."""
    chain = services.iota if network == "iota_other" else services.evm
    accept, taken = chain.take, list[str]()

    def take(raw: str) -> str:
        taken.append(accept(raw))
        if len(taken) == 1:
            raise RpcError(-32000, "something after the execution")
        return taken[-1]

    monkeypatch.setattr(chain, "take", take)
    return taken


def coins_of(*coins: dict[str, str]) -> dict[str, Any]:
    return {"data": list(coins), "nextCursor": None, "hasNextPage": False}


async def test_a_nonce_taken_by_something_that_waits_is_not_free(
    ready: ReadySdk, story: Story, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    sdk = await ready()
    services.evm.mine = False
    taken_but_refused(services, "ETH", monkeypatch)
    find = services.evm._find

    def mined_only(name: str) -> dict[str, Any] | None:
        """What waits is counted by the node, and not shown."""
        found = find(name)
        return None if found in services.evm.waiting else found

    monkeypatch.setattr(services.evm, "_find", mined_only)
    with pytest.raises(UncertainOutcome):
        await sdk.send_amount(story.pin, OTHER_EVM, "1", payment_id="p1")
    assert await state(sdk, "p1") is PaymentState.UNKNOWN
    services.evm.mine_waiting()
    assert await state(sdk, "p1") is PaymentState.CONFIRMED


@pytest.mark.parametrize("kind", ["forgotten digest", "older coins", "other coins", "short id"])
async def test_a_list_of_coins_proves_no_death(
    ready: ReadySdk, story: Story, services: Services, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    sdk = await ready()
    purchase = await ask(sdk, "iota_other")
    asked = 0
    node: Refusing | None = None
    if kind == "forgotten digest":
        taken = taken_but_refused(services, "iota_other", monkeypatch)
    else:
        node = Refusing(services, "iota_other")

    def change(method: str, params: list[Any]) -> Any:
        nonlocal asked
        if kind == "forgotten digest":
            if method == "iota_getTransactionBlock" and params[0] in taken[:1]:
                raise RpcError(-32602, "Could not find the referenced transaction")
        elif method == "iotax_getCoins":
            asked += 1
            paid_with = coin(0x11, 10**10) | {"coinObjectId": "0x11"}
            if asked == 1:
                return coins_of(paid_with | {"version": "8"})
            match kind:
                case "older coins":
                    return coins_of(paid_with)
                case "other coins":
                    return coins_of(coin(0x22, 10**10))
                case "short id":
                    return coins_of(paid_with | {"version": "8", "coinObjectId": "0x" + "0" * 62 + "11"})
        return None

    answering(services.iota, monkeypatch, change)
    codes = [await code_of(sdk.confirm_purchase_request(story.pin, purchase)) for _ in range(2)]
    if kind in ("older coins", "other coins"):
        assert codes == ["uncertain_outcome"] * 2
    if node is None:
        assert (len(services.iota.sent), len(services.committed)) == (1, 1)
        assert len(taken) == 1
    else:
        assert len(set(node.kept)) == 1
        expected = PaymentState.NOT_SENT if kind == "short id" else PaymentState.UNKNOWN
        assert await state(sdk, f"purchase:{purchase}") is expected


async def test_who_used_the_coins_is_looked_for_behind_many_other_transactions(
    ready: ReadySdk, story: Story, services: Services
) -> None:
    sdk = await ready()

    def others(count: int, what: str) -> None:
        for number in range(count):
            services.iota._block(services.iota.account, [("0x" + "aa" * 32, 1)], f"{what} {number}".encode())

    others(120, "before")
    node = Refusing(services, "iota_other")
    purchase = await ask(sdk, "iota_other")
    with pytest.raises(EtopayError):
        await sdk.confirm_purchase_request(story.pin, purchase)
    # All that came before used older versions of its coins: one page tells.
    assert services.requests.count("iotax_queryTransactionBlocks") == 1
    others(120, "after")
    node.on = False
    await sdk.confirm_purchase_request(story.pin, purchase)
    assert len(set(node.kept)) == 2


@pytest.mark.parametrize("network", NETWORKS)
async def test_an_error_in_the_answer_of_a_gateway_is_no_refusal(
    ready: ReadySdk, story: Story, services: Services, monkeypatch: pytest.MonkeyPatch, network: str
) -> None:
    sdk = await ready()
    handle = services.handle

    def gateway(request: BaseHTTPRequestHandler, body: Any) -> None:
        if isinstance(body, dict) and body.get("method") == SUBMIT[network]:
            error = {"code": -32000, "message": "no healthy upstream"}
            services._reply(request, 504, {"jsonrpc": "2.0", "id": 1, "error": error})
        else:
            handle(request, body)

    monkeypatch.setattr(services, "handle", gateway)
    with pytest.raises(UncertainOutcome):
        await sdk.send_amount(story.pin, TARGET[network], "1", network=network, payment_id="p1")
    assert await state(sdk, "p1") is PaymentState.UNKNOWN


@pytest.mark.parametrize(
    ("network", "code", "message", "expected"),
    [
        ("ETH", -32002, "too slow", PaymentState.UNKNOWN),
        ("ETH", -32003, "rejected", PaymentState.UNKNOWN),
        ("ETH", -32000, "nonce too low", PaymentState.UNKNOWN),
        ("ETH", -32000, "Request timed out", PaymentState.UNKNOWN),
        ("ETH", -32000, "upstream timeout", PaymentState.UNKNOWN),
        ("ETH", -32000, "context deadline exceeded", PaymentState.UNKNOWN),
        ("ETH", -32000, "transaction underpriced", PaymentState.NOT_SENT),
        ("iota_other", -32002, "not valid", PaymentState.NOT_SENT),
        ("iota_other", -32050, "not valid", PaymentState.UNKNOWN),
    ],
)
async def test_what_counts_as_a_refusal(
    ready: ReadySdk,
    story: Story,
    services: Services,
    monkeypatch: pytest.MonkeyPatch,
    network: str,
    code: int,
    message: str,
    expected: PaymentState,
) -> None:
    sdk = await ready()

    def refuse(_: str) -> str:
        raise RpcError(code, message)

    monkeypatch.setattr(services.iota if network == "iota_other" else services.evm, "take", refuse)
    with pytest.raises(EtopayError):
        await sdk.send_amount(story.pin, TARGET[network], "1", network=network, payment_id="p1")
    assert await state(sdk, "p1") is expected


@pytest.mark.parametrize("finality", [None, 3])
async def test_a_rival_near_the_head_proves_nothing_yet(
    ready: ReadySdk, story: Story, services: Services, finality: int | None
) -> None:
    sdk = await ready()
    services.evm.finality = finality
    purchase = await ask(sdk, "ETH")
    node = Refusing(services, "ETH")
    with pytest.raises(EtopayError):
        await sdk.confirm_purchase_request(story.pin, purchase)
    node.on = False
    stranger(services)
    deep = 12 if finality is None else finality
    for _ in range(deep - 1):
        services.evm.add_block([])
    with pytest.raises(UncertainOutcome):
        await sdk.confirm_purchase_request(story.pin, purchase)
    assert len(node.kept) == 1
    services.evm.add_block([])
    await sdk.confirm_purchase_request(story.pin, purchase)
    assert len(set(node.kept)) == 2


async def test_a_payment_of_ours_that_used_the_nonce_is_found_without_its_block(
    ready: ReadySdk, story: Story, services: Services
) -> None:
    sdk = await ready()
    services.fail("eth_sendRawTransaction", "drop", times=1)
    with pytest.raises(UncertainOutcome):
        await sdk.send_amount(story.pin, OTHER_EVM, "1", payment_id="p1")
    await sdk.send_amount(story.pin, OTHER_EVM, "2", payment_id="p2")
    before = len(services.requests)
    services.evm.finality = None
    for _ in range(12):
        services.evm.add_block([])
    assert await state(sdk, "p1") is PaymentState.NOT_SENT
    assert "eth_getBlockByNumber" not in services.requests[before:]


@pytest.mark.parametrize("network", NETWORKS)
@pytest.mark.parametrize("answer", [None, {}, "0x" + "00" * 32, {"digest": "another"}])
async def test_an_answer_for_another_transaction_leaves_the_outcome_open(
    ready: ReadySdk,
    story: Story,
    services: Services,
    monkeypatch: pytest.MonkeyPatch,
    network: str,
    answer: Any,
) -> None:
    sdk = await ready(send=2)
    purchase = await ask(sdk, network)
    handle = services.handle

    def confused(request: BaseHTTPRequestHandler, body: Any) -> None:
        if isinstance(body, dict) and body.get("method") == SUBMIT[network]:
            services._reply(request, 200, {"jsonrpc": "2.0", "id": 1, "result": answer})
        else:
            handle(request, body)

    monkeypatch.setattr(services, "handle", confused)
    with pytest.raises(UncertainOutcome):
        await sdk.confirm_purchase_request(story.pin, purchase)
    assert await state(sdk, f"purchase:{purchase}") is PaymentState.UNKNOWN
    assert services.committed == []


async def test_the_highest_block_number_there_is(
    ready: ReadySdk, story: Story, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    sdk = await ready()
    services.fail("eth_sendRawTransaction", "drop", times=1)

    def change(method: str, params: list[Any]) -> Any:
        if method == "eth_blockNumber":
            return hex(2**64 - 1)
        if method == "eth_getTransactionCount" and params[1] != "pending":
            return "0x5" if params[1] == "latest" else None
        if method == "eth_getBlockByNumber" and params[0].startswith("0xff"):
            return {"number": params[0], "transactions": []}
        return None

    answering(services.evm, monkeypatch, change)
    with pytest.raises(UncertainOutcome):
        await sdk.send_amount(story.pin, OTHER_EVM, "1", payment_id="p1")
    assert await state(sdk, "p1") is PaymentState.UNKNOWN


async def test_coins_on_later_pages_pay_as_well(
    ready: ReadySdk, story: Story, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    sdk = await ready(send=2)
    dust = [coin(number, 1) for number in range(1, 51)]
    handed: list[str] = []

    def change(method: str, params: list[Any]) -> Any:
        if method == "iotax_getCoins":
            first = {"data": dust, "nextCursor": "x", "hasNextPage": True}
            return first if params[2] is None else coins_of(coin(0x99, 10**12))
        if method == "iotax_getBalance":
            return {"coinType": COIN, "coinObjectCount": 51, "totalBalance": str(10**12 + 50)}
        if method == "iota_executeTransactionBlock":
            handed.append(params[0])
            raise RpcError(-32002, "no")
        return None

    answering(services.iota, monkeypatch, change)
    with pytest.raises(EtopayError) as raised:
        await sdk.send_amount(story.pin, OTHER_IOTA, "1", network="iota_other")
    assert (raised.value.code, len(handed)) == ("node_error", 1)
    assert sent(services, "iota_other") == []


@pytest.mark.parametrize("network", NETWORKS)
@pytest.mark.parametrize("known", [True, False])
async def test_a_payment_recorded_before_transactions_were_signed_here(
    ready: ReadySdk,
    open_sdk: OpenSdk,
    story: Story,
    services: Services,
    folder: Path,
    network: str,
    known: bool,
) -> None:
    sdk = await ready()
    tx_id = await sdk.send_amount(story.pin, TARGET[network], "1", network=network, payment_id="p1")
    await sdk.close()

    def as_before(held: dict[str, Any]) -> None:
        payment = held["payments"]["p1"]
        payment["evidence"] = {"nonce": 0, "block": 0, "inputs": []}
        payment |= {"stage": "submitted", "tx_id": tx_id} if known else {"stage": "unknown", "tx_id": None}

    change(vault_of(folder), story.pin, as_before)
    again = open_sdk()
    await again.init_user("alice")
    await again.unlock(story.pin)
    assert [payment.payment_id for payment in await again.pending_payments()] == ["p1"]
    assert await state(again, "p1") is (PaymentState.CONFIRMED if known else PaymentState.UNKNOWN)
    assert len(sent(services, network)) == 1
