"""A sandbox in this process on its real chains, with a purchase that is paid for real."""

from decimal import Decimal
from pathlib import Path

import pytest

from sandbox.chain_port import HubChains
from sandbox.control.seeding import apply_seed
from sandbox.services.chain import ChainHub
from tests.sandbox.process.conftest import start

__all__ = ["start"]

PHRASE = "legal winner thank year wave sausage worth useful legal winner thank yellow"
SEED = f"""
[[users]]
username = "alice"
password = "sandbox-Pass-1"
kyc = "verified"
phrase = "{PHRASE}"
balances = {{ ETH = "5", iota_rebased_testnet = "5" }}

[[users]]
username = "bob"
password = "sandbox-Pass-2"
kyc = "verified"
addresses = {{ ETH = "0x{"b0" * 20}" }}
"""


class Whole:
    """The sandbox with its chains, and short ways to act on it."""

    def __init__(self, sandbox, hub):
        self.sandbox, self.hub = sandbox, hub

    async def desk(self, method, path, status=None, **options):
        answer = await self.sandbox.http.request(method, f"/_sandbox/{path}", **options)
        assert status is None or answer.status_code == status, answer.text
        return answer.json() if answer.content and "json" in answer.headers["content-type"] else answer

    async def save(self, name, **more):
        return await self.desk("POST", "snapshots", 201, json={"name": name, **more})

    async def restore(self, name):
        return await self.desk("POST", f"snapshots/{name}/restore", 200)

    async def fund(self, amount, username="alice"):
        body = {"username": username, "network_key": "ETH", "amount": amount}
        return (await self.desk("POST", "faucet", 200, json=body))["tx_id"]

    async def user(self, username):
        return await self.desk(
            "POST", "users", 201, json={"username": username, "password": "sandbox-Pass-9"}
        )

    async def users(self):
        return [user["username"] for user in (await self.desk("GET", "users", 200))["users"]]

    async def held(self, username="alice"):
        wallets = (await self.desk("GET", f"users/{username}", 200))["wallets"]
        return Decimal(next(one["balance"] for one in wallets if one["network_key"] == "ETH"))

    async def events(self, **wanted):
        return (await self.desk("GET", "events", 200, params=wanted))["events"]

    async def adds_up(self):
        assert await self.desk("GET", "ledger/check", 200) == {"holds": True, "problems": []}

    async def token(self):
        form = {"grant_type": "password", "client_id": "etopay-test", "scope": "openid"}
        form |= {"username": "alice", "password": "sandbox-Pass-1"}
        url = "/realms/etopay/protocol/openid-connect/token"
        answer = await self.sandbox.http.post(url, data=form)
        assert answer.status_code == 200, answer.text
        return self.sandbox.headers(answer.json()["access_token"])

    async def purchase(self, amount="1"):
        body = {"amount": amount, "receiver": "bob", "network_key": "ETH"}
        headers = await self.token()
        answer = await self.sandbox.http.post("/api/transactions/create", json=body, headers=headers)
        assert answer.status_code == 201, answer.text
        return answer.json()["index"]

    async def settle(self):
        for _ in range(4):
            await self.sandbox.step()


@pytest.fixture
async def make_whole(tmp_path, make_sandbox):
    from sandbox.control.seed_file import load_seed  # noqa: PLC0415

    hubs = []

    async def make(folder: Path = tmp_path, **changes):
        folder.mkdir(exist_ok=True)
        (folder / "seed.toml").write_text(SEED, encoding="utf-8")
        hub = ChainHub(folder / "chains")
        await hub.open()
        hubs.append(hub)
        sandbox = make_sandbox(folder=folder, chains=HubChains(hub), access_token_seconds=10**8, **changes)
        sandbox.app.state.seed = load_seed(folder / "seed.toml")
        await apply_seed(sandbox.app.state.seed, sandbox.app.state.context, sandbox.app.state.identity)
        return Whole(sandbox, hub)

    yield make
    for hub in hubs:
        await hub.close()


@pytest.fixture
async def whole(make_whole):
    return await make_whole()
