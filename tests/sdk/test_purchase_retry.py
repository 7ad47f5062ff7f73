"""A purchase that was not paid can be paid later, and never twice."""

from __future__ import annotations

import asyncio
import json
import random
import time
from pathlib import Path
from typing import Any

import pytest
from etopay_sdk import (
    EtopayError,
    InsufficientFunds,
    NetworkError,
    PaymentNotSent,
    PaymentState,
    StateError,
    UncertainOutcome,
    ValidationError,
)

from tests.sdk.conftest import OpenSdk, ReadySdk
from tests.sdk.fake_chain import RpcError
from tests.sdk.fake_services import OTHER_EVM, TOKEN, Services, Story
from tests.sdk.test_crash import kill_after_ready, start
from tests.sdk.test_signing import answering

NETWORKS = ["ETH", "iota_other"]
SUBMIT = {"ETH": "eth_sendRawTransaction", "iota_other": "iota_executeTransactionBlock"}
LOOKUP = {"ETH": "eth_getTransactionByHash", "iota_other": "iota_getTransactionBlock"}


async def ask(sdk: Any, network: str) -> str:
    return str(await sdk.create_purchase_request("bob", "0.1", "h", json.dumps({}), "CLIK", network=network))


def sent(services: Services, network: str) -> list[dict[str, Any]]:
    return services.iota.sent if network == "iota_other" else services.evm.sent


class Refusing:
    """A node that refuses what it gets; it may have kept it all the same."""

    def __init__(self, services: Services, network: str) -> None:
        self.chain = services.iota if network == "iota_other" else services.evm
        self.accept = self.chain.take
        self.kept: list[str] = []
        self.on = True
        self.chain.take = self.take  # type: ignore[method-assign]

    def take(self, raw: str) -> str:
        self.kept.append(raw)
        if self.on:
            raise RpcError(-32000, "no")
        return self.accept(raw)


async def refused(sdk: Any, story: Story, services: Services, network: str) -> tuple[str, Refusing]:
    """A purchase whose payment the node has refused, and the node, which goes on refusing."""
    purchase = await ask(sdk, network)
    node = Refusing(services, network)
    with pytest.raises(NetworkError):
        await sdk.confirm_purchase_request(story.pin, purchase)
    return purchase, node


