"""Answers made to do harm: too long, too large, of another shape. A typed error or a value, at once."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from etopay_sdk import BackendError, EtopayError, NetworkError, NotFound, ValidationError

from tests.sdk.conftest import ReadySdk
from tests.sdk.fake_services import OTHER_IOTA, Services, Story

LONG = "a" * 200_000
"""Decoded as base58 this takes a minute of a core."""
MOMENT = 5
"""Seconds of computing, which do not pass while other programs have the machine."""
LARGE = "0" * (33 << 20)


def answering(chain: Any, monkeypatch: pytest.MonkeyPatch, method: str, change: Callable[[Any], Any]) -> None:
    """Let a node spoil what it answers to one method."""
    honest = chain.answer

    def answer(asked: str, params: list[Any]) -> Any:
        found = honest(asked, params)
        return change(found) if asked == method else found

    monkeypatch.setattr(chain, "answer", answer)


class TestLongDigests:
    async def test_of_a_checkpoint(
        self, ready: ReadySdk, story: Story, services: Services, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        sdk = await ready()
        digest = services.iota.receive(1)
        answering(services.iota, monkeypatch, "iota_getCheckpoint", lambda found: {**found, "digest": LONG})
        began = time.process_time()
        found = await sdk.get_wallet_tx(story.pin, digest, network="iota_other")
        assert found.block_number_hash is None
        assert time.process_time() - began < MOMENT

    async def test_of_a_coin(
        self, ready: ReadySdk, story: Story, services: Services, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        sdk = await ready()

        def change(page: Any) -> Any:
            return {**page, "data": [{**coin, "digest": LONG} for coin in page["data"]]}

        answering(services.iota, monkeypatch, "iotax_getCoins", change)
        began = time.process_time()
        for call in (sdk.estimate_gas, sdk.send_amount):
            with pytest.raises(NetworkError) as raised:
                await call(story.pin, OTHER_IOTA, "1", network="iota_other")
            assert raised.value.code == "node_error"
        assert time.process_time() - began < MOMENT

    async def test_of_a_transaction(
        self, ready: ReadySdk, story: Story, services: Services, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        sdk = await ready()
        began = time.process_time()
        with pytest.raises(NotFound):
            await sdk.get_wallet_tx(story.pin, LONG, network="iota_other")
        services.iota.receive(1)
        answering(
            services.iota,
            monkeypatch,
            "iotax_queryTransactionBlocks",
            lambda page: {**page, "data": [{"digest": LONG}] * 3},
        )
        assert await sdk.get_wallet_tx_list(story.pin, 0, 5, network="iota_other") == []
        assert time.process_time() - began < MOMENT


@pytest.mark.parametrize("answer", ["text", 1, True, [], ["data"], {}, {"data": 1}, {"hasNextPage": True}])
async def test_a_list_of_another_shape(
    ready: ReadySdk, story: Story, services: Services, monkeypatch: pytest.MonkeyPatch, answer: Any
) -> None:
    sdk = await ready()
    answering(services.iota, monkeypatch, "iotax_getCoins", lambda _: answer)
    with pytest.raises(NetworkError) as raised:
        await sdk.estimate_gas(story.pin, OTHER_IOTA, "1", network="iota_other")
    assert raised.value.code == "node_error"


@pytest.mark.parametrize(
    ("network", "method"),
    [
        ("ETH", "eth_getTransactionByHash"),
        ("token", "eth_getTransactionByHash"),
        ("ETH", "eth_getTransactionReceipt"),
        ("iota_other", "iota_getTransactionBlock"),
    ],
)
async def test_a_large_answer_of_a_node(
    ready: ReadySdk,
    story: Story,
    services: Services,
    monkeypatch: pytest.MonkeyPatch,
    network: str,
    method: str,
) -> None:
    sdk = await ready()
    chain = services.iota if network == "iota_other" else services.evm
    to = OTHER_IOTA if network == "iota_other" else "0x" + "ee" * 20
    sent = await sdk.send_amount(story.pin, to, "1", network=network)
    answering(chain, monkeypatch, method, lambda found: {**found, "more": LARGE})
    with pytest.raises(NetworkError):
        await sdk.get_wallet_tx(story.pin, sent, network=network)


async def test_a_large_answer_of_the_backend(
    ready: ReadySdk, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    sdk = await ready()
    honest = services._backend
    monkeypatch.setattr(
        services, "_backend", lambda *asked: (200, {**(honest(*asked)[1] or {}), "more": LARGE})
    )
    with pytest.raises(BackendError):
        await sdk.has_wallet_at_server()


@pytest.mark.parametrize(
    "change",
    [
        lambda tx: {**tx, "hash": "0x" + "77" * 32},
        lambda tx: {**tx, "to": None},
        lambda tx: {**tx, "from": LONG},
        lambda tx: {**tx, "value": "0x" + "f" * 70},
    ],
)
async def test_an_odd_transfer(
    ready: ReadySdk,
    story: Story,
    services: Services,
    monkeypatch: pytest.MonkeyPatch,
    change: Callable[[Any], Any],
) -> None:
    sdk = await ready()
    received = services.evm.receive(1)
    answering(services.evm, monkeypatch, "eth_getTransactionByHash", change)
    with pytest.raises(EtopayError) as raised:
        await sdk.get_wallet_tx(story.pin, received)
    assert raised.value.code in {"node_error", "not_found"}


async def test_texts_from_outside_are_cut(
    ready: ReadySdk, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    sdk = await ready()
    monkeypatch.setattr(
        services, "networks", lambda: [{**Services.networks(services)[0], "key": "ä" * 70_000}]
    )
    await sdk.set_networks([])
    with pytest.raises(ValidationError) as raised:
        # Offline the known ones would do.
        await sdk.get_networks()
    assert raised.value.details["network"] == "ä" * 128
