"""What was not paid is paid once when the same id is asked for again, and what was paid is reported."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from etopay_sdk import InsufficientFunds, NetworkError, PaymentState, UncertainOutcome, ValidationError

from tests.sdk.conftest import OpenSdk, ReadySdk
from tests.sdk.fake_chain import RpcError
from tests.sdk.fake_services import OTHER_EVM, TOKEN, Services, Story
from tests.sdk.test_payment_truth import OTHER_IOTA, TARGET, sent, stranger
from tests.sdk.test_purchase_retry import Refusing, ask
from tests.sdk.test_signing import answering
from tests.sdk.test_swaps import begun

NETWORKS = ["ETH", "iota_other"]


@pytest.mark.parametrize("network", NETWORKS)
class TestNotSent:
    async def test_the_same_transaction_is_handed_over_again(
        self, ready: ReadySdk, story: Story, services: Services, network: str
    ) -> None:
        sdk = await ready()
        node = Refusing(services, network)
        for _ in range(2):
            with pytest.raises(NetworkError):
                await sdk.send_amount(story.pin, TARGET[network], "1", network=network, payment_id="p1")
            assert (await sdk.resolve_payment("p1")).state is PaymentState.NOT_SENT
        node.on = False
        paid = [
            await sdk.send_amount(story.pin, TARGET[network], "1", network=network, payment_id="p1")
            for _ in range(2)
        ]
        assert (len(set(paid)), len(set(node.kept)), len(sent(services, network))) == (1, 1, 1)

    async def test_one_that_came_late_is_not_paid_again(
        self, ready: ReadySdk, story: Story, services: Services, network: str
    ) -> None:
        sdk = await ready()
        node = Refusing(services, network)
        with pytest.raises(NetworkError):
            await sdk.send_amount(story.pin, TARGET[network], "1", network=network, payment_id="p1")
        late = node.accept(node.kept[0])
        node.on = False
        again = await sdk.send_amount(story.pin, TARGET[network], "1", network=network, payment_id="p1")
        assert (again, len(node.kept), len(sent(services, network))) == (late, 1, 1)

    async def test_another_one_is_signed_only_when_the_first_is_dead(
        self, ready: ReadySdk, story: Story, services: Services, network: str
    ) -> None:
        sdk = await ready()
        node = Refusing(services, network)
        with pytest.raises(NetworkError):
            await sdk.send_amount(story.pin, TARGET[network], "1", network=network, payment_id="p1")
        node.on = False
        await sdk.send_amount(story.pin, TARGET[network], "2", network=network, payment_id="p2")
        await sdk.send_amount(story.pin, TARGET[network], "1", network=network, payment_id="p1")
        assert (len(set(node.kept)), len(sent(services, network))) == (3, 2)
        with pytest.raises(RpcError):
            node.accept(node.kept[0])


async def test_too_little_money_at_the_node_and_enough_later(
    ready: ReadySdk, story: Story, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    sdk = await ready()
    accept = services.evm.take

    def refuse(_: str) -> str:
        raise RpcError(-32000, "insufficient funds for gas * price + value")

    monkeypatch.setattr(services.evm, "take", refuse)
    with pytest.raises(InsufficientFunds):
        await sdk.send_amount(story.pin, OTHER_EVM, "1", payment_id="p1")
    monkeypatch.setattr(services.evm, "take", accept)
    tx_id = await sdk.send_amount(story.pin, OTHER_EVM, "1", payment_id="p1")
    assert [tx["hash"] for tx in services.evm.sent] == [tx_id]


@pytest.mark.parametrize("data", [None, b"", b"something"])
@pytest.mark.parametrize("amount", ["0", "0.000"])
async def test_nothing_is_no_amount(
    ready: ReadySdk, story: Story, services: Services, amount: str, data: bytes | None
) -> None:
    sdk = await ready()
    services.requests.clear()
    for network, target in {"ETH": OTHER_EVM, "token": OTHER_EVM, "iota_other": OTHER_IOTA}.items():
        if network == "ETH" and data:
            continue
        with pytest.raises(ValidationError) as raised:
            await sdk.send_amount(story.pin, target, amount, data, payment_id="p1", network=network)
        assert (raised.value.code, raised.value.details["reason"]) == ("invalid_amount", "it is zero")
    assert services.requests == []
    if data:
        await sdk.send_amount(story.pin, OTHER_EVM, amount, data, payment_id="p1", network="ETH")
        assert [tx["value"] for tx in services.evm.sent] == ["0x0"]


async def test_another_chain_proves_nothing_about_a_payment(
    ready: ReadySdk, story: Story, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    sdk = await ready()
    services.fail("eth_sendRawTransaction", "drop", times=1)
    with pytest.raises(UncertainOutcome):
        await sdk.send_amount(story.pin, OTHER_EVM, "1", payment_id="p1")
    # There the address has used the nonce for something else.
    stranger(services)
    elsewhere = True
    answering(
        services.evm, monkeypatch, lambda method, _: "0x1" if elsewhere and method == "eth_chainId" else None
    )
    assert (await sdk.resolve_payment("p1")).state is PaymentState.UNKNOWN
    # Nor when the network in the list is that chain by now.
    networks = services.networks()
    networks[0]["protocol"] = {"Evm": {"chain_id": 1}}
    monkeypatch.setattr(services, "networks", lambda: networks)
    await sdk.set_networks([])
    await sdk.get_networks()
    assert (await sdk.resolve_payment("p1")).state is PaymentState.UNKNOWN
    elsewhere = False
    assert (await sdk.resolve_payment("p1")).state is PaymentState.NOT_SENT


async def committed(services: Services, seconds: float) -> int:
    """The reports that have come, at the latest after this time."""
    for _ in range(int(seconds * 10)):
        if services.committed:
            break
        await asyncio.sleep(0.1)
    return len(services.committed)


async def test_a_report_that_fails_more_than_once_is_made_in_the_end(
    ready: ReadySdk, story: Story, services: Services
) -> None:
    sdk = await ready()
    purchase = await ask(sdk, "ETH")
    services.fail("/transactions/commit", "500", times=2)
    with pytest.raises(UncertainOutcome):
        await sdk.confirm_purchase_request(story.pin, purchase)
    assert await committed(services, 14) == 1
    assert await sdk.pending_payments() == []


async def test_a_report_is_made_up_for_when_the_token_came_before_the_pin(
    ready: ReadySdk, open_sdk: OpenSdk, story: Story, services: Services
) -> None:
    sdk = await ready()
    purchase = await ask(sdk, "ETH")
    services.fail("/transactions/commit", "500", times=1)
    with pytest.raises(UncertainOutcome):
        await sdk.confirm_purchase_request(story.pin, purchase)
    await sdk.close()
    again = open_sdk()
    await again.init_user("alice")
    await again.refresh_access_token(TOKEN)
    assert await committed(services, 1) == 0
    await again.unlock(story.pin)
    assert await committed(services, 4) == 1


async def test_a_withdrawal_by_the_id_of_another_payment_makes_no_contract(
    ready: ReadySdk, story: Story, services: Services
) -> None:
    sdk: Any = await begun(ready, story)
    await sdk.send_amount(story.pin, OTHER_EVM, "1", payment_id="p1", network="ETH")
    with pytest.raises(ValidationError) as raised:
        await sdk.create_withdrawal_with_viviswap("1", story.pin, payment_id="p1", network="ETH")
    assert raised.value.code == "payment_id_reused"
    assert (services.exchange.contracts, len(services.evm.sent)) == ([], 1)
