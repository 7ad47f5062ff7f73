"""A payment that is given up before anything of it is saved is not made afterwards."""

from __future__ import annotations

import asyncio
import time
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest
from etopay_sdk import NetworkTimeout

from tests.sdk.conftest import ReadySdk
from tests.sdk.fake_services import OTHER_EVM, OTHER_IOTA, Services, Story


@pytest.mark.parametrize(
    ("network", "to", "question", "submission"),
    [
        ("ETH", OTHER_EVM, "eth_getTransactionCount", "eth_sendRawTransaction"),
        ("iota_other", OTHER_IOTA, "iotax_getCoins", "iota_executeTransactionBlock"),
    ],
)
async def test_what_ended_while_it_was_prepared_is_not_sent_later(
    ready: ReadySdk,
    story: Story,
    services: Services,
    monkeypatch: pytest.MonkeyPatch,
    network: str,
    to: str,
    question: str,
    submission: str,
) -> None:
    sdk = await ready(read=10, send=1)
    handle, slow = services.handle, True

    def slowly(request: BaseHTTPRequestHandler, body: Any) -> None:
        if slow and isinstance(body, dict) and body.get("method") == question:
            time.sleep(2)
        handle(request, body)

    monkeypatch.setattr(services, "handle", slowly)
    with pytest.raises(NetworkTimeout):
        await sdk.send_amount(story.pin, to, "1", network=network, payment_id="p1")
    assert await sdk.pending_payments() == []
    await asyncio.sleep(3)
    assert submission not in services.requests
    slow = False
    await sdk.send_amount(story.pin, to, "1", network=network, payment_id="p1")
    assert services.requests.count(submission) == 1