@pytest.mark.parametrize("network", NETWORKS)
class TestAfterARefusal:
    async def test_it_is_paid_by_the_same_transaction(
        self, ready: ReadySdk, story: Story, services: Services, network: str
    ) -> None:
        sdk = await ready()
        purchase = await ask(sdk, network)
        node = Refusing(services, network)
        for _ in range(2):
            with pytest.raises(NetworkError):
                await sdk.confirm_purchase_request(story.pin, purchase)
            assert (await sdk.resolve_payment(f"purchase:{purchase}")).state is PaymentState.NOT_SENT
        node.on = False
        await sdk.confirm_purchase_request(story.pin, purchase)
        await sdk.confirm_purchase_request(story.pin, purchase)
        assert len(set(node.kept)) == 1
        assert len(sent(services, network)) == 1
        assert [index for index, _ in services.committed] == [purchase]

    async def test_a_refused_one_that_comes_late_is_found_and_not_paid_again(
        self, ready: ReadySdk, story: Story, services: Services, network: str
    ) -> None:
        sdk = await ready()
        purchase, node = await refused(sdk, story, services, network)
        node.accept(node.kept[0])
        await sdk.confirm_purchase_request(story.pin, purchase)
        assert len(node.kept) == 1
        assert len(sent(services, network)) == 1
        assert len(services.committed) == 1

    async def test_another_one_is_signed_when_the_first_is_dead(
        self, ready: ReadySdk, story: Story, services: Services, network: str
    ) -> None:
        sdk = await ready()
        purchase, node = await refused(sdk, story, services, network)
        node.on = False
        target = "0x" + "ee" * 32 if network == "iota_other" else OTHER_EVM
        await sdk.send_amount(story.pin, target, "1", network=network)
        await sdk.confirm_purchase_request(story.pin, purchase)
        assert len(set(node.kept)) == 3
        assert len(sent(services, network)) == 2
        # The first one, should anybody still have it, is worthless.
        with pytest.raises(RpcError):
            node.accept(node.kept[0])

    async def test_without_an_answer_of_the_chain_nothing_is_sent(
        self, ready: ReadySdk, story: Story, services: Services, network: str
    ) -> None:
        sdk = await ready()
        purchase, node = await refused(sdk, story, services, network)
        services.fail(LOOKUP[network], "503")
        with pytest.raises(EtopayError):
            await sdk.confirm_purchase_request(story.pin, purchase)
        assert len(node.kept) == 1

    async def test_a_purchase_that_is_no_longer_valid_is_not_paid(
        self, ready: ReadySdk, story: Story, services: Services, network: str
    ) -> None:
        sdk = await ready()
        purchase, node = await refused(sdk, story, services, network)
        services.purchases[purchase]["status"] = {"Invalid": ["Expired"]}
        with pytest.raises(StateError):
            await sdk.confirm_purchase_request(story.pin, purchase)
        services.purchases[purchase] |= {"status": "Valid", "amount": "0.2"}
        with pytest.raises(ValidationError):
            await sdk.confirm_purchase_request(story.pin, purchase)
        assert len(node.kept) == 1

    async def test_from_another_address_it_is_another_payment(
        self, ready: ReadySdk, story: Story, services: Services, network: str
    ) -> None:
        sdk = await ready()
        purchase, node = await refused(sdk, story, services, network)
        node.on = False
        # A used address: there, the nonce or the coins of the first payment are gone.
        await sdk.set_wallet_derivation_options(0, 1)
        with pytest.raises(ValidationError) as raised:
            await sdk.confirm_purchase_request(story.pin, purchase)
        assert raised.value.code == "payment_id_reused"
        await sdk.set_wallet_derivation_options(0, 0)
        await sdk.confirm_purchase_request(story.pin, purchase)
        assert len(set(node.kept)) == 1
        assert len(sent(services, network)) == 1

    async def test_a_late_answer_of_the_chain_does_not_undo_a_newer_state(
        self,
        ready: ReadySdk,
        story: Story,
        services: Services,
        monkeypatch: pytest.MonkeyPatch,
        network: str,
    ) -> None:
        sdk = await ready()
        purchase, node = await refused(sdk, story, services, network)
        node.on = False
        handle = services.handle
        # The last question of a look.
        slow = ["pending" if network == "ETH" else "iotax_getCoins"]

        def slowly(request: Any, body: Any) -> None:
            if not isinstance(body, dict) or not slow or slow[0] not in (body.get("method"), *body["params"]):
                handle(request, body)
                return
            slow.clear()
            answer = node.chain.answer(body["method"], body["params"])
            time.sleep(2)
            services._reply(request, 200, {"jsonrpc": "2.0", "id": 1, "result": answer})

        monkeypatch.setattr(services, "handle", slowly)
        late = asyncio.create_task(sdk.resolve_payment(f"purchase:{purchase}"))
        await asyncio.sleep(0.5)
        await sdk.confirm_purchase_request(story.pin, purchase)
        assert (await late).state is PaymentState.CONFIRMED
        await sdk.confirm_purchase_request(story.pin, purchase)
        assert len(sent(services, network)) == 1


