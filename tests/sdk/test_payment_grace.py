"""How long a payment the chain does not know may still be on its way; these tests take as long."""

from __future__ import annotations

import asyncio
import time
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest
from etopay_sdk import PaymentState, UncertainOutcome

from tests.sdk.conftest import ReadySdk
from tests.sdk.fake_services import OTHER_EVM, OTHER_IOTA, Services, Story
from tests.sdk.test_payment_truth import sent


async def test_the_while_begins_when_the_answer_stays_out_not_with_the_call(
    ready: ReadySdk, story: Story, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    sdk = await ready(read=10, send=60)
    handle = services.handle

    def slowly(request: BaseHTTPRequestHandler, body: Any) -> None:
        method = body.get("method") if isinstance(body, dict) else None
        if method == "eth_estimateGas":
            time.sleep(3)
        if method == "eth_sendRawTransaction":
            time.sleep(4)
            request.close_connection = True
            return
        handle(request, body)

    monkeypatch.setattr(services, "handle", slowly)
    started = time.monotonic()
    with pytest.raises(UncertainOutcome):
        await sdk.send_amount(story.pin, OTHER_EVM, "1", payment_id="p1")
    lost = time.monotonic()
    assert lost - started > 7
    await asyncio.sleep(started + 46.5 - time.monotonic())
    assert (await sdk.resolve_payment("p1")).state is PaymentState.UNKNOWN
    await asyncio.sleep(lost + 46 - time.monotonic())
    assert (await sdk.resolve_payment("p1")).state is PaymentState.NOT_SENT


async def test_a_payment_the_nodes_have_lost_is_handed_over_again(
    ready: ReadySdk, story: Story, services: Services
) -> None:
    sdk = await ready(send=1)
    services.evm.mine = False
    tx_id = await sdk.send_amount(story.pin, OTHER_EVM, "1", payment_id="ETH")
    iota = services.iota
    before = (iota.balance, iota.version)
    # The node executes it, and comes back without it.
    services.fail("iota_getTransactionBlock", "drop")
    digest = await sdk.send_amount(story.pin, OTHER_IOTA, "1", network="iota_other", payment_id="iota")
    assert {payment.state for payment in await sdk.pending_payments()} == {PaymentState.SUBMITTED}
    services.evm.waiting.clear()
    iota.blocks.clear()
    iota.balance, iota.version = before
    services.faults.clear()
    await asyncio.sleep(40)
    for payment_id in ("ETH", "iota"):
        assert (await sdk.resolve_payment(payment_id)).state is PaymentState.SUBMITTED
    assert (services.evm.waiting, iota.blocks) == ([], [])
    await asyncio.sleep(7)
    for payment_id in ("ETH", "iota"):
        await sdk.resolve_payment(payment_id)
    services.evm.mine_waiting()
    for payment_id, name in (("ETH", tx_id), ("iota", digest)):
        found = await sdk.resolve_payment(payment_id)
        assert (found.state, found.tx_id) == (PaymentState.CONFIRMED, name)
    assert [len(sent(services, network)) for network in ("ETH", "iota_other")] == [1, 1]
