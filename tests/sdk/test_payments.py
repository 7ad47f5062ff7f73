"""A payment happens at most once, and its outcome becomes known."""

from __future__ import annotations

import asyncio
import json
from decimal import Decimal
from pathlib import Path

import pytest
from etopay_sdk import (
    InsufficientFunds,
    NetworkError,
    NetworkTimeout,
    NotFound,
    PaymentState,
    StateError,
    UncertainOutcome,
    ValidationError,
)

from tests.sdk.conftest import OpenSdk, ReadySdk
from tests.sdk.fake_services import OTHER_EVM, OTHER_IOTA, TOKEN, Services, Story
from tests.sdk.test_wallet import eventually

TARGETS = [("ETH", OTHER_EVM), ("token", OTHER_EVM), ("iota_other", OTHER_IOTA)]


def chain(services: Services, network: str) -> list[dict[str, object]]:
    return services.iota.sent if network == "iota_other" else services.evm.sent


SUBMIT = {
    "ETH": "eth_sendRawTransaction",
    "token": "eth_sendRawTransaction",
    "iota_other": "iota_executeTransactionBlock",
}


@pytest.mark.parametrize(("network", "target"), TARGETS)
class TestOnEveryNetwork:
    async def test_send(
        self, ready: ReadySdk, story: Story, services: Services, network: str, target: str
    ) -> None:
        sdk = await ready()
        tx_id = await sdk.send_amount(story.pin, target, Decimal("1.5"), network=network, payment_id="p1")
        assert len(chain(services, network)) == 1
        assert (await sdk.resolve_payment("p1")).state is PaymentState.CONFIRMED
        assert await sdk.pending_payments() == []
        found = await sdk.get_wallet_tx_list(story.pin, 0, 10, network=network)
        assert [(tx.transaction_hash, tx.amount, tx.is_sender, tx.network_key) for tx in found] == [
            (tx_id, Decimal("1.5"), True, network)
        ]

    async def test_same_id_pays_once(
        self, ready: ReadySdk, story: Story, services: Services, network: str, target: str
    ) -> None:
        sdk = await ready()
        calls = [sdk.send_amount(story.pin, target, "1", network=network, payment_id="p1") for _ in range(5)]
        outcomes = await asyncio.gather(*calls)
        assert len(set(outcomes)) == 1
        assert await sdk.send_amount(story.pin, target, "1", network=network, payment_id="p1") == outcomes[0]
        assert len(chain(services, network)) == 1
        with pytest.raises(ValidationError) as raised:
            await sdk.send_amount(story.pin, target, "2", network=network, payment_id="p1")
        assert raised.value.code == "payment_id_reused"

    async def test_cancelling_the_awaitable_does_not_lose_the_payment(
        self, ready: ReadySdk, story: Story, services: Services, network: str, target: str
    ) -> None:
        sdk = await ready()
        services.delays[SUBMIT[network]] = 0.2
        task = asyncio.create_task(sdk.send_amount(story.pin, target, "1", network=network, payment_id="p1"))
        while SUBMIT[network] not in services.requests:
            await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await sdk.lock()
        assert await eventually(lambda: len(chain(services, network)) == 1)
        await sdk.unlock(story.pin)
        again = await sdk.send_amount(story.pin, target, "1", network=network, payment_id="p1")
        assert again in str(chain(services, network))
        assert len(chain(services, network)) == 1

    async def test_lost_answer_is_found_on_the_chain(
        self, ready: ReadySdk, story: Story, services: Services, network: str, target: str
    ) -> None:
        sdk = await ready()
        services.fail(SUBMIT[network], "drop_after", times=1)
        tx_id = await sdk.send_amount(story.pin, target, "1", network=network, payment_id="p1")
        assert len(chain(services, network)) == 1
        assert (await sdk.resolve_payment("p1")).tx_id == tx_id

    async def test_lost_request_is_never_repeated(
        self, ready: ReadySdk, story: Story, services: Services, folder: Path, network: str, target: str
    ) -> None:
        sdk = await ready()
        services.fail(SUBMIT[network], "drop", times=1)
        with pytest.raises(UncertainOutcome) as raised:
            await sdk.send_amount(story.pin, target, "1", network=network, payment_id="p1")
        assert (raised.value.payment_id, raised.value.tx_id) == ("p1", None)
        assert [payment.state for payment in await sdk.pending_payments()] == [PaymentState.UNKNOWN]
        with pytest.raises(UncertainOutcome):
            await sdk.send_amount(story.pin, target, "1", network=network, payment_id="p1")
        assert chain(services, network) == []

    async def test_outcome_after_a_restart(
        self,
        ready: ReadySdk,
        open_sdk: OpenSdk,
        story: Story,
        services: Services,
        network: str,
        target: str,
    ) -> None:
        sdk = await ready()
        services.fail(SUBMIT[network], "drop_after")
        asking = "iota_getTransactionBlock" if network == "iota_other" else "eth_getTransactionByHash"
        services.fail(asking, "drop", after=SUBMIT[network])
        with pytest.raises(UncertainOutcome):
            await sdk.send_amount(story.pin, target, "1", network=network, payment_id="p1")
        await sdk.close()

        services.faults.clear()
        again = open_sdk()
        await again.init_user("alice")
        await again.unlock(story.pin)
        settled = await again.resolve_payment("p1")
        assert settled.state is PaymentState.CONFIRMED
        assert settled.tx_id is not None
        assert (
            await again.send_amount(story.pin, target, "1", network=network, payment_id="p1") == settled.tx_id
        )
        assert len(chain(services, network)) == 1

    async def test_unreachable_node_fails_before_anything_is_uncertain(
        self, ready: ReadySdk, story: Story, services: Services, network: str, target: str
    ) -> None:
        sdk = await ready(read=0.5)
        for method in ("eth_estimateGas", "iotax_getCoins"):
            services.fail(method, "hang")
        with pytest.raises(NetworkTimeout):
            await sdk.send_amount(story.pin, target, "1", network=network, payment_id="p1")
        assert await sdk.pending_payments() == []
        services.faults.clear()
        await sdk.send_amount(story.pin, target, "1", network=network, payment_id="p1")

    async def test_too_little_balance(
        self, ready: ReadySdk, story: Story, services: Services, network: str, target: str
    ) -> None:
        sdk = await ready()
        services.evm.balance = 1000
        with pytest.raises(InsufficientFunds):
            await sdk.send_amount(story.pin, target, "100", network=network)
        assert await sdk.pending_payments() == []


