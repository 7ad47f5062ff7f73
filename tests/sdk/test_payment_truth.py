"""What became of a payment is said only on evidence; nothing else passes for "not sent"."""

from __future__ import annotations

import asyncio
import json
import time
from typing import Any

import pytest
from etopay_sdk import NetworkError, PaymentNotSent, PaymentState, UncertainOutcome, ValidationError

from tests.sdk.conftest import ReadySdk
from tests.sdk.fake_chain import RpcError
from tests.sdk.fake_services import OTHER_EVM, OTHER_IOTA, Services, Story

SUBMIT = {"ETH": "eth_sendRawTransaction", "iota_other": "iota_executeTransactionBlock"}
TARGET = {"ETH": OTHER_EVM, "iota_other": OTHER_IOTA}


def sent(services: Services, network: str) -> list[dict[str, Any]]:
    return services.iota.sent if network == "iota_other" else services.evm.sent


@pytest.mark.parametrize(
    ("network", "asked"),
    [
        ("ETH", "eth_getTransactionByHash"),
        ("ETH", "eth_getTransactionReceipt"),
        ("iota_other", "iota_getTransactionBlock"),
    ],
)
async def test_an_answer_of_something_in_between_proves_nothing(
    ready: ReadySdk, story: Story, services: Services, network: str, asked: str
) -> None:
    sdk = await ready()
    services.fail(SUBMIT[network], "drop_after", times=1)
    # A gateway that answers 503 with JSON of its own.
    services.fail(asked, "503", after=SUBMIT[network])
    with pytest.raises(UncertainOutcome):
        await sdk.send_amount(story.pin, TARGET[network], "1", network=network, payment_id="p1")
    assert [payment.state for payment in await sdk.pending_payments()] == [PaymentState.UNKNOWN]
    services.faults.clear()
    assert (await sdk.resolve_payment("p1")).state is PaymentState.CONFIRMED
    assert len(sent(services, network)) == 1


@pytest.mark.parametrize(
    ("network", "code", "message"),
    [
        ("ETH", -32603, "upstream timed out"),
        ("iota_other", -32050, "timed out before reaching finality"),
    ],
)
async def test_an_error_that_is_no_refusal_keeps_the_outcome_open(
    ready: ReadySdk,
    story: Story,
    services: Services,
    monkeypatch: pytest.MonkeyPatch,
    network: str,
    code: int,
    message: str,
) -> None:
    sdk = await ready()
    chain = services.iota if network == "iota_other" else services.evm
    late: list[str] = []

    def take_and_complain(raw: str) -> str:
        late.append(raw)
        raise RpcError(code, message)

    accept = chain.take
    monkeypatch.setattr(chain, "take", take_and_complain)
    with pytest.raises(UncertainOutcome):
        await sdk.send_amount(story.pin, TARGET[network], "1", network=network, payment_id="p1")
    # The node had taken it all the same.
    accept(late[0])
    assert (await sdk.resolve_payment("p1")).state is PaymentState.CONFIRMED
    assert len(sent(services, network)) == 1


@pytest.mark.parametrize(
    ("network", "asked"),
    [
        ("ETH", "eth_getTransactionByHash"),
        ("ETH", "eth_getTransactionCount"),
        ("iota_other", "iota_getTransactionBlock"),
        ("iota_other", "iotax_getCoins"),
        ("iota_other", "iotax_queryTransactionBlocks"),
    ],
)
async def test_a_refusal_counts_only_when_the_chain_agrees(
    ready: ReadySdk,
    story: Story,
    services: Services,
    monkeypatch: pytest.MonkeyPatch,
    network: str,
    asked: str,
) -> None:
    sdk = await ready()
    chain = services.iota if network == "iota_other" else services.evm

    def refuse(_: str) -> str:
        raise RpcError(-32000, "no")

    monkeypatch.setattr(chain, "take", refuse)
    services.fail(asked, "503", after=SUBMIT[network])
    with pytest.raises(UncertainOutcome):
        await sdk.send_amount(story.pin, TARGET[network], "1", network=network, payment_id="p1")
    assert [payment.state for payment in await sdk.pending_payments()] == [PaymentState.UNKNOWN]


