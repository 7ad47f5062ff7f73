"""A sandbox in this process whose chains and clock obey, with a few people in it."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Awaitable
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

import httpx

from sandbox.core.db import Database
from tests.sandbox.conftest import Sandbox

T = TypeVar("T")
PASSWORD = "sandbox-Pass-1"
PEOPLE = ("ada", "ben", "cleo")
IBANS = {
    "ada": "DE89370400440532013000",
    "ben": "AT611904300234573201",
    "cleo": "NL91ABNA0417164300",
}
NETWORKS = ("iota_rebased_testnet", "iota_rebased_mainnet", "ETH", "EURX")
COINS = {"IOTA": "iota_rebased_testnet", "ETH": "ETH"}


@dataclass
class Purchase:
    """A purchase as its payer knows it."""

    id: str
    payer: str
    network: str
    amount: Decimal
    transactions: list[str] = field(default_factory=list)


@dataclass
class Contract:
    """A contract with the exchange as its owner knows it."""

    owner: str
    id: str
    incoming: str
    coin: str
    reference: str
    target: str


class Template:
    """An empty database that is copied, since migrations take longer than a whole run."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="machine-"))
        self._number = 0
        database = Database(f"sqlite:///{self._folder / 'sandbox.sqlite'}")
        database.create()
        database.close()

    def copy(self) -> Path:
        """Return a folder with a copy."""
        self._number += 1
        folder = self._folder / str(self._number)
        folder.mkdir()
        shutil.copy(self._folder / "sandbox.sqlite", folder)
        return folder

    def remove(self) -> None:
        """Remove all of it."""
        shutil.rmtree(self._folder, ignore_errors=True)


class World:
    """The sandbox, its people, and what they have begun."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.loop = asyncio.new_event_loop()
        self.sandbox = Sandbox(folder, access_token_seconds=10**8, unmatched_payment_seconds=60)
        self.chains = self.sandbox.chains
        self.headers: dict[str, dict[str, str]] = {}
        self.purchases: list[Purchase] = []
        self.contracts: list[Contract] = []
        self.cases: list[tuple[str, str]] = []
        for name in PEOPLE:
            self._register(name)
        answer = self.call("GET", "/api/viviswap/methods", user="ada")
        self.methods = {method["key"]: method["id"] for method in answer.json()["methods"]}

    def run(self, work: Awaitable[T]) -> T:
        """Bring asynchronous work to its end."""
        return self.loop.run_until_complete(asyncio.wait_for(work, 60))

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        user: str | None = None,
        key: str | None = None,
    ) -> httpx.Response:
        """Make a call, of a user or of the control room; no answer may be a failure of the sandbox."""
        headers = dict(self.headers[user]) if user else {}
        if key:
            headers["Idempotency-Key"] = key
        answer = self.run(self.sandbox.http.request(method, path, json=body, headers=headers))
        assert answer.status_code < 500 or answer.status_code == 503, (method, path, answer.text)
        return answer

    def address(self, name: str, network: str) -> str:
        """Return the address of somebody's wallet."""
        size = 64 if network.startswith("iota") else 40
        return "0x" + name.encode().hex().ljust(size, "a")[:size]

    def step(self, seconds: float) -> None:
        """Let time pass and everything move; a lost answer of a chain is an error of one engine's step."""
        self.sandbox.clock.advance(seconds)
        for engine in self.sandbox.app.state.engines:
            try:
                self.run(engine.step())
            except ConnectionError:
                assert self.chains.lose_next_answer is False

    def close(self) -> None:
        """End all of it."""
        self.run(self.sandbox.http.aclose())
        self.sandbox.db.close()
        self.loop.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _register(self, name: str) -> None:
        body = {"username": name, "password": PASSWORD}
        assert self.call("POST", "/_sandbox/users", body).status_code == 201
        form = {"grant_type": "password", "client_id": "etopay-test", "username": name, "password": PASSWORD}
        path = "/realms/etopay/protocol/openid-connect/token"
        answer = self.run(self.sandbox.http.post(path, data=form))
        self.headers[name] = self.sandbox.headers(answer.json()["access_token"])
