"""Somebody with the real binding in her hand, and the sandbox she lives in; all she sees is noted."""

from __future__ import annotations

import asyncio
import inspect
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import etopay_sdk
from etopay_sdk import Config, EtopayError, PurchaseModel, PurchaseStatus, Sdk

from sandbox.testing import Sandbox, User
from tests.journeys.reach import Reached

PIN = "493817"
PASSWORD = "correct-horse-battery-staple"
PATIENCE_SECONDS = 30.0
ETH, IOTA, MAIN_NET = "ETH", "iota_rebased_testnet", "iota_rebased_mainnet"


class Watched:
    """The SDK, whose calls are noted as they succeed or fail."""

    def __init__(self, sdk: Sdk, reached: Reached) -> None:
        self._sdk, self._reached = sdk, reached

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._sdk, name)
        if inspect.iscoroutinefunction(found):
            return self._watched(name, found)
        if name == "within":
            return lambda seconds: Watched(self._noted(name, found(seconds)), self._reached)
        if callable(found):
            return lambda *given: self._noted(name, found(*given))
        return self._noted(name, found)

    def _noted(self, name: str, answer: Any) -> Any:
        self._reached.call(name)
        self._reached.answer(answer)
        return answer

    def _watched(self, name: str, call: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
        async def made(*given: Any, **named: Any) -> Any:
            try:
                answer = await call(*given, **named)
            except EtopayError as error:
                self._reached.error(error)
                raise
            if name == "create_purchase_request":
                self._reached.models[answer] = PurchaseModel(given[4])
            elif name == "get_purchase_details":
                self._reached.purchase(given[0], answer.status)
            return self._noted(name, answer)

        return made


class Package:
    """The functions of the package beside the class, noted alike."""

    def __init__(self, reached: Reached) -> None:
        self._reached = reached

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def made(*given: Any) -> Any:
            try:
                answer = getattr(etopay_sdk, name)(*given)
            except EtopayError as error:
                self._reached.error(error)
                raise
            self._reached.call(name)
            return answer

        return made


class Person:
    """A user of the sandbox with her own device."""

    def __init__(self, world: World, user: User, sdk: Watched, folder: Path) -> None:
        self.world, self.user, self.sdk, self.folder = world, user, sdk, folder
        self.name = user.username

    async def address(self, network: str) -> str:
        """Return her address, which the backend learns by this."""
        return await self.sdk.generate_new_address(PIN, network=network)

    async def funded(self, network: str, amount: str = "100") -> Person:
        """Give her coins."""
        self.world.sandbox.fund(await self.address(network), network, amount)
        return self

    async def purchase_status(self, purchase_id: str) -> PurchaseStatus:
        """Ask where a purchase is."""
        return (await self.sdk.get_purchase_details(purchase_id)).status


class World:
    """A sandbox whose clock stands still, and the people in it."""

    def __init__(self, sandbox: Sandbox, folder: Path, reached: Reached) -> None:
        self.sandbox, self.reached = sandbox, reached
        self.package = Package(reached)
        self._folder = folder
        self._opened: list[Sdk] = []
        self._known: dict[str, Person] = {}
        sandbox.clock.freeze()

    async def person(self, name: str, *, wallet: bool = True, is_verified: bool = False) -> Person:
        """Make somebody with an account, a device and, if wanted, a wallet."""
        user = self.sandbox.user(name, is_verified=is_verified)
        person = await self.device(user)
        if wallet:
            await person.sdk.create_wallet_from_new_mnemonic(PIN)
        return person

    async def device(self, user: User, folder: str | None = None, *, token: bool = True) -> Person:
        """Give somebody a new device, with PIN and wallet password."""
        where = self._folder / (folder or user.username)
        person = Person(self, user, self.open(where), where)
        await person.sdk.create_new_user(user.username)
        await person.sdk.init_user(user.username)
        if token:
            await person.sdk.refresh_access_token(user.access_token)
        await person.sdk.set_wallet_password(PIN, PASSWORD)
        if token:
            await person.sdk.get_networks()
        return person

    async def known(self, name: str, network: str, *, is_verified: bool = True) -> Person:
        """Return somebody with coins on a network, the same one each time."""
        if name not in self._known:
            self._known[name] = await self.person(name, is_verified=is_verified)
        return await self._known[name].funded(network)

    def open(self, where: Path) -> Watched:
        """Open a folder of wallets."""
        sdk = Sdk(Config(self.sandbox.backend, "standalone", where, read_timeout=10, send_timeout=20))
        self._opened.append(sdk)
        return Watched(sdk, self.reached)

    async def close(self) -> None:
        """Close all devices."""
        for sdk in self._opened:
            await sdk.close()
        self._known.clear()

    def passes(self, seconds: float = 1, **more: float) -> None:
        """Let time pass."""
        self.sandbox.clock.advance(seconds, **more)

    async def until(self, asked: Callable[[], Awaitable[Any]], *, seconds: float = 0) -> Any:
        """Ask until the answer is true; between two times the clock moves on by so many seconds."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            found = await asked()
            if found:
                return found
            if seconds:
                self.passes(seconds)
            await asyncio.sleep(0.02)
        raise AssertionError("what was waited for did not happen")

    def adds_up(self) -> None:
        """See that no money came from nowhere, went nowhere, or was paid twice."""
        assert self.sandbox.control("GET", "ledger/check") == {"holds": True, "problems": []}
