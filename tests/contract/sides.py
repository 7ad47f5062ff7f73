"""The two sides of the contract: the demo in memory, and the SDK against a running sandbox."""

from __future__ import annotations

import asyncio
import json
import secrets
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx

from app.core.errors import Action, AppError, ErrorCode
from app.core.model import Identity, NetworkKind, SignedIn, Tokens
from app.core.secret import Secret
from app.core.settings import load_settings
from app.gateway.demo import DemoClock, DemoDevice, DemoGateway, DemoWorld
from app.gateway.etopay import EtopayGateway, oidc
from app.gateway.protocol import Gateway

TEST_CLIENT = "etopay-test"
PASSWORD_AT_PROVIDER = "sandbox-Pass-1"
CLOSED_PORT = "http://127.0.0.1:9"


class Side(ABC):
    """What the contract needs of a side, beyond the gateway itself."""

    def new_username(self) -> str:
        return f"user{secrets.token_hex(5)}"

    def stranger(self, kind: NetworkKind) -> str:
        """An address of nobody."""
        return "0x" + secrets.token_hex(32 if kind is NetworkKind.IOTA else 20)

    @abstractmethod
    def new_device(self) -> object: ...

    @abstractmethod
    def start(self, device: object, *, offline: bool = False) -> Gateway:
        """A process on a device; a second one is a restart."""

    @abstractmethod
    async def sign_in(self, username: str) -> SignedIn: ...

    @abstractmethod
    async def fund(self, network_key: str, address: str, amount: str) -> None: ...

    @abstractmethod
    def slow_down(self) -> None:
        """Let a send take a moment, where it would not."""

    @abstractmethod
    async def settle(self) -> None:
        """Let what is on its way arrive."""

    @abstractmethod
    def ended_session(self, username: str) -> AbstractContextManager[None]:
        """Let the provider refuse the user's refresh token meanwhile."""

    @abstractmethod
    def failing_upload(self) -> AbstractContextManager[None]:
        """Let the service take no shares meanwhile; the demo lets one try fail."""

    @abstractmethod
    def lost_answer_to_upload(self) -> AbstractContextManager[None]:
        """Let the service take the shares and fail to say so."""

    @abstractmethod
    def refused_payment(self) -> AbstractContextManager[None]:
        """Let the nodes take no payment meanwhile; the demo refuses one."""


class DemoSide(Side):
    def __init__(self) -> None:
        self.world = DemoWorld(DemoClock(running=False))

    def new_device(self) -> DemoDevice:
        return DemoDevice()

    def start(self, device: object, *, offline: bool = False) -> DemoGateway:
        assert isinstance(device, DemoDevice)
        self.world.faults.offline = offline
        return DemoGateway(self.world, device)

    async def sign_in(self, username: str) -> SignedIn:
        return DemoGateway(self.world).identity.sign_in(username)

    async def fund(self, network_key: str, address: str, amount: str) -> None:
        self.world.chains.fund(network_key, address, Decimal(amount))
        await self.settle()

    def slow_down(self) -> None:
        self.world.faults.delay("send", 0.2)

    async def settle(self) -> None:
        self.world.clock.step(10)

    @contextmanager
    def ended_session(self, username: str) -> Iterator[None]:
        self.world.end_session(username)
        yield
        self.world.ended_sessions.discard(username)

    @contextmanager
    def failing_upload(self) -> Iterator[None]:
        self.world.faults.fail_next("upload", AppError(ErrorCode.SERVICE, Action.RETRY, status=500))
        yield

    @contextmanager
    def lost_answer_to_upload(self) -> Iterator[None]:
        self.world.faults.fail_next("upload_answer", AppError(ErrorCode.SERVICE, Action.RETRY, status=500))
        yield

    @contextmanager
    def refused_payment(self) -> Iterator[None]:
        self.world.faults.fail_next("send", AppError(ErrorCode.PAYMENT_REFUSED, Action.RETRY))
        yield


