"""An EVM node elsewhere in place of the embedded one: a second sandbox, and what is refused."""

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Iterator
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from sandbox.core.errors import install_handlers
from sandbox.services.chain import (
    ETH,
    EURX,
    IOTA_MAINNET,
    IOTA_TESTNET,
    ChainHub,
    External,
    ExternalNodeError,
    TransferRefusedError,
    read_external,
    router,
)
from sandbox.services.chain.control import ChainControl
from sandbox.services.chain.control_schemas import PlanIn
from sandbox.services.chain.errors import ChainControlError, NoAnswerError, NodeFailedError, RpcError
from sandbox.services.chain.external.rpc import MAIN_NETS, RpcClient, checked_chain_id
from sandbox.services.chain.keys import evm_account
from tests.sandbox.chain.external_node import SecondSandbox
from tests.sandbox.chain.makers import HARDHAT_KEY

EVM_ADDRESS = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266"
TREASURY = evm_account("elsewhere", "treasury")


@pytest.fixture
def second(tmp_path: Path) -> Iterator[SecondSandbox]:
    second = SecondSandbox(tmp_path / "second")
    yield second
    second.close()


@pytest.fixture
async def outside(tmp_path: Path, second: SecondSandbox) -> AsyncIterator[ChainHub]:
    hub = ChainHub(tmp_path / "first", external=External(second.url, TREASURY.key))
    await hub.open()
    yield hub
    await hub.close()


async def until_paid(hub: ChainHub, key: str, count: int) -> None:
    async with asyncio.timeout(20):
        while len(await hub.transfers(key, recipient=EVM_ADDRESS)) != count:
            await hub.wait_for_change(1)


@pytest.mark.parametrize("key", [ETH, EURX])
async def test_fund_payout_and_transfers(outside: ChainHub, second: SecondSandbox, key: str) -> None:
    shop = outside.address("shop", key)
    await outside.fund(key, shop, Decimal(5))
    paid = await outside.transfer(key, EVM_ADDRESS, Decimal(2), sender="shop", data=b"order-1")
    await until_paid(outside, key, 1)
    (transfer,) = await outside.transfers(key, recipient=EVM_ADDRESS)
    assert (transfer.tx_id, transfer.amount, transfer.sender) == (paid, Decimal(2), shop)
    assert transfer.data.endswith(b"order-1")
    assert await outside.balance(key, EVM_ADDRESS) == 2
    assert second.do(lambda hub: hub.balance(key, EVM_ADDRESS)) == 2
    assert outside.address("treasury", key).lower() == TREASURY.address


async def test_an_account_of_ours_still_pays_whole_after_reverted_payments(
    outside: ChainHub, second: SecondSandbox
) -> None:
    shop = outside.address("shop", ETH)
    await outside.fund(ETH, shop, Decimal(5))
    wanted = PlanIn(outcome="reverted", sender=shop, count=3)
    second.do(lambda hub: ChainControl(hub).plan(ETH, wanted))
    for _ in range(3):
        lost = await outside.transfer(ETH, EVM_ADDRESS, Decimal(5), sender="shop")
        assert await outside.outgoing.fate(ETH, lost) == "reverted"
    await outside.transfer(ETH, EVM_ADDRESS, Decimal(5), sender="shop")
    assert await outside.balance(ETH, EVM_ADDRESS) == 5


async def test_wallets_and_the_explorer_reach_it(outside: ChainHub) -> None:
    tx_id = await outside.fund(ETH, EVM_ADDRESS, Decimal("1.5"))
    await until_paid(outside, ETH, 1)
    app = FastAPI()
    install_handlers(app)
    app.include_router(router(outside))
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://sandbox") as client:
        call = {"jsonrpc": "2.0", "id": 7, "method": "eth_getTransactionReceipt", "params": [tx_id]}
        assert (await client.post("/nodes/ETH", json=call)).json()["result"]["status"] == "0x1"
        page = await client.get(f"/explorer/ETH/tx/{tx_id}")
        assert "Succeeded" in page.text
        assert "1.5 ETH" in page.text
        assert (await client.get("/explorer/ETH/blocks")).status_code == 200
        chain = (await client.get("/_sandbox/chains/ETH")).json()
        assert (chain["kind"], chain["mining"]) == ("external", None)
        refused = await client.put("/_sandbox/chains/ETH/mining", json={"mode": "manual"})
        assert refused.status_code == 422
    with pytest.raises(ChainControlError):
        await outside.mine()
    assert await outside.balance(IOTA_TESTNET, "0x" + "ab" * 32) == 0


