"""Nodes and explorer over HTTP."""

import re
from decimal import Decimal

import httpx
import pytest

from sandbox.services.chain import ETH, EURX, IOTA_TESTNET, ChainHub

EVM_ADDRESS = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266"
IOTA_ADDRESS = "0x" + "ab" * 32


def call(method: str, *values: object) -> dict[str, object]:
    return {"jsonrpc": "2.0", "id": 0, "method": method, "params": list(values)}


@pytest.mark.parametrize(
    ("key", "method", "expected"),
    [
        (ETH, "eth_chainId", "0x7a69"),
        (EURX, "eth_chainId", "0x7a69"),
        (IOTA_TESTNET, "iotax_getReferenceGasPrice", "1000"),
    ],
)
async def test_nodes(client: httpx.AsyncClient, key: str, method: str, expected: str) -> None:
    answer = await client.post(f"/nodes/{key}", json=call(method))
    assert answer.status_code == 200
    assert answer.json() == {"jsonrpc": "2.0", "id": 0, "result": expected}


async def test_params_may_be_missing(client: httpx.AsyncClient) -> None:
    body = {"jsonrpc": "2.0", "id": 3, "method": "eth_chainId"}
    assert (await client.post("/nodes/ETH", json=body)).json()["result"] == "0x7a69"


async def test_batch_error_notification_and_unknown_network(client: httpx.AsyncClient) -> None:
    batch = await client.post("/nodes/ETH", json=[call("eth_chainId"), call("eth_nothing")])
    assert [one.get("error", {}).get("code") for one in batch.json()] == [None, -32601]
    wrong = await client.post("/nodes/ETH", content=b"nonsense")
    assert (wrong.status_code, wrong.json()["error"]["code"]) == (200, -32700)
    silent = await client.post("/nodes/ETH", json={"jsonrpc": "2.0", "method": "eth_chainId"})
    assert (silent.status_code, silent.content) == (200, b"")
    assert (await client.post("/nodes/DOGE", json=call("eth_chainId"))).status_code == 404
    assert (await client.post("/nodes/ETH", content=b" " * 3_000_000)).status_code == 413


@pytest.mark.parametrize(
    ("key", "address", "amount"),
    [
        (ETH, EVM_ADDRESS, "1.5 ETH"),
        (EURX, EVM_ADDRESS, "1.5 EURX"),
        (IOTA_TESTNET, IOTA_ADDRESS, "1.5 IOTA"),
    ],
)
async def test_explorer_pages(
    client: httpx.AsyncClient, hub: ChainHub, key: str, address: str, amount: str
) -> None:
    empty = await client.get(f"/explorer/{key}/address/{address}")
    assert "There are no transfers yet." in empty.text
    tx_id = await hub.fund(key, address, Decimal("1.5"))
    for path in ("", f"/address/{address}", f"/tx/{tx_id}"):
        page = await client.get(f"/explorer/{key}{path}")
        assert page.status_code == 200
        assert amount in page.text
        assert f"/explorer/{key}/tx/{tx_id}" in page.text
        assert 'name="viewport"' in page.text
        assert "default-src 'none'" in page.headers["content-security-policy"]
    assert "Succeeded" in page.text
    assert re.search(r"<dt>Fee</dt><dd>0\.0\d+[1-9] (ETH|IOTA)</dd>", page.text)


async def test_explorer_tells_failures_and_waiting(client: httpx.AsyncClient, hub: ChainHub) -> None:
    await hub.set_block_interval(3600)
    tx_id = await hub.fund(ETH, EVM_ADDRESS, Decimal(1))
    assert "Waiting" in (await client.get(f"/explorer/ETH/tx/{tx_id}")).text
    created = await client.post("/nodes/ETH", json=call("eth_getBlockByNumber", "0x1", False))
    (deployment,) = created.json()["result"]["transactions"]
    assert "New contract" in (await client.get(f"/explorer/EURX/tx/{deployment}")).text


async def test_calldata_is_shown_as_text_and_escaped(client: httpx.AsyncClient, hub: ChainHub) -> None:
    await hub.transfer(ETH, EVM_ADDRESS, Decimal(1), data=b"<script>alert(1)</script>")
    await hub.transfer(ETH, EVM_ADDRESS, Decimal(1), data=b"\x00\xff")
    page = (await client.get("/explorer/ETH")).text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script" not in page
    assert "0x00ff" in page


@pytest.mark.parametrize(
    "path",
    ["ETH/tx/0x12", f"ETH/tx/0x{'0' * 64}", "ETH/address/<b>", f"{IOTA_TESTNET}/tx/{'1' * 32}", "DOGE"],
)
async def test_explorer_of_unknown_things(client: httpx.AsyncClient, path: str) -> None:
    page = await client.get(f"/explorer/{path}")
    assert page.status_code == 404
    assert "<b>" not in page.text
