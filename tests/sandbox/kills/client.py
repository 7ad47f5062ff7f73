"""What all customers share: calls that may break off, and keys under which they are made again."""

from __future__ import annotations

import random
from abc import ABC, abstractmethod
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import httpx

PASSWORD = "sandbox-Pass-1"
INTERRUPTED = "idempotency_key_interrupted"


class GoneError(Exception):
    """The sandbox was killed during the call: nobody knows whether it was carried out."""


@dataclass
class Keyed:
    """A call with a key; `answer` is what came, None if the sandbox was killed before."""

    path: str
    body: dict[str, Any]
    headers: dict[str, str]
    answer: tuple[int, bytes] | None = None


@dataclass
class Town:
    """What the customers have in common."""

    chance: random.Random
    figures: Counter[str]
    calls: list[Keyed] = field(default_factory=list)
    """Keyed calls since the last check."""


class Customer(ABC):
    """Somebody who works until the sandbox is gone, and remembers what it has acknowledged."""

    def __init__(self, town: Town, name: str) -> None:
        self.town, self.name = town, name
        self.http: httpx.AsyncClient
        self.headers: dict[str, str] = {}

    async def is_done(self) -> bool:
        """Say whether what she began has come to its end."""
        return True

    @abstractmethod
    async def prepare(self) -> None:
        """Do what comes first, once."""

    @abstractmethod
    async def act(self) -> None:
        """Make the next few calls."""

    @abstractmethod
    async def check(self) -> None:
        """See that all that was acknowledged is there, and go on with what was interrupted."""

    async def finish(self) -> None:
        """See that everything has come to its right end."""
        await self.check()

    async def work(self) -> None:
        """Make calls until the sandbox is gone."""
        while True:
            try:
                await self.act()
            except GoneError:
                return

    async def call(
        self, method: str, path: str, body: Any = None, *, good: tuple[int, ...] = (200, 201, 202, 204)
    ) -> Any:
        """Make a call and return the JSON of a good answer."""
        answer = await self._send(method, path, body, self.headers)
        assert answer.status_code in good, (method, path, answer.status_code, answer.text)
        self.town.figures["acknowledged calls"] += 1
        return answer.json() if answer.content else None

    def with_key(self, path: str, body: dict[str, Any]) -> Keyed:
        """Return a call with a key of its own, which is made again after the kill."""
        key = f"{self.name}-{self.town.chance.getrandbits(64):016x}"
        call = Keyed(path, body, self.headers | {"Idempotency-Key": key})
        self.town.calls.append(call)
        return call

    async def make(self, call: Keyed) -> Any:
        """Make a call with a key."""
        answer = await self._send("POST", call.path, call.body, call.headers)
        assert answer.is_success, (call, answer.status_code, answer.text)
        call.answer = (answer.status_code, answer.content)
        self.town.figures["acknowledged calls"] += 1
        return answer.json()

    async def token(self) -> None:
        """Sign in."""
        form = {
            "grant_type": "password",
            "client_id": "etopay-test",
            "scope": "openid",
            "username": self.name,
            "password": PASSWORD,
        }
        path = "/realms/etopay/protocol/openid-connect/token"
        answer = await self._send("POST", path, None, {}, form)
        assert answer.status_code == 200, answer.text
        self.headers = {
            "authorization": f"Bearer {answer.json()['access_token']}",
            "x-app-name": "standalone",
        }

    async def register(self, *, is_verified: bool = True) -> None:
        """Become a user of the sandbox."""
        user = {"username": self.name, "password": PASSWORD, "is_verified": is_verified}
        await self.call("POST", "/_sandbox/users", user)
        await self.token()

    async def rpc(self, method: str, *parameters: Any) -> Any:
        """Ask the EVM node."""
        call = {"jsonrpc": "2.0", "id": 1, "method": method, "params": list(parameters)}
        answer = await self._send("POST", "/nodes/ETH", call, {})
        return answer.json()

    async def balance(self, address: str) -> int:
        """Return what an address holds."""
        return int((await self.rpc("eth_getBalance", address, "latest"))["result"], 16)

    async def _send(
        self,
        method: str,
        path: str,
        body: Any,
        headers: dict[str, str],
        form: dict[str, str] | None = None,
    ) -> httpx.Response:
        try:
            return await self.http.request(method, path, json=body, data=form, headers=headers)
        except httpx.TransportError as error:
            raise GoneError(path) from error


async def repeat(call: Keyed, http: httpx.AsyncClient, figures: Counter[str]) -> None:
    """Make a keyed call again: an answer that was given is given again, and nothing is done twice."""
    again = await http.post(call.path, json=call.body, headers=call.headers)
    if call.answer is not None:
        assert (again.status_code, again.content) == call.answer, (call, again.text)
        assert again.headers.get("idempotency-replayed") == "true"
        figures["answers given again"] += 1
    elif again.status_code == 409:
        assert again.json()["error"] == INTERRUPTED, again.text
        figures["keys of interrupted calls"] += 1
    else:
        assert again.is_success, (call, again.text)
        replayed = again.headers.get("idempotency-replayed") == "true"
        figures["lost answers found" if replayed else "calls made only now"] += 1
        call.answer = (again.status_code, again.content)