class TestEvm:
    async def test_refusal_by_the_node_is_a_failure_at_once(
        self, ready: ReadySdk, story: Story, services: Services
    ) -> None:
        sdk = await ready()
        services.evm.take = lambda raw: services.evm.answer("no_such_method", [])  # type: ignore[method-assign]
        with pytest.raises(NetworkError) as raised:
            await sdk.send_amount(story.pin, OTHER_EVM, "1", payment_id="p1")
        assert raised.value.code == "node_error"
        assert (await sdk.resolve_payment("p1")).state is PaymentState.NOT_SENT

    async def test_slow_block_is_pending_and_then_confirmed(
        self, ready: ReadySdk, story: Story, services: Services
    ) -> None:
        sdk = await ready(send=3)
        services.evm.mine = False
        tx_id = await sdk.send_amount(story.pin, OTHER_EVM, "1", payment_id="p1")
        assert [(p.state, p.tx_id) for p in await sdk.pending_payments()] == [(PaymentState.SUBMITTED, tx_id)]
        assert [tx.status for tx in await sdk.get_wallet_tx_list(story.pin, 0, 9)] == ["Pending"]
        services.evm.mine_waiting()
        assert (await sdk.resolve_payment("p1")).state is PaymentState.CONFIRMED
        assert len(services.evm.sent) == 1

    async def test_nonce_taken_by_another_transaction_proves_it_was_not_sent(
        self, ready: ReadySdk, story: Story, services: Services
    ) -> None:
        sdk = await ready()
        services.fail("eth_sendRawTransaction", "drop", times=1)
        with pytest.raises(UncertainOutcome):
            await sdk.send_amount(story.pin, OTHER_EVM, "1", payment_id="p1")
        await sdk.send_amount(story.pin, OTHER_EVM, "2", payment_id="p2")
        assert (await sdk.resolve_payment("p1")).state is PaymentState.NOT_SENT
        # It cannot come any more, so that asking for it again makes it, once.
        for _ in range(2):
            await sdk.send_amount(story.pin, OTHER_EVM, "1", payment_id="p1")
        assert len(services.evm.sent) == 2

    async def test_data_travels_along(self, ready: ReadySdk, story: Story, services: Services) -> None:
        sdk = await ready()
        await sdk.send_amount(story.pin, OTHER_EVM, "1", b"hi")
        assert services.evm.sent[0]["input"] == "0x6869"

    async def test_different_networks_at_once_never_mix(
        self, ready: ReadySdk, story: Story, services: Services
    ) -> None:
        sdk = await ready()
        calls = [
            sdk.send_amount(story.pin, target, "1", network=network)
            for network, target in TARGETS
            for _ in "ab"
        ]
        await asyncio.gather(*calls)
        assert (len(services.evm.sent), len(services.iota.sent)) == (4, 2)
        tokens = [tx for tx in services.evm.sent if str(tx["input"]).startswith("0xa9059cbb")]
        assert len(tokens) == 2


