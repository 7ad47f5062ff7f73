"""Killed at any moment, the exchange neither forgets a payment nor makes one twice."""

import asyncio
import random
import signal
import tomllib
from decimal import Decimal
from pathlib import Path

import sandbox as sandbox_package

IBAN = "DE89370400440532013000"
ADDRESS = "0x" + "5a" * 20
DONE = 4
SEED = Path(sandbox_package.__file__).parent / "seeds" / "default.toml"


async def headers_of(browser):
    users = tomllib.loads(SEED.read_text(encoding="utf-8"))["users"]
    alice = next(user for user in users if user["username"] == "alice")
    form = {
        "grant_type": "password",
        "client_id": "etopay-test",
        "scope": "openid",
        "username": "alice",
        "password": alice["password"],
    }
    answer = await browser.post("/realms/etopay/protocol/openid-connect/token", data=form)
    return {"authorization": f"Bearer {answer.json()['access_token']}", "x-app-name": "standalone"}


async def agree(browser, headers):
    methods = (await browser.get("/api/viviswap/methods", headers=headers)).json()["methods"]
    ids = {method["key"]: method["id"] for method in methods}
    details = {}
    for key, address in (("SEPA", IBAN), ("ETH", ADDRESS)):
        url = f"/api/viviswap/details?payment_method_key={key}"
        answer = await browser.post(url, json={"address": address}, headers=headers)
        details[key] = answer.json()["payment_detail"]["id"]
    body = {
        "amount": "25.0",
        "incoming_payment_method_id": ids["SEPA"],
        "incoming_payment_detail_id": details["SEPA"],
        "outgoing_payment_method_id": ids["ETH"],
        "outgoing_payment_detail_id": details["ETH"],
    }
    answer = await browser.post("/api/viviswap/contracts", json=body, headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.json()["contract"]


async def orders_of(browser, headers):
    return (await browser.get("/api/viviswap/orders?start=0&limit=50", headers=headers)).json()["orders"]


async def test_transfers_are_exchanged_once(start):
    chance = random.Random(20261125)
    running = start()
    async with running.browser() as browser:
        headers = await headers_of(browser)
        contract = await agree(browser, headers)
    sent = 0
    for _ in range(5):
        async with running.browser() as browser:
            for _ in range(3):
                body = {
                    "from_iban": IBAN,
                    "to_iban": contract["details"]["BankAccount"]["address"],
                    "amount": "30",
                    "reference": contract["reference"],
                }
                answer = await browser.post("/_sandbox/bank/transfers", json=body)
                assert answer.status_code == 201, answer.text
                sent += 1
            await browser.post("/_sandbox/clock/advance", json={"seconds": 11})
            await asyncio.sleep(chance.uniform(0, 1.5))
        running.end(signal.SIGKILL)
        running = start()
    async with running.browser() as browser:
        headers = await headers_of(browser)
        for _ in range(60):
            await browser.post("/_sandbox/clock/advance", json={"seconds": 11})
            orders = await orders_of(browser, headers)
            if [order["status"] for order in orders] == [DONE] * sent:
                break
            await asyncio.sleep(0.3)
        assert [order["status"] for order in orders] == [DONE] * sent
        assert (await browser.get("/_sandbox/ledger/check")).json() == {"holds": True, "problems": []}
        body = {"jsonrpc": "2.0", "id": 1, "method": "eth_getBalance", "params": [ADDRESS, "latest"]}
        held = int((await browser.post("/nodes/ETH", json=body)).json()["result"], 16)
    assert Decimal(held) / 10**18 == sum(Decimal(str(order["outgoing_amount"])) for order in orders)
