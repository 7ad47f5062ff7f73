"""A verified customer of the exchange, with short ways to pay and to look."""

from decimal import Decimal

import pytest

from sandbox.core.trading import limits_of
from sandbox.services.exchange.engine import ExchangeEngine

IBAN = "DE89370400440532013000"
OTHER_IBAN = "AT611904300234573201"
COINS = {"IOTA": "0x" + "a1" * 32, "ETH": "0x" + "a1" * 20}
NETWORKS = {"IOTA": "iota_rebased_testnet", "ETH": "ETH"}


class Customer:
    """One user, her details, and the world she pays in."""

    def __init__(self, sandbox, headers):
        self.sandbox, self.headers, self.chains = sandbox, headers, sandbox.chains
        self.engine: ExchangeEngine = sandbox.app.state.exchange
        self.methods, self.details = {}, {}

    async def call(self, method, path, **options):
        return await self.sandbox.http.request(
            method, f"/api/viviswap{path}", headers=self.headers, **options
        )

    async def desk(self, method, path, status=None, **options):
        answer = await self.sandbox.http.request(method, f"/_sandbox{path}", **options)
        assert status is None or answer.status_code == status, answer.text
        return answer.json() if answer.content else None

    async def add_detail(self, key, address):
        answer = await self.call("POST", f"/details?payment_method_key={key}", json={"address": address})
        assert answer.status_code == 200, answer.text
        return answer.json()["payment_detail"]

    async def prepare(self):
        methods = (await self.call("GET", "/methods")).json()["methods"]
        self.methods = {method["key"]: method for method in methods}
        self.details["SEPA"] = await self.add_detail("SEPA", IBAN)
        for key, address in COINS.items():
            self.details[key] = await self.add_detail(key, address)

    async def create(self, from_key, to_key, **changes):
        body = {
            "amount": "25.0",
            "incoming_payment_method_id": self.methods[from_key]["id"],
            "incoming_payment_detail_id": self.details["SEPA"]["id"] if from_key == "SEPA" else None,
            "outgoing_payment_method_id": self.methods[to_key]["id"],
            "outgoing_payment_detail_id": self.details[to_key]["id"],
            **changes,
        }
        return await self.call("POST", "/contracts", json=body)

    async def contract(self, from_key, to_key, **changes):
        answer = await self.create(from_key, to_key, **changes)
        assert answer.status_code == 200, answer.text
        return answer.json()["contract"]

    async def transfer(self, contract, amount, **changes):
        body = {
            "from_iban": IBAN,
            "from_name": "Alice",
            "to_iban": contract["details"]["BankAccount"]["address"],
            "amount": amount,
            "reference": contract["reference"],
            **changes,
        }
        return await self.desk("POST", "/bank/transfers", 201, json=body)

    def send_coins(self, contract, key, amount, sender=None):
        address = contract["details"]["Crypto"]["deposit_address"]
        return self.chains.pay(NETWORKS[key], sender or COINS[key], address, Decimal(amount))

    async def step(self, times=1, seconds=11):
        for _ in range(times):
            self.sandbox.clock.advance(seconds)
            await self.engine.step()

    async def orders(self):
        return (await self.call("GET", "/orders?start=0&limit=10")).json()["orders"]

    async def order(self):
        return (await self.orders())[0]

    async def balance(self, iban):
        accounts = (await self.desk("GET", "/bank/accounts"))["accounts"]
        return next((account["balance"] for account in accounts if account["iban"] == iban), None)

    async def level(self, level):
        """Let the register give this risk level."""
        kyc = self.sandbox.app.state.context.kyc
        object.__setattr__(kyc, "limits", lambda session, user_id: limits_of(level))

    async def adds_up(self):
        found = await self.desk("GET", "/ledger/check", 200)
        assert found == {"holds": True, "problems": []}


async def open_customer(sandbox):
    found = Customer(sandbox, await sandbox.user("alice"))
    await sandbox.http.put("/_sandbox/users/alice/kyc", json={"is_verified": True})
    await found.prepare()
    return found


@pytest.fixture
async def customer(make_sandbox):
    sandbox = make_sandbox(access_token_seconds=10**8)
    found = await open_customer(sandbox)
    yield found
    await found.adds_up()
