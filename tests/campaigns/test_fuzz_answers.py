"""Spoiled answers of nodes and backend: a value or a typed error, soon, without a secret in it."""

from __future__ import annotations

import asyncio
import inspect
import shutil
import time
import traceback
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from random import Random

import pytest
from etopay_sdk import Config, EtopayError, InternalError, Sdk

from tests.campaigns.hostile import CANARY, HostileServer
from tests.sdk.fake_services import OTHER_EVM, OTHER_IOTA, TOKEN, Services, Story
from tests.support.campaign import Campaign

PIN, PASSWORD, PHRASE = Story().pin, Story().password, Story().phrase
READ, SEND = 2.0, 3.0
SECRETS = [PIN, PASSWORD, "test test", TOKEN, CANARY]
Calls = dict[str, Callable[[], Awaitable[object]]]
WORKERS = 6
"""Devices that call at the same time, each with services of its own."""
LIFE = 400
"""Calls until a device is set up anew."""


class Device:
    """One wallet and the services that fool it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.server = HostileServer(Services())
        self.sdk: Sdk | None = None

    async def renew(self, number: int, *, wallet: bool = True) -> Sdk:
        """A new wallet on new chains; the answers are honest meanwhile."""
        await self.leave()
        self.server.services.close()
        self.server = HostileServer(Services())
        await self.server.start()
        folder = self.folder / str(number)
        url = f"{self.server.url}/api"
        self.sdk = sdk = Sdk(Config(url, "standalone", folder, read_timeout=READ, send_timeout=SEND))
        await sdk.create_new_user("alice")
        await sdk.init_user("alice")
        await sdk.set_wallet_password(PIN, PASSWORD)
        await sdk.refresh_access_token(TOKEN)
        await sdk.get_networks()
        await sdk.set_network("ETH")
        if wallet:
            await sdk.create_wallet_from_existing_mnemonic(PIN, PHRASE)
        return sdk

    async def leave(self) -> None:
        """Close what is open."""
        self.server.spoil = lambda name: False
        if self.sdk is not None:
            await self.sdk.close()
            shutil.rmtree(self.folder, ignore_errors=True)
        self.server.close()


def check(error: BaseException) -> str:
    """The code of an error, once it is proven to be one of ours that tells nothing."""
    shown = "".join(traceback.format_exception_only(error)) + repr(error)
    assert isinstance(error, EtopayError), "".join(traceback.format_exception(error))
    shown += repr(error.details)
    for secret in SECRETS:
        assert secret not in shown, shown
    return error.code


class Fuzz:
    """What the two campaigns share: workers, the choice of a call, the judgement of its end."""

    wallet = True

    def __init__(self, campaign: Campaign, folder: Path) -> None:
        self.campaign = campaign
        self.folder = folder
        self.runs = campaign.each()
        self.panics: list[str] = []

    def spoils(self, name: str) -> bool:
        raise NotImplementedError

    async def calls(self, device: Device, chance: Random) -> Calls:
        raise NotImplementedError

    async def run(self) -> None:
        async with asyncio.TaskGroup() as group:
            for worker in range(WORKERS):
                group.create_task(self.work(worker))
        # They end one call only, so all of them are told at the end.
        assert not self.panics, f"{len(self.panics)} calls ended with an internal error: {self.panics[:20]}"

    async def work(self, worker: int) -> None:
        device = Device(self.folder / str(worker))
        seed = self.campaign.seed * 1_000_003 + worker
        calls: Calls = {}
        try:
            for number, _ in enumerate(self.runs):
                chance = Random(seed + number * WORKERS)
                if number % LIFE == 0:
                    await device.renew(number, wallet=self.wallet)
                    calls = await self.calls(device, chance)
                # Payments wait for the chain, so there are few of them.
                weights = [0.02 if name.startswith("send") else 1.0 for name in calls]
                (name,) = chance.choices(list(calls), weights)
                rate = chance.choice((0.2, 0.5, 1.0))
                server = device.server
                server.chance, before = chance, server.spoiled
                server.spoil = lambda name, chance=chance, rate=rate: (
                    self.spoils(name) and chance.random() < rate
                )
                try:
                    await self.one(name, calls[name])
                except BaseException:
                    print(f"worker {worker}, run {number} of seed {self.campaign.seed}: {name}")
                    raise
                self.campaign.figures["spoiled answers"] += server.spoiled - before
        finally:
            await device.leave()
            device.server.services.close()

    async def one(self, name: str, call: Callable[[], Awaitable[object]]) -> None:
        limit = 2 * SEND if name.startswith("send") else READ
        began = time.monotonic()
        try:
            await asyncio.wait_for(call(), limit + 20)
        except TimeoutError:
            pytest.fail(f"a call did not end within {limit + 20} seconds")
        except Exception as error:  # noqa: BLE001 - that is the question
            self.campaign.figures[check(error)] += 1
            if isinstance(error, InternalError):
                self.panics.append(name)
        else:
            self.campaign.figures["accepted"] += 1
        assert time.monotonic() - began < limit + 3, f"{name} took longer than its deadline"


class NodeFuzz(Fuzz):
    def spoils(self, name: str) -> bool:
        return not name.startswith("/")

    async def calls(self, device: Device, chance: Random) -> Calls:
        sdk, services = device.sdk, device.server.services
        assert sdk is not None
        names = {"ETH": "", "token": "", "iota_other": ""}
        for number in range(3):
            names["ETH"] = services.evm.receive(10**18 + number)
            names["iota_other"] = services.iota.receive(10**9 + number)
        names["token"] = await sdk.send_amount(PIN, OTHER_EVM, "0.5", network="token")
        calls: Calls = {}
        for network, known in names.items():
            to = OTHER_IOTA if network == "iota_other" else OTHER_EVM

            async def look(network: str = network) -> object:
                # Without new blocks there is nothing to read again.
                services.evm.receive(10**17)
                services.iota.receive(10**6)
                return await sdk.get_wallet_tx_list(PIN, 0, 20, network=network)

            async def send(network: str = network, to: str = to) -> object:
                before = len(services.evm.sent) + len(services.iota.sent)
                try:
                    return await sdk.send_amount(PIN, to, "0.001", network=network)
                finally:
                    moved = len(services.evm.sent) + len(services.iota.sent) - before
                    assert moved <= 1, "one call paid more than once"

            calls |= {
                f"balance {network}": partial(sdk.get_balance, PIN, network=network),
                f"list {network}": look,
                f"one {network}": partial(sdk.get_wallet_tx, PIN, known, network=network),
            }
            calls[f"estimate {network}"] = partial(sdk.estimate_gas, PIN, to, "0.1", network=network)
            calls[f"send {network}"] = send
        return calls


def asking(sdk: Sdk) -> Calls:
    """All calls that read something and need no argument."""
    found: Calls = {}
    for name, method in inspect.getmembers(sdk, inspect.iscoroutinefunction):
        needed = [p for p in inspect.signature(method).parameters.values() if p.default is p.empty]
        if name.startswith("get_") and name != "get_networks" and not needed:
            found[name] = method
    return found


class BackendFuzz(Fuzz):
    wallet = False

    def spoils(self, name: str) -> bool:
        return name.startswith("/")

    async def calls(self, device: Device, chance: Random) -> Calls:
        sdk, services = device.sdk, device.server.services
        assert sdk is not None
        await sdk.create_wallet_from_existing_mnemonic(PIN, PHRASE)
        shares = services.shares
        assert shares is not None
        SECRETS.extend(share[-60:-10] for share in shares.values())
        purchase = await sdk.create_purchase_request("bob", "1", "hash", "data", "CLIK")
        await sdk.delete_wallet(PIN, only_here=True)

        async def networks() -> None:
            await sdk.set_networks([])
            await sdk.get_networks()

        async def honest() -> None:
            device.server.spoil = lambda name: False
            await sdk.set_networks([])
            await sdk.get_networks()

        async def restore() -> None:
            services.shares = shares
            await sdk.restore_wallet_from_shares(PIN)
            await sdk.delete_wallet(PIN, only_here=True)

        async def buy() -> object:
            while len(services.purchases) > 3:
                services.purchases.popitem()
            return await sdk.create_purchase_request("bob", "1", "hash", "data", "CPIC", network="ETH")

        return {
            **asking(sdk),
            "networks": networks,
            "honest networks": honest,
            "restore": restore,
            "create purchase": buy,
            "rate": partial(sdk.get_exchange_rate, network="ETH"),
            "prefer": partial(sdk.set_preferred_network, "ETH"),
            "KYC": partial(sdk.is_kyc_status_verified, "alice"),
            "purchase": partial(sdk.get_purchase_details, purchase),
            "purchases": partial(sdk.get_tx_list, 0, 20),
        }


@pytest.mark.campaign("fuzz-nodes")
async def test_answers_of_nodes(campaign: Campaign, tmp_path: Path) -> None:
    await NodeFuzz(campaign, tmp_path).run()


@pytest.mark.campaign("fuzz-backend")
async def test_answers_of_the_backend(campaign: Campaign, tmp_path: Path) -> None:
    await BackendFuzz(campaign, tmp_path).run()


def test_a_secret_or_a_foreign_error_would_be_seen() -> None:
    """The control."""
    assert check(EtopayError("node_error", {"reason": "refused"})) == "node_error"
    for error in (EtopayError("x", {"reason": f"got {CANARY}"}), ValueError("x")):
        with pytest.raises(AssertionError):
            check(error)
