"""A payment is known by its id whatever becomes of the wallet that made it."""

from __future__ import annotations

from typing import Any

import pytest
from etopay_sdk import BackendError, PaymentState, Sdk, UncertainOutcome, ValidationError

from tests.sdk.conftest import OpenSdk, ReadySdk
from tests.sdk.fake_services import TOKEN, Services, Story
from tests.sdk.opened_vault import change
from tests.sdk.test_payment_truth import SUBMIT, TARGET, sent
from tests.sdk.test_vault_files import vault_of

NETWORKS = ["ETH", "iota_other"]
WAYS = ["delete", "replace", "discard"]
LOOKUP = {"ETH": "eth_getTransactionByHash", "iota_other": "iota_getTransactionBlock"}


async def with_wallet(ready: ReadySdk, story: Story, services: Services, way: str) -> Sdk:
    """A wallet that can be removed in this way."""
    sdk = await ready(wallet=way != "discard")
    if way == "discard":
        services.fail("/user/shares", "500", times=1)
        with pytest.raises(BackendError):
            await sdk.create_wallet_from_existing_mnemonic(story.pin, story.phrase)
    return sdk


async def remove(sdk: Sdk, story: Story, way: str) -> None:
    match way:
        case "delete":
            await sdk.delete_wallet(story.pin)
        case "replace":
            await sdk.create_wallet_from_new_mnemonic(story.pin, replace=True)
        case _:
            await sdk.discard_pending_wallet(story.pin)


async def pay(sdk: Sdk, story: Story, network: str) -> str:
    return await sdk.send_amount(story.pin, TARGET[network], "1", network=network, payment_id="p1")


@pytest.mark.parametrize("network", NETWORKS)
@pytest.mark.parametrize("way", WAYS)
async def test_an_unclear_payment_is_not_made_again_after_the_wallet_was_removed(
    ready: ReadySdk, story: Story, services: Services, network: str, way: str
) -> None:
    sdk = await with_wallet(ready, story, services, way)
    services.fail(SUBMIT[network], "drop_after", times=1)
    services.fail(LOOKUP[network], "drop", after=SUBMIT[network])
    with pytest.raises(UncertainOutcome):
        await pay(sdk, story, network)
    await remove(sdk, story, way)
    assert [payment.payment_id for payment in await sdk.pending_payments()] == ["p1"]
    await sdk.create_wallet_from_existing_mnemonic(story.pin, story.phrase, replace=True)
    with pytest.raises(UncertainOutcome):
        await pay(sdk, story, network)
    services.faults.clear()
    tx_id = await pay(sdk, story, network)
    assert [tx.get("hash", tx.get("digest")) for tx in sent(services, network)] == [tx_id]


@pytest.mark.parametrize("network", NETWORKS)
@pytest.mark.parametrize("way", ["delete", "replace"])
async def test_it_is_resolved_and_its_id_refused_without_its_wallet(
    ready: ReadySdk, open_sdk: OpenSdk, story: Story, services: Services, network: str, way: str
) -> None:
    sdk = await ready()
    services.fail(SUBMIT[network], "drop_after", times=1)
    services.fail(LOOKUP[network], "drop", after=SUBMIT[network])
    with pytest.raises(UncertainOutcome):
        await pay(sdk, story, network)
    await remove(sdk, story, way)
    await sdk.close()
    sdk = open_sdk()
    await sdk.init_user("alice")
    await sdk.unlock(story.pin)
    if way == "replace":
        with pytest.raises(ValidationError) as raised:
            await pay(sdk, story, network)
        assert raised.value.code == "payment_id_reused"
    services.faults.clear()
    assert (await sdk.resolve_payment("p1")).state is PaymentState.CONFIRMED
    assert len(sent(services, network)) == 1


async def test_a_settled_payment_keeps_its_outcome(ready: ReadySdk, story: Story, services: Services) -> None:
    sdk = await ready()
    tx_id = await pay(sdk, story, "ETH")
    await sdk.delete_wallet(story.pin)
    await sdk.create_wallet_from_existing_mnemonic(story.pin, story.phrase)
    assert await pay(sdk, story, "ETH") == tx_id
    assert len(services.evm.sent) == 1


