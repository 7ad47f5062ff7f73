"""A sandbox process for the real side, and both sides for each test."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from app.core.secret import Secret
from app.gateway.protocol import AccountGateway, Gateway, UnlockedWallet
from tests.contract.sides import DemoSide, RealSide, Side, wait_for_file

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 60
PIN = Secret("135790")
OTHER_PIN = Secret("246802")
PASSWORD = Secret("correcthorsebatterystaple")
OTHER_PASSWORD = Secret("mein Haus ist blau")


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    folder = tmp_path_factory.mktemp("sandbox")
    ready = folder / "ready.json"
    command = [sys.executable, "-m", "sandbox", "up", "--port", "0"]
    command += ["--data", str(folder / "data"), "--ready-file", str(ready)]
    environment = {**os.environ, "NO_PROXY": "127.0.0.1,localhost", "no_proxy": "127.0.0.1,localhost"}
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
    try:
        yield wait_for_file(ready, START_SECONDS)
    finally:
        process.terminate()
        process.wait(30)


@dataclass
class Scene:
    """One side, and short ways to bring it somewhere; closes what it started."""

    side: Side
    started: list[Gateway] = field(default_factory=list)

    async def start(self, device: object, *, offline: bool = False) -> Gateway:
        gateway = self.side.start(device, offline=offline)
        self.started.append(gateway)
        await gateway.open()
        return gateway

    async def restart(self, device: object, *, offline: bool = False) -> Gateway:
        for gateway in self.started:
            await gateway.close()
        return await self.start(device, offline=offline)

    async def secured(
        self, gateway: Gateway, username: str, *, password: Secret = PASSWORD
    ) -> AccountGateway:
        account = await gateway.open_account(await self.side.sign_in(username))
        await account.secure(PIN, password)
        return account

    async def wallet(self, gateway: Gateway, username: str) -> UnlockedWallet:
        return await (await self.secured(gateway, username)).create_wallet(PIN)


@pytest.fixture(params=["demo", "real"])
async def scene(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Scene]:
    side: Side = DemoSide()
    if request.param == "real":
        side = RealSide(request.getfixturevalue("sandbox"), tmp_path)
    made = Scene(side)
    yield made
    for gateway in made.started:
        await gateway.close()
