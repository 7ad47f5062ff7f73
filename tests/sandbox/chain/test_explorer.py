"""The explorer's pages: blocks, objects, balances and the search."""

import re
from decimal import Decimal

import httpx
import pytest

from sandbox.services.chain import ETH, EURX, IOTA_TESTNET, ChainHub

EVM_ADDRESS = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266"
IOTA_ADDRESS = "0x" + "ab" * 32


async def found(client: httpx.AsyncClient, key: str, text: str) -> str:
    answer = await client.get(f"/explorer/{key}/search", params={"q": text})
    assert answer.status_code == 303
    return str(answer.headers["location"])


async def test_every_link_leads_somewhere(client: httpx.AsyncClient, hub: ChainHub) -> None:
    for key, address in ((ETH, EVM_ADDRESS), (EURX, EVM_ADDRESS), (IOTA_TESTNET, IOTA_ADDRESS)):
        await hub.fund(key, address, Decimal("1.5"))
        seen, ahead = set(), {f"/explorer/{key}"}
        while ahead:
            path = ahead.pop()
            seen.add(path)
            page = await client.get(path)
            assert page.status_code == 200, path
            assert "<script" not in page.text
            assert page.text.count("<h1>") == 1
            assert '<label for="q">' in page.text
            links = {
                link.replace("&amp;", "&") for link in re.findall(r'href="(/explorer/[^"]+)"', page.text)
            }
            ahead |= links - seen
        kinds = {path.split("/")[3] for path in seen if path.count("/") == 4}
        expected = {"block", "tx", "address"}
        assert kinds == (expected | {"object"} if key == IOTA_TESTNET else expected)


async def test_block_list_goes_back_to_the_first(client: httpx.AsyncClient, hub: ChainHub) -> None:
    for _ in range(30):
        await hub.mine()
    newest = await client.get("/explorer/ETH/blocks")
    (older,) = re.findall(r'href="(/explorer/ETH/blocks\?before=\d+)"', newest.text)
    last = await client.get(older)
    assert "/explorer/ETH/block/0" in last.text
    assert "before=" not in last.text


async def test_an_address_shows_its_tokens(client: httpx.AsyncClient, hub: ChainHub) -> None:
    await hub.fund(ETH, EVM_ADDRESS, Decimal("1.5"))
    await hub.fund(EURX, EVM_ADDRESS, Decimal("2.25"))
    for key in (ETH, EURX):
        page = await client.get(f"/explorer/{key}/address/{EVM_ADDRESS.lower()}")
        assert "1.5 ETH" in page.text
        assert "2.25 EURX" in page.text
        assert f'<p class="id">{EVM_ADDRESS}</p>' in page.text


async def test_search_on_the_evm(client: httpx.AsyncClient, hub: ChainHub) -> None:
    tx_id = await hub.fund(ETH, EVM_ADDRESS, Decimal(1))
    head = await hub.mine()
    page = await client.get(f"/explorer/ETH/block/{head}")
    block_hash = re.findall(r'<p class="id">(0x\w+)</p>', page.text)[0]
    assert await found(client, ETH, f" {EVM_ADDRESS.lower()} ") == f"/explorer/ETH/address/{EVM_ADDRESS}"
    assert await found(client, ETH, tx_id.upper().replace("X", "x")) == f"/explorer/ETH/tx/{tx_id}"
    assert await found(client, ETH, block_hash) == f"/explorer/ETH/block/{head}"
    assert await found(client, ETH, "0") == "/explorer/ETH/block/0"


async def test_search_on_iota(client: httpx.AsyncClient, hub: ChainHub) -> None:
    base = f"/explorer/{IOTA_TESTNET}"
    digest = await hub.fund(IOTA_TESTNET, IOTA_ADDRESS, Decimal(1))
    page = (await client.get(f"{base}/tx/{digest}")).text
    identifier = re.findall(rf"{base}/object/(0x\w+)", page)[0]
    checkpoint = (await client.get(f"{base}/block/1")).text
    name = re.findall(r'<p class="id">(\w+)</p>', checkpoint)[0]
    assert digest in checkpoint
    assert await found(client, IOTA_TESTNET, digest) == f"{base}/tx/{digest}"
    assert await found(client, IOTA_TESTNET, name) == f"{base}/block/1"
    assert await found(client, IOTA_TESTNET, identifier) == f"{base}/object/{identifier}"
    assert await found(client, IOTA_TESTNET, IOTA_ADDRESS) == f"{base}/address/{IOTA_ADDRESS}"
    assert "Coin of IOTA" in (await client.get(f"{base}/object/{identifier}")).text


@pytest.mark.parametrize(
    "path",
    [
        "ETH/search?q=nothing",
        "ETH/search?q=99999",
        "ETH/block/0x12",
        "ETH/block/99999999999999999999",
        "ETH/object/0x12",
        f"{IOTA_TESTNET}/search?q={'1' * 32}",
        f"{IOTA_TESTNET}/object/0x{'12' * 32}",
        f"{IOTA_TESTNET}/block/99",
    ],
)
async def test_unknown_things(client: httpx.AsyncClient, path: str) -> None:
    page = await client.get(f"/explorer/{path}")
    assert page.status_code == 404
    assert "Not found" in page.text
