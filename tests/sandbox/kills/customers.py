"""Customers: each uses one part of the sandbox without a rest, and knows what must be there afterwards."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tests.campaigns.reference import evm_address, evm_transaction, keccak256
from tests.sandbox.kills.client import Customer, Keyed, Town

WEI = 10**18
PRICE = 100 * 10**9
GAS = 60_000
AMOUNT = Decimal("0.5")
PAYOUT = AMOUNT * Decimal("0.95")
DONE, REFUNDED = 4, 2


class Wallet:
    """A key on the EVM chain, whose transactions can be handed over again."""

    def __init__(self, name: str) -> None:
        self._key = keccak256(name.encode())
        self.address = evm_address(self._key)
        self.nonce = 0

    def sign(self, chain_id: int, to: str, wei: int, data: bytes = b"") -> str:
        """Return the next transaction, signed."""
        target = bytes.fromhex(to.removeprefix("0x"))
        raw = evm_transaction(self._key, [chain_id, self.nonce, PRICE, PRICE, GAS, target, wei, data, []])
        self.nonce += 1
        return "0x" + raw.hex()


def hash_of(raw: str) -> str:
    """Return the hash of a signed transaction."""
    return "0x" + keccak256(bytes.fromhex(raw.removeprefix("0x"))).hex()


class Buyer(Customer):
    """Buys from a receiver who has nothing to do but to be paid."""

    def __init__(self, town: Town, name: str) -> None:
        super().__init__(town, name)
        self.wallet, self.receiver = Wallet(name), Wallet(f"{name}-receiver")
        self.bought: dict[str, str] = {}
        """Purchases by id, with the signed payment; empty until there is one."""
        self.committed: set[str] = set()
        self._chain_id = 31337

    async def prepare(self) -> None:
        await self.register()
        await self.call("PUT", "/api/user/address?network_key=ETH", {"address": self.wallet.address})
        paid = {"network_key": "ETH", "amount": "10000", "address": self.wallet.address}
        await self.call("POST", "/_sandbox/faucet", paid)
        own, name = self.headers, self.name
        self.name = f"{name}-receiver"
        await self.register()
        await self.call("PUT", "/api/user/address?network_key=ETH", {"address": self.receiver.address})
        self.name, self.headers = name, own

    async def act(self) -> None:
        body = {"amount": f"{AMOUNT}", "network_key": "ETH", "receiver": f"{self.name}-receiver"}
        purchase_id = (await self.make(self.with_key("/api/transactions/create", body)))["index"]
        self.bought[purchase_id] = ""
        self.town.figures["purchases"] += 1
        await self._pay(purchase_id)

    async def _pay(self, purchase_id: str) -> None:
        while not self.bought[purchase_id]:
            details = await self.call("GET", f"/api/transactions/details?index={purchase_id}")
            if details["status"] == "Valid":
                wei = int(Decimal(details["amount"]) * WEI)
                to = details["system_address"]
                self.bought[purchase_id] = self.wallet.sign(self._chain_id, to, wei, purchase_id.encode())
        raw = self.bought[purchase_id]
        handed = await self.rpc("eth_sendRawTransaction", raw)
        assert handed.get("result") == hash_of(raw) or "known" in handed["error"]["message"], handed
        body = {"index": purchase_id, "transaction_id": hash_of(raw)}
        await self.call("POST", "/api/transactions/commit", body)
        self.committed.add(purchase_id)

    async def check(self) -> None:
        for purchase_id, raw in self.bought.items():
            details = await self.call("GET", f"/api/transactions/details?index={purchase_id}")
            assert details["status"] not in {"Failed", "Invalid"}, details
            if purchase_id in self.committed:
                assert details["status"] not in {"Pending", "Valid"}, details
                assert (await self.rpc("eth_getTransactionByHash", hash_of(raw)))["result"]
        for purchase_id in [one for one in self.bought if one not in self.committed]:
            raw = self.bought[purchase_id]
            if raw and (await self.rpc("eth_getTransactionByHash", hash_of(raw)))["result"]:
                self.town.figures["payments nobody had been told of"] += 1
                body = {"index": purchase_id, "transaction_id": hash_of(raw)}
                await self.call("POST", "/api/transactions/commit", body)
                self.committed.add(purchase_id)
            else:
                await self._pay(purchase_id)

    async def _status(self, purchase_id: str) -> Any:
        return (await self.call("GET", f"/api/transactions/details?index={purchase_id}"))["status"]

    async def is_done(self) -> bool:
        """Say whether every purchase is complete."""
        return all([await self._status(one) == "Completed" for one in self.bought])

    async def finish(self) -> None:
        assert self.committed == set(self.bought)
        received = await self.balance(self.receiver.address)
        assert received == int(PAYOUT * WEI) * len(self.bought), (received, len(self.bought))
        sent = int((await self.rpc("eth_getTransactionCount", self.wallet.address, "latest"))["result"], 16)
        assert sent == len(self.bought)


class Trader(Customer):
    """Turns euros into coins by transfers at the bank, and lets the clock run for them."""

    def __init__(self, town: Town, name: str) -> None:
        super().__init__(town, name)
        self.wallet = Wallet(name)
        self.contract: dict[str, Any] = {}
        self.calls: list[Keyed] = []
        self.shown = ""
        self.account = ""

    async def prepare(self) -> None:
        await self.register()
        opened = await self.call(
            "POST", "/_sandbox/bank/accounts", {"holder": self.name, "balance": "1000000"}
        )
        self.account = opened["iban"]
        methods = (await self.call("GET", "/api/viviswap/methods"))["methods"]
        ids = {method["key"]: method["id"] for method in methods}
        details = {}
        for key, address in (("SEPA", self.account), ("ETH", self.wallet.address)):
            url = f"/api/viviswap/details?payment_method_key={key}"
            details[key] = (await self.call("POST", url, {"address": address}))["payment_detail"]["id"]
        body = {
            "amount": "25.0",
            "incoming_payment_method_id": ids["SEPA"],
            "incoming_payment_detail_id": details["SEPA"],
            "outgoing_payment_method_id": ids["ETH"],
            "outgoing_payment_detail_id": details["ETH"],
        }
        self.contract = (await self.call("POST", "/api/viviswap/contracts", body))["contract"]

    async def act(self) -> None:
        body = {
            "from_iban": self.account,
            "to_iban": self.contract["details"]["BankAccount"]["address"],
            "amount": "26",
            "reference": self.contract["reference"],
        }
        self.calls.append(self.with_key("/_sandbox/bank/transfers", body))
        await self.make(self.calls[-1])
        self.shown = (await self.call("POST", "/_sandbox/clock/advance", {"seconds": 11}))["now"]
        self.town.figures["transfers"] += 1

    async def _statement(self) -> list[dict[str, Any]]:
        path = f"/_sandbox/bank/accounts/{self.account}/statement?limit=500"
        return list((await self.call("GET", path))["transfers"])

    async def check(self) -> None:
        known = {one["id"] for one in await self._statement()}
        for call in self.calls:
            if call.answer is not None:
                assert any(name.encode() in call.answer[1] for name in known), call
        assert (await self.call("GET", "/_sandbox/clock"))["now"] >= self.shown

    async def _orders(self) -> list[dict[str, Any]]:
        return list((await self.call("GET", "/api/viviswap/orders?start=0&limit=500"))["orders"])

    async def is_done(self) -> bool:
        """Say whether every transfer has become an order that is over."""
        sent = [one for one in await self._statement() if one["from_iban"] == self.account]
        orders = [one for one in await self._orders() if one["status"] in {DONE, REFUNDED}]
        return len(orders) == len(sent)

    async def finish(self) -> None:
        orders = await self._orders()
        done = [one for one in orders if one["status"] == DONE]
        self.town.figures["orders paid out"] += len(done)
        bought = sum(Decimal(str(one["outgoing_amount"])) for one in done)
        assert Decimal(await self.balance(self.wallet.address)) / WEI == bought
        accounts = (await self.call("GET", "/_sandbox/bank/accounts"))["accounts"]
        held = next(Decimal(one["balance"]) for one in accounts if one["iban"] == self.account)
        assert held == 1_000_000 - 26 * len(done)


class Giver(Customer):
    """Gives coins of the faucet to somebody new each time."""

    def __init__(self, town: Town, name: str) -> None:
        super().__init__(town, name)
        self.given: dict[str, Keyed] = {}

    async def prepare(self) -> None:
        """Nothing comes first."""

    async def act(self) -> None:
        address = Wallet(f"{self.name} {len(self.given)}").address
        body = {"network_key": "ETH", "amount": "0.25", "address": address}
        self.given[address] = self.with_key("/_sandbox/faucet", body)
        await self.make(self.given[address])
        self.town.figures["faucet payments"] += 1

    async def check(self) -> None:
        for address, call in list(self.given.items())[-60:]:
            held = await self.balance(address)
            assert held in ({WEI // 4} if call.answer is not None else {0, WEI // 4}), (address, held, call)


class Applicants(Customer):
    """Brings one new user after another to the identity check of one provider or the other."""

    def __init__(self, town: Town, name: str) -> None:
        super().__init__(town, name)
        self._first, self._number = name, 0
        self.handed_in: dict[str, set[str]] = {}
        self.cases: set[str] = set()

    async def prepare(self) -> None:
        """Nothing comes first."""

    async def act(self) -> None:
        self._number += 1
        self.name = f"{self._first}-{self._number}"
        await self.register(is_verified=False)
        self.handed_in[self.name] = set()
        if self._number % 2:
            case = await self.call("GET", "/api/postident/get-new-case-id")
            self.cases.add(case["case_id"])
            return
        mail = {"mail": f"{self.name}@example.org", "terms_accepted": True}
        await self.call("POST", "/api/viviswap/users", mail)
        self.handed_in[self.name].add("")
        for part, body in (("general", _GENERAL), ("personal", _PERSONAL)):
            while await self.call("POST", f"/api/viviswap/kyc/{part}", body, good=(200, 404)):
                await self.call("POST", "/_sandbox/clock/advance", {"seconds": 1})
            self.handed_in[self.name].add(part)
            self.town.figures["parts of identity checks"] += 1

    async def check(self) -> None:
        users = {one["username"] for one in (await self.call("GET", "/_sandbox/users"))["users"]}
        assert set(self.handed_in) <= users
        found = (await self.call("GET", "/_sandbox/kyc/applications"))["applications"]
        parts = {one["username"]: {part["name"] for part in one["parts"]} for one in found}
        for name, acknowledged in self.handed_in.items():
            assert acknowledged - {""} <= parts.get(name, set()), name
            assert not acknowledged or name in parts, name
        cases = {one["case_id"] for one in (await self.call("GET", "/_sandbox/kyc/cases"))["cases"]}
        assert self.cases <= cases


class Mover(Customer):
    """Changes her shares and her favourite network again and again."""

    def __init__(self, town: Town, name: str) -> None:
        super().__init__(town, name)
        self._number = 0
        self._networks: set[str | None] = {None}
        self._shares: set[str | None] = {None}

    async def prepare(self) -> None:
        await self.register()

    async def act(self) -> None:
        self._number += 1
        network = ("ETH", "iota_rebased_testnet")[self._number % 2]
        # What is under way when the sandbox is killed may be there or not; what was answered is.
        self._networks.add(network)
        await self.call("PUT", "/api/user/network", {"network_key": network})
        self._networks = {network}
        share = f"ME-RS-N-{self._number:08d}"
        self._shares.add(share)
        body = {"backup_share": "ME-RS-AesGcm-AAAA", "recovery_share": share}
        await self.call("PUT", "/api/user/shares", body)
        self._shares = {share}

    async def check(self) -> None:
        network = (await self.call("GET", "/api/user/network"))["network_key"]
        assert network in self._networks, (network, self._networks)
        found = await self.call("GET", "/api/user/shares/recovery", good=(200, 404))
        assert found.get("share") in self._shares, (found, self._shares)
        self._networks, self._shares = {network}, {found.get("share")}


_GENERAL = {
    "is_individual": True,
    "is_pep": False,
    "is_us_citizen": False,
    "is_regulatory_disclosure": True,
    "country_of_residence": "DE",
    "nationality": "DE",
}
_PERSONAL = {"full_name": "Max Muster", "date_of_birth": "1990-01-31"}
