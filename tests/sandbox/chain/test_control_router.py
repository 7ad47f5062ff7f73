"""/_sandbox/chains: what is ordered there is what a wallet then sees over JSON-RPC."""

from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest
from etopay_sandbox_evm import Transaction, address_of_key
from fastapi import FastAPI

from sandbox.core.errors import install_handlers
from sandbox.services.chain import ETH, EURX, IOTA_MAINNET, IOTA_TESTNET, ChainHub, router
from tests.sandbox.chain.makers import BOB, GWEI, HARDHAT_KEY, FakeClock

WALLET = address_of_key(HARDHAT_KEY)
IOTA_ADDRESS = "0x" + "ab" * 32
CHAINS = "/_sandbox/chains"


def client_of(hub: ChainHub) -> httpx.AsyncClient:
    app = FastAPI()
    install_handlers(app)
    app.include_router(router(hub))
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://sandbox")


@pytest.fixture
async def client(hub: ChainHub) -> AsyncIterator[httpx.AsyncClient]:
    await hub.fund(ETH, WALLET, Decimal(10))
    async with client_of(hub) as client:
        yield client


async def rpc(client: httpx.AsyncClient, method: str, *values: object) -> Any:
    body = {"jsonrpc": "2.0", "id": 0, "method": method, "params": list(values)}
    return (await client.post("/nodes/ETH", json=body)).json()["result"]


async def pay(client: httpx.AsyncClient, value: int, **changes: Any) -> str:
    fields: dict[str, Any] = {
        "chain_id": 31337,
        "nonce": int(await rpc(client, "eth_getTransactionCount", WALLET, "pending"), 16),
        "to": BOB,
        "value": value,
        "data": b"",
        "gas_limit": 21_000,
        "max_fee_per_gas": 5 * GWEI,
        "max_priority_fee_per_gas": GWEI,
    }
    raw = Transaction.sign(key=HARDHAT_KEY, **(fields | changes)).encode()
    tx_hash: str = await rpc(client, "eth_sendRawTransaction", "0x" + raw.hex())
    return tx_hash


async def status(client: httpx.AsyncClient, tx_hash: str) -> str | None:
    receipt = await rpc(client, "eth_getTransactionReceipt", tx_hash)
    return None if receipt is None else receipt["status"]


async def test_mining_by_hand(client: httpx.AsyncClient) -> None:
    answer = await client.put(f"{CHAINS}/ETH/mining", json={"mode": "manual"})
    assert (answer.status_code, answer.json()) == (200, {"mode": "manual", "seconds": None})
    tx_hash = await pay(client, 5)
    assert await status(client, tx_hash) is None
    shown = (await client.get(f"{CHAINS}/EURX")).json()
    assert shown["kind"] == "evm"
    assert [one["tx_id"] for one in shown["waiting"]] == [tx_hash]
    made = (await client.post(f"{CHAINS}/ETH/blocks", json={"count": 2})).json()
    assert made["number"] == shown["newest_block"] + 2
    assert await status(client, tx_hash) == "0x1"
    assert (await client.get(f"{CHAINS}/EURX/mining")).json()["mode"] == "manual"
    assert (await client.get(f"{CHAINS}/{IOTA_MAINNET}/mining")).json() is None


async def test_an_interval_is_followed_and_kept(
    client: httpx.AsyncClient, hub: ChainHub, tmp_path: Path, clock: FakeClock
) -> None:
    await client.put(f"{CHAINS}/ETH/mining", json={"mode": "interval", "seconds": 0.05})
    before = hub.changes
    await pay(client, 5)
    while not [one for one in await hub.transfers(ETH) if one.amount == Decimal(5).scaleb(-18)]:
        assert await hub.wait_for_change(5, since=before)
        before = hub.changes
    await hub.close()
    again = ChainHub(tmp_path, clock=clock)
    await again.open()
    async with client_of(again) as later:
        tx_hash = await pay(later, 6)
        before = again.changes
        while await status(later, tx_hash) is None:
            assert await again.wait_for_change(5, since=before)
            before = again.changes
    await again.close()


async def test_stuck_and_released(client: httpx.AsyncClient) -> None:
    plan = await client.post(f"{CHAINS}/ETH/plans", json={"outcome": "stuck", "sender": WALLET})
    assert plan.status_code == 201
    assert plan.json() == {"id": 1, "outcome": "stuck", "sender": WALLET, "remaining": 1}
    tx_hash = await pay(client, 5)
    await client.post(f"{CHAINS}/ETH/blocks", json={})
    assert await status(client, tx_hash) is None
    assert "Held back" in (await client.get("/explorer/ETH")).text
    assert (await client.put(f"{CHAINS}/ETH/pool/{tx_hash}", json={"held": False})).status_code == 204
    assert await status(client, tx_hash) == "0x1"
    assert (await client.put(f"{CHAINS}/ETH/pool/{tx_hash}", json={"held": True})).status_code == 404


