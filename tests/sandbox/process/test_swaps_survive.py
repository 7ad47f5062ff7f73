"""Killed at any moment, the exchange neither forgets a payment nor makes one twice."""

import asyncio
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


async def until(condition, seconds=30):
    """Ask again until something holds, and return it."""
    async with asyncio.timeout(seconds):
        while not (found := await condition()):
            await asyncio.sleep(0.02)
    return found


class Swaps:
    """One running sandbox, whose clock stands still, so that orders wait where they are."""

    def __init__(self, browser):
        self.browser = browser

    async def call(self, method, path, **body):
        answer = await self.browser.request(method, f"/_sandbox/{path}", json=body or None)
        assert answer.status_code in {200, 201, 202, 204}, answer.text
        return answer.json() if answer.content else None

    async def pay(self, contract, times=3):
        account = contract["details"]["BankAccount"]["address"]
        body = {"from_iban": IBAN, "to_iban": account, "amount": "30", "reference": contract["reference"]}
        for _ in range(times):
            await self.call("POST", "bank/transfers", **body)

    async def states(self):
        """Return where each order is, as the events tell it."""
        found = await self.call("GET", "events?kind=exchange.order.changed&limit=1000")
        return {event["subject"]: event["state"]["state"] for event in found["events"]}

    async def waiting(self):
        return len((await self.call("GET", "chains/ETH"))["waiting"])

    async def brought_to(self, phase):
        """Let time pass until orders are in a phase, and not beyond; return how many are."""
        if phase == "ordered":
            return len((await self.call("GET", f"bank/accounts/{IBAN}/statement"))["transfers"])
        for state, seconds in (("paid_in", 11), ("approved", 0.2), ("paying_out", 0.2)):
            await self.call("POST", "clock/advance", seconds=seconds)
            there = await until(lambda state=state: self._are(state))
            if state == phase:
                return len(there)
        # The first block brings what the faucet lends the exchange; then payouts wait for the next one.
        await until(self.waiting)
        await self.call("POST", "chains/ETH/blocks", count=1)
        return await until(self.waiting)

    async def _are(self, state):
        return [name for name, found in (await self.states()).items() if found == state]


PHASES = ("ordered", "paid_in", "approved", "paying_out", "signed")


async def test_transfers_are_exchanged_once(start):
    running = start()
    async with running.browser() as browser:
        contract = await agree(browser, await headers_of(browser))
        swaps = Swaps(browser)
        now = (await swaps.call("GET", "clock"))["now"]
        await swaps.call("PUT", "clock", mode="frozen", at=now, back=True)
        await swaps.call("PUT", "chains/ETH/mining", mode="manual")
    killed_with = {}
    for phase in PHASES:
        async with running.browser() as browser:
            swaps = Swaps(browser)
            await swaps.pay(contract)
            killed_with[phase] = await swaps.brought_to(phase)
        running.end(signal.SIGKILL)
        running = start()
    assert all(count > 0 for count in killed_with.values()), killed_with
    sent = 3 * len(PHASES)
    async with running.browser() as browser:
        swaps, headers = Swaps(browser), await headers_of(browser)
        await swaps.call("PUT", "chains/ETH/mining", mode="instant")
        await swaps.call("POST", "chains/ETH/blocks", count=1)

        async def all_done():
            await swaps.call("POST", "clock/advance", seconds=11)
            found = await orders_of(browser, headers)
            return [order["status"] for order in found] == [DONE] * sent and found

        orders = await until(all_done, 60)
        assert (await swaps.call("GET", "ledger/check")) == {"holds": True, "problems": []}
        body = {"jsonrpc": "2.0", "id": 1, "method": "eth_getBalance", "params": [ADDRESS, "latest"]}
        held = int((await browser.post("/nodes/ETH", json=body)).json()["result"], 16)
    assert Decimal(held) / 10**18 == sum(Decimal(str(order["outgoing_amount"])) for order in orders)