class TestPurchases:
    async def make(self, sdk: object, network: str) -> str:
        return await sdk.create_purchase_request(  # type: ignore[attr-defined,no-any-return]
            "bob", "0.1", "hash", json.dumps({"a": 1}), "CLIK", network=network
        )

    async def test_round_trip(self, ready: ReadySdk, story: Story, services: Services) -> None:
        sdk = await ready()
        purchase = await self.make(sdk, "ETH")
        details = await sdk.get_purchase_details(purchase)
        assert (details.amount, details.status.state, details.network.key) == (Decimal("0.1"), "Valid", "ETH")
        await sdk.confirm_purchase_request(story.pin, purchase)
        await sdk.confirm_purchase_request(story.pin, purchase)
        assert len(services.evm.sent) == 1
        assert bytes.fromhex(str(services.evm.sent[0]["input"])[2:]).decode() == purchase
        assert services.committed == [(purchase, services.evm.sent[0]["hash"])]
        (listed,) = await sdk.get_tx_list(0, 10)
        assert (listed.sender, listed.receiver, listed.amount) == ("alice", "bob", Decimal("0.1"))
        assert listed.application_metadata is not None
        assert listed.application_metadata.reason == "LIKE"

    async def test_failed_report_never_pays_twice(
        self, ready: ReadySdk, story: Story, services: Services
    ) -> None:
        sdk = await ready()
        purchase = await self.make(sdk, "ETH")
        services.fail("/transactions/commit", "500", times=2)
        for _ in range(2):
            with pytest.raises(UncertainOutcome) as raised:
                await sdk.confirm_purchase_request(story.pin, purchase)
            assert raised.value.tx_id == services.evm.sent[0]["hash"]
        assert [p.purchase_id for p in await sdk.pending_payments()] == [purchase]
        await sdk.refresh_access_token(TOKEN)
        assert await eventually(lambda: len(services.committed) > 0)
        await sdk.confirm_purchase_request(story.pin, purchase)
        assert len(services.evm.sent) == 1
        assert set(services.committed) == {(purchase, services.evm.sent[0]["hash"])}

    async def test_only_valid_purchases_are_paid(
        self, ready: ReadySdk, story: Story, services: Services
    ) -> None:
        sdk = await ready()
        purchase = await self.make(sdk, "ETH")
        services.purchases[purchase]["status"] = {"Invalid": ["ReceiverNotVerified"]}
        details = await sdk.get_purchase_details(purchase)
        assert details.status.reasons == ("ReceiverNotVerified",)
        with pytest.raises(StateError) as raised:
            await sdk.confirm_purchase_request(story.pin, purchase)
        assert raised.value.code == "invalid_purchase"
        assert services.evm.sent == []

    async def test_a_purchase_cannot_bring_its_own_node(
        self, ready: ReadySdk, story: Story, services: Services
    ) -> None:
        sdk = await ready()
        purchase = await self.make(sdk, "ETH")
        for change in ({"decimals": 6}, {"protocol": {"Evm": {"chain_id": 1}}}, {"key": "other"}):
            services.purchase_network = change
            with pytest.raises((ValidationError, NotFound)):
                await sdk.confirm_purchase_request(story.pin, purchase)
        assert services.evm.sent == []
        services.purchase_network = {"node_urls": ["http://127.0.0.1:1/evil"]}
        await sdk.confirm_purchase_request(story.pin, purchase)
        assert len(services.evm.sent) == 1