async def test_a_reverted_one_is_paid_anew_once_that_is_final(
    ready: ReadySdk, story: Story, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    sdk = await ready()
    services.evm.finality = None
    purchase = await ask(sdk, "ETH")
    receipt = services.evm._receipt

    def first_reverted(name: str) -> dict[str, Any] | None:
        found = receipt(name)
        is_first = name == services.evm.sent[0]["hash"]
        return found | {"status": "0x0"} if found and is_first else found

    monkeypatch.setattr(services.evm, "_receipt", first_reverted)
    for _ in range(2):
        with pytest.raises(PaymentNotSent):
            await sdk.confirm_purchase_request(story.pin, purchase)
    for _ in range(12):
        services.evm.add_block([])
    for _ in range(2):
        await sdk.confirm_purchase_request(story.pin, purchase)
    assert len(services.evm.sent) == 2
    assert services.committed == [(purchase, services.evm.sent[1]["hash"])]


async def test_one_that_failed_on_iota_is_paid_anew(
    ready: ReadySdk, story: Story, services: Services
) -> None:
    sdk = await ready()
    purchase = await ask(sdk, "iota_other")
    services.fail("iota_executeTransactionBlock", "drop_after", times=1)
    services.fail("iota_getTransactionBlock", "drop", after="iota_executeTransactionBlock")
    with pytest.raises(UncertainOutcome):
        await sdk.confirm_purchase_request(story.pin, purchase)
    services.faults.clear()
    services.iota.sent[0]["effects"]["status"] = {"status": "failure", "error": "InsufficientGas"}
    assert (await sdk.resolve_payment(f"purchase:{purchase}")).state is PaymentState.FAILED
    await sdk.confirm_purchase_request(story.pin, purchase)
    await sdk.confirm_purchase_request(story.pin, purchase)
    assert len(services.iota.sent) == 2
    assert services.committed == [(purchase, services.iota.sent[1]["digest"])]


@pytest.mark.parametrize("mined", ["first", "second"])
async def test_with_fees_too_low_it_is_paid_by_the_same_nonce_with_higher_ones(
    ready: ReadySdk, story: Story, services: Services, monkeypatch: pytest.MonkeyPatch, mined: str
) -> None:
    sdk = await ready()
    purchase = await ask(sdk, "ETH")
    node = Refusing(services, "ETH")
    dear = {"baseFeePerGas": [hex(9 * 10**9)] * 3, "reward": [[hex(10**9)]] * 2}
    answering(
        services.evm,
        monkeypatch,
        lambda method, _: dear if method == "eth_feeHistory" and node.kept else None,
    )
    for _ in range(3):
        with pytest.raises(NetworkError):
            await sdk.confirm_purchase_request(story.pin, purchase)
    cheap, dearer = dict.fromkeys(node.kept)
    assert node.kept == [cheap, dearer, dearer]
    # Either may come in the end, and whichever does is found.
    node.accept(cheap if mined == "first" else dearer)
    with pytest.raises(RpcError):
        node.accept(dearer if mined == "first" else cheap)
    await sdk.confirm_purchase_request(story.pin, purchase)
    assert len(services.evm.sent) == 1
    assert services.committed == [(purchase, services.evm.sent[0]["hash"])]
    assert len(node.kept) == 3


async def test_too_little_money_first_and_enough_later(
    ready: ReadySdk, story: Story, services: Services
) -> None:
    sdk = await ready()
    purchase = await ask(sdk, "ETH")
    services.evm.balance = 1000
    with pytest.raises(InsufficientFunds):
        await sdk.confirm_purchase_request(story.pin, purchase)
    services.evm.balance = 10**20
    await sdk.confirm_purchase_request(story.pin, purchase)
    assert len(services.evm.sent) == 1


async def test_an_open_outcome_is_no_reason_to_pay_again(
    ready: ReadySdk, story: Story, services: Services
) -> None:
    sdk = await ready()
    purchase = await ask(sdk, "ETH")
    services.fail("eth_sendRawTransaction", "drop", times=1)
    for _ in range(3):
        with pytest.raises(UncertainOutcome):
            await sdk.confirm_purchase_request(story.pin, purchase)
    assert services.evm.sent == []


async def test_an_ordinary_payment_that_was_reverted_keeps_its_outcome(
    ready: ReadySdk, story: Story, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    sdk = await ready()
    receipt = services.evm._receipt

    def reverted(name: str) -> dict[str, Any] | None:
        found = receipt(name)
        return found and found | {"status": "0x0"}

    monkeypatch.setattr(services.evm, "_receipt", reverted)
    for _ in range(2):
        tx_id = await sdk.send_amount(story.pin, OTHER_EVM, "1", payment_id="p1")
    assert [tx["hash"] for tx in services.evm.sent] == [tx_id]


@pytest.mark.parametrize("network", NETWORKS)
@pytest.mark.parametrize("fault", ["drop", "drop_after", None])
async def test_kill_during_a_second_try(
    ready: ReadySdk,
    open_sdk: OpenSdk,
    story: Story,
    services: Services,
    folder: Path,
    network: str,
    fault: str | None,
) -> None:
    seed = random.randrange(2**32)
    print(f"seed {seed}")
    sdk = await ready()
    purchase, node = await refused(sdk, story, services, network)
    await sdk.close()
    node.on = False
    if fault:
        services.fail(SUBMIT[network], fault, times=1)
    delay = random.Random(seed).uniform(0, 0.15)
    kill_after_ready(start("confirm", services, folder, purchase), delay)
    time.sleep(0.1)

    services.faults.clear()
    sdk = open_sdk()
    await sdk.init_user("alice")
    await sdk.unlock(story.pin)
    await sdk.refresh_access_token(TOKEN)
    try:
        await sdk.confirm_purchase_request(story.pin, purchase)
    except UncertainOutcome:
        assert sent(services, network) == []
    else:
        assert len(sent(services, network)) == 1
        assert {index for index, _ in services.committed} == {purchase}
    # However often it was handed over, there is one transaction only.
    assert len(set(node.kept)) == 1
