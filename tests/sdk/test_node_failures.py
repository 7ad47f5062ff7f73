"""What a node says of one transaction, or fails to say, and coins it describes badly."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from etopay_sdk import EtopayError, NetworkError, NotFound

from tests.sdk.conftest import ReadySdk
from tests.sdk.fake_chain import RpcError
from tests.sdk.fake_services import OTHER_EVM, OTHER_IOTA, Services, Story

UNKNOWN = "0x" + "12" * 32


@pytest.mark.parametrize("kind", ["500", "html", "drop"])
@pytest.mark.parametrize("network", ["ETH", "token", "iota_other"])
async def test_a_node_that_fails_is_no_proof_that_there_is_no_transaction(
    ready: ReadySdk, story: Story, services: Services, network: str, kind: str
) -> None:
    sdk = await ready()
    asked = "1" * 32 if network == "iota_other" else UNKNOWN
    for method in ("eth_getTransactionByHash", "iota_getTransactionBlock"):
        services.fail(method, kind)
    with pytest.raises(NetworkError) as raised:
        await sdk.get_wallet_tx(story.pin, asked, network=network)
    assert raised.value.code == "network_error"
    assert "hello" not in repr(raised.value.details)


async def test_the_code_of_a_refusal_is_told(
    ready: ReadySdk, story: Story, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(method: str, params: list[Any]) -> Any:
        raise RpcError(-32005, "too many requests, call 0800 for a token")

    sdk = await ready()
    for chain in (services.evm, services.iota):
        monkeypatch.setattr(chain, "answer", refuse)
    for network, asked in (("ETH", UNKNOWN), ("iota_other", "1" * 32)):
        with pytest.raises(EtopayError) as raised:
            await sdk.get_wallet_tx(story.pin, asked, network=network)
        assert (raised.value.code, raised.value.details["rpc_code"]) == ("node_error", -32005)
        assert "0800" not in repr(raised.value.details)


def coin(services: Services) -> str:
    return services.evm.receive(10**18)


def contract_that_was_made(services: Services) -> str:
    received = services.evm.receive(10**18)
    services.evm.blocks[-1]["transactions"][0]["to"] = None
    return received


@pytest.mark.parametrize(
    ("network", "asked", "missing"),
    [
        *(
            (network, text, "transaction")
            for network in ("ETH", "token", "iota_other")
            for text in ("", "?", "0x12", "zz" * 32)
        ),
        ("token", coin, "transfer"),
        ("ETH", contract_that_was_made, "transfer"),
    ],
)
async def test_what_is_not_there_is_named(
    ready: ReadySdk,
    story: Story,
    services: Services,
    network: str,
    asked: str | Callable[[Services], str],
    missing: str,
) -> None:
    sdk = await ready()
    with pytest.raises(NotFound) as raised:
        await sdk.get_wallet_tx(
            story.pin, asked if isinstance(asked, str) else asked(services), network=network
        )
    assert raised.value.details["what"] == missing


async def test_a_coin_that_was_sent_is_one_on_its_own_network(
    ready: ReadySdk, story: Story, services: Services
) -> None:
    sdk = await ready()
    assert (await sdk.get_wallet_tx(story.pin, coin(services), network="ETH")).amount == 1


async def test_another_transaction_than_the_one_asked_for_is_not_shown(
    ready: ReadySdk, story: Story, services: Services
) -> None:
    sdk = await ready()
    received = services.iota.receive(10**9)
    services.spoil = lambda answer: {**answer, "digest": "2" * 32} if "digest" in answer else answer
    with pytest.raises(EtopayError) as raised:
        await sdk.get_wallet_tx(story.pin, received, network="iota_other")
    assert raised.value.code == "node_error"


@pytest.mark.parametrize(
    "change",
    [
        {"digest": "0OIl"},
        {"digest": "11"},
        {"coinObjectId": "0x" + "11" * 33},
        {"coinObjectId": "nonsense"},
        {"version": "-1"},
        {"balance": "much"},
    ],
)
async def test_a_coin_that_cannot_be_read_is_not_spent(
    ready: ReadySdk, story: Story, services: Services, change: dict[str, str]
) -> None:
    def spoiled(answer: Any) -> Any:
        if isinstance(answer, dict) and "hasNextPage" in answer:
            return {**answer, "data": [coin | change for coin in answer["data"]]}
        return answer

    sdk = await ready()
    services.spoil = spoiled
    with pytest.raises(EtopayError) as raised:
        await sdk.send_amount(story.pin, OTHER_IOTA, "1", network="iota_other", payment_id="p1")
    assert raised.value.code == "node_error"
    assert services.iota.sent == []
    services.spoil = None
    assert await sdk.send_amount(story.pin, OTHER_IOTA, "1", network="iota_other", payment_id="p2")


async def test_small_coins_only_cannot_pay_the_fee(
    ready: ReadySdk, story: Story, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    honest = services.iota.answer

    def many(method: str, params: list[Any]) -> Any:
        answer = honest(method, params)
        if method == "iotax_getCoins":
            (coin,) = answer["data"]
            small = [coin | {"coinObjectId": "0x" + f"{n:064x}", "balance": "1000"} for n in range(1, 60)]
            answer["data"] = small
        return answer

    sdk = await ready()
    monkeypatch.setattr(services.iota, "answer", many)
    with pytest.raises(EtopayError) as raised:
        await sdk.send_amount(story.pin, OTHER_IOTA, "0.00001", network="iota_other", payment_id="p1")
    assert raised.value.code == "insufficient_funds"
    assert services.iota.sent == []


async def test_a_chain_that_was_started_anew_is_searched_from_its_new_head(
    ready: ReadySdk, story: Story, services: Services
) -> None:
    sdk = await ready()
    for _ in range(30):
        services.evm.add_block([])
    await sdk.get_wallet_tx_list(story.pin, 0, 10)
    del services.evm.blocks[1:]
    received = services.evm.receive(10**18, OTHER_EVM)
    found = await sdk.get_wallet_tx_list(story.pin, 0, 10)
    assert [tx.transaction_hash for tx in found] == [received]
