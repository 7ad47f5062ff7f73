"""Half an answer, on a real connection and a real node."""

import httpx
import pytest


async def read_into(got, browser, url):
    async with browser.stream("GET", url) as answer:
        assert answer.status_code == 200
        async for part in answer.aiter_bytes():
            got += part


async def test_half_an_answer_and_then_nothing(start):
    running = start()
    async with running.browser() as browser:
        url = "/realms/etopay/.well-known/openid-configuration"
        whole = (await browser.get(url)).content
        plan = {"path": url, "kind": "half", "count": 1}
        assert (await browser.post("/_sandbox/faults", json=plan)).status_code == 201
        got = bytearray()
        with pytest.raises(httpx.RemoteProtocolError):
            await read_into(got, browser, url)
        assert got == whole[: len(whole) // 2]
        assert (await browser.get(url)).content == whole


async def test_one_method_of_a_real_node_fails(start):
    running = start()
    async with running.browser() as browser:
        await browser.post("/_sandbox/faults", json={"rpc": "eth_gasPrice", "kind": "rpc_error"})
        answers = {}
        for method in ("eth_gasPrice", "eth_chainId"):
            call = {"jsonrpc": "2.0", "id": 1, "method": method, "params": []}
            answers[method] = (await browser.post("/nodes/ETH", json=call)).json()
        assert answers["eth_gasPrice"]["error"]["code"] == -32000
        assert answers["eth_chainId"]["result"] == "0x7a69"