@pytest.mark.parametrize("network", ["ETH", "iota_other"])
async def test_one_that_was_refused_and_comes_late_is_found(
    ready: ReadySdk, story: Story, services: Services, monkeypatch: pytest.MonkeyPatch, network: str
) -> None:
    sdk = await ready()
    chain = services.iota if network == "iota_other" else services.evm
    accept, kept = chain.take, []

    def refuse(raw: str) -> str:
        kept.append(raw)
        raise RpcError(-32000, "no")

    monkeypatch.setattr(chain, "take", refuse)
    with pytest.raises(NetworkError):
        await sdk.send_amount(story.pin, TARGET[network], "1", network=network, payment_id="p1")
    services.fail("eth_getTransactionByHash", "drop")
    services.fail("iota_getTransactionBlock", "drop")
    assert (await sdk.resolve_payment("p1")).state is PaymentState.NOT_SENT
    services.faults.clear()
    assert (await sdk.resolve_payment("p1")).state is PaymentState.NOT_SENT
    tx_id = accept(kept[0])
    found = await sdk.resolve_payment("p1")
    assert (found.state, found.tx_id) == (PaymentState.CONFIRMED, tx_id)
    assert len(sent(services, network)) == 1


async def test_a_node_that_already_has_it_has_taken_it(
    ready: ReadySdk, story: Story, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    sdk = await ready()
    accept = services.evm.take

    def take_and_complain(raw: str) -> str:
        accept(raw)
        raise RpcError(-32000, "already known")

    monkeypatch.setattr(services.evm, "take", take_and_complain)
    tx_id = await sdk.send_amount(story.pin, OTHER_EVM, "1", payment_id="p1")
    assert [tx["hash"] for tx in services.evm.sent] == [tx_id]


def stranger(services: Services) -> str:
    """A transaction of another device with the same phrase, by the first nonce."""
    evm, name = services.evm, "0x" + "77" * 32
    evm.add_block([evm._tx(name, 0, evm.account.lower(), "0x" + "cd" * 20, 5, "0x")])
    return name


async def test_another_device_that_was_faster_keeps_a_payment_from_being_made(
    ready: ReadySdk, story: Story, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    sdk = await ready()
    answer = services.evm.answer

    def interleaved(method: str, params: list[Any]) -> Any:
        found = answer(method, params)
        if method == "eth_blockNumber" and not services.evm.sent:
            # Between our look at the nonce and our submission the other device uses it.
            stranger(services)
        return found

    monkeypatch.setattr(services.evm, "answer", interleaved)
    services.fail("eth_sendRawTransaction", "drop_after", times=1)
    with pytest.raises(NetworkError):
        await sdk.send_amount(story.pin, OTHER_EVM, "1", payment_id="p1")
    assert (await sdk.resolve_payment("p1")).state is PaymentState.NOT_SENT
    assert await sdk.send_amount(story.pin, OTHER_EVM, "1", payment_id="p2") == services.evm.sent[1]["hash"]
    assert len(services.evm.sent) == 2


async def test_a_nonce_used_by_something_else_proves_that_it_was_not_sent(
    ready: ReadySdk, story: Story, services: Services
) -> None:
    sdk = await ready()
    services.fail("eth_sendRawTransaction", "drop", times=1)
    with pytest.raises(UncertainOutcome):
        await sdk.send_amount(story.pin, OTHER_EVM, "1", payment_id="p1")
    assert (await sdk.resolve_payment("p1")).state is PaymentState.UNKNOWN
    stranger(services)
    assert (await sdk.resolve_payment("p1")).state is PaymentState.NOT_SENT


async def test_a_block_the_node_does_not_have_proves_nothing(
    ready: ReadySdk, story: Story, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    sdk = await ready()
    services.fail("eth_sendRawTransaction", "drop", times=1)
    with pytest.raises(UncertainOutcome):
        await sdk.send_amount(story.pin, OTHER_EVM, "1", payment_id="p1")
    stranger(services)
    answer = services.evm.answer

    def forgetful(method: str, params: list[Any]) -> Any:
        return None if method == "eth_getBlockByNumber" else answer(method, params)

    monkeypatch.setattr(services.evm, "answer", forgetful)
    with pytest.raises(NetworkError):
        await sdk.resolve_payment("p1")
    assert [payment.state for payment in await sdk.pending_payments()] == [PaymentState.UNKNOWN]
    monkeypatch.setattr(services.evm, "answer", answer)
    assert (await sdk.resolve_payment("p1")).state is PaymentState.NOT_SENT


async def test_many_later_payments_do_not_hide_an_iota_payment(
    ready: ReadySdk, story: Story, services: Services
) -> None:
    sdk = await ready()
    services.fail("iota_executeTransactionBlock", "drop_after", times=1)
    services.fail("iota_getTransactionBlock", "drop", after="iota_executeTransactionBlock")
    with pytest.raises(UncertainOutcome):
        await sdk.send_amount(story.pin, OTHER_IOTA, "1", network="iota_other", payment_id="p1")
    for number in range(60):
        services.iota._block(services.iota.account, [("0x" + "aa" * 32, 1)], f"later {number}".encode())
    services.faults.clear()
    assert (await sdk.resolve_payment("p1")).state is PaymentState.CONFIRMED


async def test_a_full_disk_after_the_submission_does_not_hide_the_payment(
    ready: ReadySdk, story: Story, services: Services, folder: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    sdk = await ready()
    (user,) = (folder / "users").iterdir()
    accept = services.evm.take

    def take(raw: str) -> str:
        (user / "vault.new").mkdir()
        return accept(raw)

    monkeypatch.setattr(services.evm, "take", take)
    tx_id = await sdk.send_amount(story.pin, OTHER_EVM, "1", payment_id="p1")
    (user / "vault.new").rmdir()
    assert (await sdk.resolve_payment("p1")).tx_id == tx_id
    assert await sdk.send_amount(story.pin, OTHER_EVM, "1", payment_id="p1") == tx_id
    assert len(services.evm.sent) == 1


async def test_a_reverted_purchase_is_no_success(
    ready: ReadySdk, story: Story, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    sdk = await ready()
    receipt = services.evm._receipt

    def reverted(name: str) -> dict[str, Any] | None:
        found = receipt(name)
        return None if found is None else found | {"status": "0x0"}

    monkeypatch.setattr(services.evm, "_receipt", reverted)
    services.evm.finality = None
    purchase = await sdk.create_purchase_request("bob", "0.1", "hash", json.dumps({}), "CLIK", network="ETH")
    for _ in range(2):
        with pytest.raises(PaymentNotSent):
            await sdk.confirm_purchase_request(story.pin, purchase)
    assert len(services.evm.sent) == 1
    assert services.committed == []


async def test_a_failing_report_does_not_hide_what_the_chain_said(
    ready: ReadySdk, story: Story, services: Services
) -> None:
    sdk = await ready()
    purchase = await sdk.create_purchase_request("bob", "0.1", "hash", json.dumps({}), "CLIK", network="ETH")
    services.fail("/transactions/commit", "500")
    with pytest.raises(UncertainOutcome) as raised:
        await sdk.confirm_purchase_request(story.pin, purchase)
    found = await sdk.resolve_payment(raised.value.payment_id)
    assert (found.state, found.committed) == (PaymentState.CONFIRMED, False)


async def test_merging_coins_may_cost_nothing(
    ready: ReadySdk, story: Story, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    sdk = await ready()
    answer = services.iota.answer

    def rebated(method: str, params: list[Any]) -> Any:
        found = answer(method, params)
        if method == "iota_dryRunTransactionBlock":
            found["effects"]["gasUsed"]["storageRebate"] = "9000000"
        return found

    monkeypatch.setattr(services.iota, "answer", rebated)
    gas = await sdk.estimate_gas(story.pin, OTHER_IOTA, "1", network="iota_other")
    assert (gas.gas_limit, gas.max_fee_per_gas) == (0, 0)


@pytest.mark.parametrize("network", ["ETH", "token"])
async def test_nothing_is_signed_for_a_node_of_another_chain(
    ready: ReadySdk, story: Story, services: Services, monkeypatch: pytest.MonkeyPatch, network: str
) -> None:
    sdk = await ready()
    answer = services.evm.answer

    def other_chain(method: str, params: list[Any]) -> Any:
        return hex(1) if method == "eth_chainId" else answer(method, params)

    monkeypatch.setattr(services.evm, "answer", other_chain)
    with pytest.raises(ValidationError) as raised:
        await sdk.send_amount(story.pin, OTHER_EVM, "1", network=network, payment_id="p1")
    assert raised.value.code == "invalid_network"
    assert (services.evm.sent, await sdk.pending_payments()) == ([], [])


async def test_a_lost_request_counts_as_not_sent_after_a_while_by_the_clock_of_the_system_start(
    ready: ReadySdk, story: Story, services: Services
) -> None:
    sdk = await ready()
    started = time.monotonic()
    for network, target in TARGET.items():
        services.fail(SUBMIT[network], "drop", times=1)
        with pytest.raises(UncertainOutcome):
            await sdk.send_amount(story.pin, target, "1", network=network, payment_id=network)
    await asyncio.sleep(40 - (time.monotonic() - started))
    for network in TARGET:
        assert (await sdk.resolve_payment(network)).state is PaymentState.UNKNOWN
    await asyncio.sleep(48 - (time.monotonic() - started))
    for network in TARGET:
        assert (await sdk.resolve_payment(network)).state is PaymentState.NOT_SENT
    assert await sdk.pending_payments() == []