async def test_a_transfer_is_executed_when_it_returns(outside: ChainHub, second: SecondSandbox) -> None:
    second.do(lambda hub: hub.set_block_interval(0.4))
    shop = outside.address("shop", ETH)
    await outside.fund(ETH, shop, Decimal(5))
    assert await outside.balance(ETH, shop) == 5
    await outside.transfer(ETH, EVM_ADDRESS, Decimal(5), sender="shop")
    assert await outside.balance(ETH, EVM_ADDRESS) == 5


async def test_a_node_that_falters_after_it_took_a_transfer(
    outside: ChainHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    real = RpcClient.receipt

    def faltering(client: RpcClient, tx_hash: str) -> dict[str, Any] | None:
        asked.append(tx_hash)
        if len(asked) == 1:
            raise RpcError(-32000, "gives no answer")
        return real(client, tx_hash)

    monkeypatch.setattr(RpcClient, "receipt", faltering)
    tx_id = await outside.fund(ETH, EVM_ADDRESS, Decimal(1))
    assert asked == [tx_id, tx_id]


@pytest.mark.parametrize("arrives", [True, False])
async def test_a_sending_that_gets_no_answer_is_no_refusal(
    outside: ChainHub, monkeypatch: pytest.MonkeyPatch, arrives: bool
) -> None:
    lost: list[str] = []
    real = RpcClient.call

    def losing(client: RpcClient, method: str, values: list[Any]) -> Any:
        if method == "eth_sendRawTransaction" and not lost:
            lost.append(method)
            if arrives:
                real(client, method, values)
            raise NoAnswerError(-32000, "gives no answer (ReadTimeout)")
        return real(client, method, values)

    monkeypatch.setattr(RpcClient, "call", losing)
    tx_id = await outside.fund(ETH, EVM_ADDRESS, Decimal(1))
    await until_paid(outside, ETH, 1)
    assert lost
    assert (await outside.transfers(ETH, recipient=EVM_ADDRESS))[0].tx_id == tx_id
    assert await outside.balance(ETH, EVM_ADDRESS) == 1


async def test_a_block_whose_receipts_come_later(outside: ChainHub, monkeypatch: pytest.MonkeyPatch) -> None:
    withheld: list[str] = []
    real = RpcClient.call

    def late(client: RpcClient, method: str, values: list[Any]) -> Any:
        if method == "eth_getBlockReceipts" and not withheld:
            withheld.append(method)
            return None
        return real(client, method, values)

    monkeypatch.setattr(RpcClient, "call", late)
    await outside.fund(ETH, EVM_ADDRESS, Decimal(1))
    await until_paid(outside, ETH, 1)
    assert withheld


async def test_a_reorganisation_elsewhere(outside: ChainHub, second: SecondSandbox) -> None:
    await outside.fund(ETH, EVM_ADDRESS, Decimal(1))
    await until_paid(outside, ETH, 1)
    before = (await outside.transfers(ETH))[-1].sequence
    chain = "/_sandbox/chains/ETH/reorg"
    async with httpx.AsyncClient(base_url=second.url.removesuffix("/nodes/ETH"), trust_env=False) as client:
        assert (await client.post(chain, json={"depth": 1})).status_code == 200
        await until_paid(outside, ETH, 0)
        assert (await client.post("/_sandbox/chains/ETH/blocks", json={})).status_code == 200
    await until_paid(outside, ETH, 1)
    assert (await outside.transfers(ETH))[-1].sequence > before


async def test_restart_goes_on_where_it_was(tmp_path: Path, second: SecondSandbox) -> None:
    external = External(second.url, TREASURY.key)
    hub = ChainHub(tmp_path / "first", external=external)
    await hub.open()
    await hub.fund(ETH, EVM_ADDRESS, Decimal(1))
    await until_paid(hub, ETH, 1)
    await hub.acknowledge("shop", (await hub.transfers(ETH, recipient=EVM_ADDRESS))[0])
    await hub.close()
    second.do(lambda other: other.fund(ETH, EVM_ADDRESS, Decimal(3)))
    again = ChainHub(tmp_path / "first", external=external)
    await again.open()
    await until_paid(again, ETH, 2)
    seen = await again.transfers(ETH, after=await again.cursor("shop", ETH), recipient=EVM_ADDRESS)
    assert [one.amount for one in seen] == [3]
    await again.close()


async def test_without_a_key_it_only_watches(tmp_path: Path, second: SecondSandbox) -> None:
    hub = ChainHub(tmp_path / "first", external=External(second.url))
    await hub.open()
    with pytest.raises(TransferRefusedError, match="no key is set for the external node"):
        await hub.fund(ETH, EVM_ADDRESS, Decimal(1))
    second.do(lambda other: other.fund(EURX, EVM_ADDRESS, Decimal(3)))
    await until_paid(hub, EURX, 1)
    assert await hub.balance(EURX, EVM_ADDRESS) == 3
    await hub.close()


async def test_a_node_that_goes_away(tmp_path: Path) -> None:
    second = SecondSandbox(tmp_path / "second")
    hub = ChainHub(tmp_path / "first", external=External(second.url))
    await hub.open()
    second.close()
    with pytest.raises(NodeFailedError, match=r"the external node at 127\.0\.0\.1 gives no answer"):
        await hub.balance(ETH, EVM_ADDRESS)
    call = {"jsonrpc": "2.0", "id": 1, "method": "eth_chainId", "params": []}
    answer = await hub.rpc(ETH, json.dumps(call).encode())
    assert answer["error"]["code"] == -32000
    await hub.close()


def says(chain_id: object) -> HTTPServer:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.dumps({"jsonrpc": "2.0", "id": 1, "result": chain_id}).encode()
            self.send_response(200)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Stay quiet."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


@pytest.mark.parametrize("chain_id", [1, 10, 56, 137, 8453, 42161])
async def test_main_networks_are_refused(tmp_path: Path, chain_id: int) -> None:
    server = says(hex(chain_id))
    url = f"http://127.0.0.1:{server.server_port}/secret-access-key"
    hub = ChainHub(tmp_path, external=External(url, HARDHAT_KEY))
    with pytest.raises(ExternalNodeError, match="not for real money") as caught:
        await hub.open()
    assert MAIN_NETS[chain_id] in str(caught.value)
    assert "secret" not in str(caught.value)
    await hub.close()
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    ("chain_id", "allowed", "usable"),
    [
        (31337, (), True),
        (11155111, (), True),
        (987654, (), False),
        (987654, (987654,), True),
        (1, (1,), False),
    ],
)
def test_only_test_networks_and_those_that_are_named(
    chain_id: int, allowed: tuple[int, ...], usable: bool
) -> None:
    server = says(hex(chain_id))
    client = RpcClient(f"http://127.0.0.1:{server.server_port}")
    try:
        if usable:
            assert checked_chain_id(client, frozenset(allowed)) == chain_id
        else:
            with pytest.raises(ExternalNodeError, match="not for real money"):
                checked_chain_id(client, frozenset(allowed))
    finally:
        client.close()
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize("answer", [None, "nonsense", 7, {}])
async def test_what_is_no_node(tmp_path: Path, answer: object) -> None:
    server = says(answer)
    hub = ChainHub(tmp_path, external=External(f"http://127.0.0.1:{server.server_port}"))
    with pytest.raises(ExternalNodeError, match="does not say its chain id"):
        await hub.open()
    await hub.close()
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    ("nodes", "key", "message"),
    [
        ({IOTA_MAINNET: "https://node.example"}, "", "the main network above all"),
        ({EURX: "https://node.example"}, "", "set the node of ETH"),
        ({"DOGE": "https://node.example"}, "", "only ETH can have one"),
        ({ETH: "ftp://node.example"}, "", "needs a URL"),
        ({ETH: "https://node.example"}, "0x12", "64 hex digits"),
        ({ETH: "https://node.example"}, "00" * 32, "no key of the curve"),
    ],
)
def test_settings_that_cannot_be(nodes: dict[str, str], key: str, message: str) -> None:
    with pytest.raises(ExternalNodeError, match=message):
        read_external(nodes, key)


def test_settings_that_can_be() -> None:
    assert read_external({}) is None
    found = read_external({ETH: "https://node.example/access"}, "0x" + HARDHAT_KEY.hex())
    assert found == External("https://node.example/access", HARDHAT_KEY)
    assert "access" not in repr(found)
    assert HARDHAT_KEY.hex() not in repr(found)