async def test_whose_payment_an_earlier_version_made_is_not_guessed(
    ready: ReadySdk, open_sdk: OpenSdk, story: Story, services: Services, folder: Any
) -> None:
    sdk = await ready()
    services.fail("eth_sendRawTransaction", "drop", times=1)
    with pytest.raises(UncertainOutcome):
        await pay(sdk, story, "ETH")
    await sdk.close()

    def without_sender(held: dict[str, Any]) -> None:
        """From before transactions were signed here: nothing tells who paid."""
        assert held["payments"]["p1"].pop("sender")
        held["payments"]["p1"]["evidence"] = {"nonce": 0, "block": 0, "inputs": []}

    change(vault_of(folder), story.pin, without_sender)
    sdk = open_sdk()
    await sdk.init_user("alice")
    await sdk.unlock(story.pin)
    await sdk.refresh_access_token(TOKEN)
    with pytest.raises(UncertainOutcome):
        await pay(sdk, story, "ETH")
    await sdk.delete_wallet(story.pin)
    await sdk.create_wallet_from_existing_mnemonic(story.pin, story.phrase)
    with pytest.raises(ValidationError) as raised:
        await pay(sdk, story, "ETH")
    assert (raised.value.code, services.evm.sent) == ("payment_id_reused", [])


@pytest.mark.parametrize("network", NETWORKS)
@pytest.mark.parametrize("left", [None, ""])
async def test_who_made_a_payment_is_told_by_its_signature(
    ready: ReadySdk,
    open_sdk: OpenSdk,
    story: Story,
    services: Services,
    folder: Any,
    network: str,
    left: str | None,
) -> None:
    sdk = await ready()
    services.fail(SUBMIT[network], "drop_after", times=1)
    services.fail(LOOKUP[network], "drop", after=SUBMIT[network])
    with pytest.raises(UncertainOutcome):
        await pay(sdk, story, network)
    await sdk.close()

    def as_earlier(held: dict[str, Any]) -> None:
        """Without a sender, or with the empty one that a removed wallet left."""
        assert held["payments"]["p1"].pop("sender")
        if left is not None:
            held["payments"]["p1"]["sender"] = left

    change(vault_of(folder), story.pin, as_earlier)
    sdk = open_sdk()
    await sdk.init_user("alice")
    await sdk.unlock(story.pin)
    await sdk.refresh_access_token(TOKEN)
    await sdk.create_wallet_from_new_mnemonic(story.pin, replace=True)
    with pytest.raises(ValidationError) as raised:
        await pay(sdk, story, network)
    assert raised.value.code == "payment_id_reused"
    await sdk.create_wallet_from_existing_mnemonic(story.pin, story.phrase, replace=True)
    with pytest.raises(UncertainOutcome):
        await pay(sdk, story, network)
    services.faults.clear()
    tx_id = await pay(sdk, story, network)
    assert [tx.get("hash", tx.get("digest")) for tx in sent(services, network)] == [tx_id]


@pytest.mark.parametrize("network", NETWORKS)
async def test_of_an_unknown_sender_no_node_is_asked(
    ready: ReadySdk, open_sdk: OpenSdk, story: Story, services: Services, folder: Any, network: str
) -> None:
    sdk = await ready()
    services.fail(SUBMIT[network], "drop", times=1)
    with pytest.raises(UncertainOutcome):
        await pay(sdk, story, network)
    await sdk.close()

    def unreadable(held: dict[str, Any]) -> None:
        payment = held["payments"]["p1"]
        payment |= {"sender": "", "since": ["an earlier start", 0.0]}
        payment["evidence"]["signed"] |= {
            "raw": "0x00",
            "signature": "AA=="[: 4 * (network != "ETH")] or None,
        }

    change(vault_of(folder), story.pin, unreadable)
    sdk = open_sdk()
    await sdk.init_user("alice")
    await sdk.unlock(story.pin)
    before = len(services.requests)
    assert (await sdk.resolve_payment("p1")).state is PaymentState.UNKNOWN
    assert set(services.requests[before:]) == {LOOKUP[network]}


async def test_who_is_removed_from_the_device_leaves_no_payment_behind(
    ready: ReadySdk, story: Story, services: Services
) -> None:
    sdk = await ready()
    services.fail("eth_sendRawTransaction", "drop", times=1)
    with pytest.raises(UncertainOutcome):
        await pay(sdk, story, "ETH")
    await sdk.forget_user("alice")
    await sdk.create_new_user("alice")
    await sdk.init_user("alice")
    await sdk.set_wallet_password(story.pin, story.password)
    assert await sdk.pending_payments() == []
