"""Who may steer the sandbox from where."""

import httpx
import pytest
from fastapi import FastAPI
from pydantic import ValidationError

from sandbox.core.guard import GuardMiddleware
from sandbox.core.settings import Settings
from sandbox.services.chain import ChainHub, router

BASE = "http://127.0.0.1:9000"
SECRET = "a-secret-of-a-team"


def browser_of(app, address="192.168.1.7"):
    transport = httpx.ASGITransport(app, client=(address, 5000))
    return httpx.AsyncClient(transport=transport, base_url=BASE)


@pytest.mark.parametrize("given", [SECRET, "another-secret-here", ""])
async def test_another_machine_needs_the_secret(make_sandbox, given):
    sandbox = make_sandbox(control_secret=SECRET)
    async with browser_of(sandbox.app) as stranger:
        answer = await stranger.get("/_sandbox/users", headers={"x-control-secret": given})
    assert answer.status_code == (200 if given == SECRET else 403)
    assert SECRET not in answer.text


async def test_no_secret_opens_a_sandbox_that_has_none(sandbox):
    async with browser_of(sandbox.app) as stranger:
        answer = await stranger.get("/_sandbox/users", headers={"x-control-secret": ""})
    assert answer.status_code == 403


def test_a_short_secret_is_refused():
    with pytest.raises(ValidationError, match="at least 16 characters"):
        Settings(control_secret="short")


@pytest.mark.parametrize("header", ["forwarded", "x-forwarded-for", "x-real-ip"])
async def test_what_a_proxy_passes_on_is_not_from_here(sandbox, header):
    answer = await sandbox.http.get("/_sandbox/users", headers={header: "127.0.0.1"})
    assert answer.status_code == 403


async def test_a_page_of_the_sandbox_by_its_other_name_may(sandbox):
    own = {"host": "localhost:9000", "origin": "http://localhost:9000", "sec-fetch-site": "same-origin"}
    assert (await sandbox.http.post("/_sandbox/reset", headers=own)).status_code == 204
    other_port = own | {"origin": "http://localhost:9001", "sec-fetch-site": "same-site"}
    assert (await sandbox.http.post("/_sandbox/reset", headers=other_port)).status_code == 403


async def test_other_web_pages_read_nothing_but_may_link(sandbox):
    page = {"origin": "https://evil.example", "sec-fetch-site": "cross-site", "sec-fetch-mode": "cors"}
    assert (await sandbox.http.get("/_sandbox/users", headers=page)).status_code == 403
    link = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}
    assert (await sandbox.http.get("/_sandbox/docs", headers=link)).status_code == 200


@pytest.mark.parametrize(("address", "may"), [("127.0.0.1", True), ("192.168.1.7", False)])
async def test_a_node_is_steered_from_this_machine_only(tmp_path, address, may):
    hub = ChainHub(tmp_path)
    await hub.open()
    app = FastAPI()
    app.include_router(router(hub))
    app.add_middleware(GuardMiddleware, public_url=BASE, secret=SECRET)

    async def call(browser, method, **headers):
        body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": []}
        return (await browser.post("/nodes/ETH", json=body, headers=headers)).json()

    async with browser_of(app, address) as browser:
        before = (await call(browser, "eth_blockNumber"))["result"]
        assert ("result" in await call(browser, "evm_mine")) is may
        if not may:
            for method in ("anvil_mine", "evm_setAutomine", "debug_traceCall", "personal_sign"):
                assert (await call(browser, method))["error"]["code"] == -32601
        after = (await call(browser, "eth_blockNumber"))["result"]
        assert (after != before) is may
        assert "result" in await call(browser, "evm_mine", **{"x-control-secret": SECRET})
    await hub.close()