async def test_held_and_dropped(client: httpx.AsyncClient) -> None:
    await client.put(f"{CHAINS}/ETH/mining", json={"mode": "manual"})
    tx_hash = await pay(client, 5)
    assert (await client.put(f"{CHAINS}/ETH/pool/{tx_hash}", json={"held": True})).status_code == 204
    await client.post(f"{CHAINS}/ETH/blocks", json={})
    assert await status(client, tx_hash) is None
    assert (await client.delete(f"{CHAINS}/ETH/pool/{tx_hash}")).status_code == 204
    assert await rpc(client, "eth_getTransactionByHash", tx_hash) is None
    assert (await client.delete(f"{CHAINS}/ETH/pool/{tx_hash}")).status_code == 404


async def test_reverted_and_dropped_by_plan(client: httpx.AsyncClient) -> None:
    await client.post(f"{CHAINS}/ETH/plans", json={"outcome": "reverted"})
    await client.post(f"{CHAINS}/ETH/plans", json={"outcome": "dropped", "count": 2})
    assert await status(client, await pay(client, 5)) == "0x0"
    assert await rpc(client, "eth_getTransactionByHash", await pay(client, 6)) is None
    assert [one["remaining"] for one in (await client.get(f"{CHAINS}/ETH")).json()["plans"]] == [1]
    assert (await client.delete(f"{CHAINS}/ETH/plans")).status_code == 204
    assert await status(client, await pay(client, 7)) == "0x1"


async def test_reorganisation(client: httpx.AsyncClient) -> None:
    sent = [await pay(client, 5), await pay(client, 6)]
    answer = await client.post(f"{CHAINS}/ETH/reorg", json={"depth": 2})
    assert answer.json() == {"transactions": sent}
    assert [await status(client, one) for one in sent] == [None, None]
    await client.post(f"{CHAINS}/ETH/blocks", json={})
    assert [await status(client, one) for one in sent] == ["0x1", "0x1"]
    await client.post(f"{CHAINS}/ETH/reorg", json={"depth": 1, "transactions": "vanish"})
    assert await rpc(client, "eth_getTransactionByHash", sent[0]) is None
    deep = await client.post(f"{CHAINS}/ETH/reorg", json={"depth": 900})
    assert deep.status_code == 422
    assert "can take back" in deep.json()["detail"]


async def test_iota(client: httpx.AsyncClient, hub: ChainHub) -> None:
    shop = hub.address("shop", IOTA_TESTNET)
    await hub.fund(IOTA_TESTNET, shop, Decimal(5))
    plan = {"outcome": "delayed", "sender": shop}
    assert (await client.post(f"{CHAINS}/{IOTA_TESTNET}/plans", json=plan)).status_code == 201
    digest = await hub.transfer(IOTA_TESTNET, IOTA_ADDRESS, Decimal(1), sender="shop")
    shown = (await client.get(f"{CHAINS}/{IOTA_TESTNET}")).json()
    assert (shown["kind"], shown["held_from"]) == ("iota", shown["newest_block"] + 1)
    assert [one["tx_id"] for one in shown["waiting"]] == [digest]
    assert "Not yet" in (await client.get(f"/explorer/{IOTA_TESTNET}/tx/{digest}")).text
    assert await hub.transfers(IOTA_TESTNET, recipient=IOTA_ADDRESS) == []
    released = await client.post(f"{CHAINS}/{IOTA_TESTNET}/checkpoints/release")
    assert released.status_code == 204
    assert len(await hub.transfers(IOTA_TESTNET, recipient=IOTA_ADDRESS)) == 1
    other = (await client.get(f"{CHAINS}/{IOTA_MAINNET}")).json()
    assert (other["plans"], other["waiting"], other["held_from"]) == ([], [], None)


@pytest.mark.parametrize(
    ("method", "path", "body", "code"),
    [
        ("GET", "DOGE", None, 404),
        ("PUT", "DOGE/mining", {"mode": "manual"}, 404),
        ("PUT", "ETH/mining", {"mode": "interval"}, 422),
        ("PUT", "ETH/mining", {"mode": "manual", "seconds": 3}, 422),
        ("PUT", f"{IOTA_TESTNET}/mining", {"mode": "manual"}, 422),
        ("POST", f"{IOTA_TESTNET}/reorg", {"depth": 1}, 422),
        ("POST", f"{IOTA_TESTNET}/plans", {"outcome": "stuck"}, 422),
        ("POST", "ETH/plans", {"outcome": "failed"}, 422),
        ("POST", "ETH/plans", {"outcome": "stuck", "sender": "nobody"}, 422),
        ("POST", "ETH/checkpoints/release", None, 422),
        ("POST", "ETH/blocks", {"count": 0}, 422),
    ],
)
async def test_refusals(
    client: httpx.AsyncClient, method: str, path: str, body: dict[str, object] | None, code: int
) -> None:
    answer = await client.request(method, f"{CHAINS}/{path}", json=body)
    assert answer.status_code == code
    assert answer.json()["detail"]


async def test_the_list_has_every_network(client: httpx.AsyncClient) -> None:
    chains = (await client.get(CHAINS)).json()["chains"]
    assert [one["network"] for one in chains] == [ETH, EURX, IOTA_TESTNET, IOTA_MAINNET]