@dataclass
class Folder:
    """A device of the real side."""

    path: Path
    key: bytes = field(default_factory=lambda: secrets.token_bytes(32))

    async def device_key(self) -> bytes:
        return self.key


class RealSide(Side):
    def __init__(self, sandbox: dict[str, Any], root: Path) -> None:
        self.sandbox = sandbox
        self._root = root

    def new_device(self) -> Folder:
        path = self._root / secrets.token_hex(4)
        path.mkdir(mode=0o700)
        return Folder(path)

    def start(self, device: object, *, offline: bool = False) -> EtopayGateway:
        assert isinstance(device, Folder)
        settings = load_settings(
            data_dir=device.path,
            backend_url=f"{CLOSED_PORT}/api" if offline else self.sandbox["backend"],
            idp_url=f"{CLOSED_PORT}/realms/x" if offline else self.sandbox["idp"],
            client_id=TEST_CLIENT,
        )
        return EtopayGateway(settings, device.device_key)

    async def sign_in(self, username: str) -> SignedIn:
        async with httpx.AsyncClient(trust_env=False) as client:
            users = f"{self.sandbox['sandbox']}/_sandbox/users"
            made = await client.post(users, json={"username": username, "password": PASSWORD_AT_PROVIDER})
            assert made.status_code in {201, 409}, made.text
            answer = await client.post(
                f"{self.sandbox['idp']}/protocol/openid-connect/token",
                data={
                    "grant_type": "password",
                    "client_id": TEST_CLIENT,
                    "username": username,
                    "password": PASSWORD_AT_PROVIDER,
                    "scope": "openid profile email",
                },
            )
        assert answer.status_code == 200, answer.text
        return signed_in(answer.json())

    async def fund(self, network_key: str, address: str, amount: str) -> None:
        async with httpx.AsyncClient(trust_env=False, timeout=30) as client:
            answer = await client.post(
                f"{self.sandbox['sandbox']}/_sandbox/faucet",
                json={"network_key": network_key, "address": address, "amount": amount},
            )
        assert answer.status_code == 200, answer.text
        await self.settle()

    def slow_down(self) -> None:
        pass

    async def settle(self) -> None:
        await asyncio.sleep(0.3)

    @contextmanager
    def ended_session(self, username: str) -> Iterator[None]:
        with self._failing("/realms/*/protocol/openid-connect/token", 400):
            yield

    @contextmanager
    def failing_upload(self) -> Iterator[None]:
        with self._failing("/api/user/shares", 500, method="PUT"):
            yield

    @contextmanager
    def lost_answer_to_upload(self) -> Iterator[None]:
        with self._failing("/api/user/shares", 500, method="PUT", stage="after"):
            yield

    @contextmanager
    def refused_payment(self) -> Iterator[None]:
        with self._failing("*", 200, kind="rpc_error", rpc="eth_sendRawTransaction"):
            yield

    @contextmanager
    def _failing(self, path: str, status: int, **how: object) -> Iterator[None]:
        plan = {"path": path, "kind": "status", "status": status, **how}
        faults = f"{self.sandbox['sandbox']}/_sandbox/faults"
        answer = httpx.post(faults, json=plan, trust_env=False)
        assert answer.status_code == 201, answer.text
        try:
            yield
        finally:
            httpx.delete(faults, trust_env=False)


def signed_in(body: dict[str, Any]) -> SignedIn:
    """The token answer of the marked test client."""
    id_token = Secret(body["id_token"])
    claims = oidc.claims_of(id_token)
    identity: Identity = oidc.identity_of(claims)
    tokens = Tokens(
        Secret(body["access_token"]),
        Secret(body["refresh_token"]),
        id_token,
        datetime.now(UTC) + timedelta(seconds=body["expires_in"]),
    )
    return SignedIn(identity, tokens)


def wait_for_file(path: Path, seconds: float) -> dict[str, Any]:
    """The content of a ready file."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if path.exists():
            content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
            return content
        time.sleep(0.05)
    raise TimeoutError(f"{path.name} did not appear")
