"""Simulated apps: each signs in, has a wallet, and buys from the next one, all through the real SDK.

`etopay sandbox bench` starts it; it prints one JSON object about what the apps did.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from decimal import Decimal
from pathlib import Path

import httpx

# What is measured are the services: the keys of these wallets protect nothing.
os.environ |= {"NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1", "ETOPAY_SDK_WEAK_TEST_KDF": "1"}

from etopay_sdk import Config, EtopayError, Sdk

PIN, PASSWORD = "493817", "correct-horse-battery-staple"
NETWORKS = ("iota_rebased_testnet", "ETH", "EURX")
AMOUNT, FUNDS = Decimal("0.5"), "20"
LOOK_SECONDS = 0.5
PATIENCE_SECONDS = 120.0


@dataclass(frozen=True)
class Purchase:
    """What an app bought."""

    id: str
    sender: str
    receiver: str
    network_key: str
    amount: str
    state: str
    seconds: float


class App:
    """One user with her app."""

    def __init__(self, number: int, sandbox: str, folder: Path) -> None:
        self.name = f"app-{number:03}"
        self.number = number
        self.purchases: list[Purchase] = []
        self._sandbox = sandbox
        self._sdk = Sdk(Config(f"{sandbox}/api", "standalone", folder / self.name))

    async def set_up(self, http: httpx.AsyncClient) -> None:
        """Sign in, make a wallet and get coins."""
        body = {"username": self.name, "password": PASSWORD, "name": self.name, "is_verified": True}
        (await http.post("/_sandbox/users", json=body)).raise_for_status()
        form = {"grant_type": "password", "client_id": "etopay-test", "scope": "openid"}
        form |= {"username": self.name, "password": PASSWORD}
        answer = await http.post("/realms/etopay/protocol/openid-connect/token", data=form)
        await self._sdk.create_new_user(self.name)
        await self._sdk.init_user(self.name)
        await self._sdk.refresh_access_token(answer.raise_for_status().json()["access_token"])
        await self._sdk.get_networks()
        await self._sdk.set_wallet_password(PIN, PASSWORD)
        await self._sdk.create_wallet_from_new_mnemonic(PIN)
        for key in NETWORKS:
            address = await self._sdk.generate_new_address(PIN, network=key)
            body = {"network_key": key, "address": address, "amount": FUNDS}
            (await http.post("/_sandbox/faucet", json=body)).raise_for_status()

    async def buy(self, receiver: str, cycle: int) -> None:
        """Order, pay, and wait until the receiver has the money."""
        began = time.monotonic()
        key = NETWORKS[(self.number + cycle) % len(NETWORKS)]
        found = await self._sdk.create_purchase_request(receiver, AMOUNT, "2cf2", "{}", "CLIK", network=key)
        state = await self._wait(found, "valid")
        if state == "valid":
            await self._sdk.confirm_purchase_request(PIN, found)
            state = await self._wait(found, "completed")
        seconds = round(time.monotonic() - began, 2)
        self.purchases.append(Purchase(found, self.name, receiver, key, str(AMOUNT), state, seconds))
        await self._sdk.get_balance(PIN, network=key)
        await self._sdk.get_tx_list(0, 10)

    async def listed(self) -> int:
        """Return how many purchases the backend has of this user."""
        rows = await self._sdk.get_tx_list(0, 100)
        return sum(row.sender == self.name for row in rows)

    async def close(self) -> None:
        """End the app."""
        await self._sdk.close()

    async def _wait(self, purchase: str, wanted: str) -> str:
        ends = time.monotonic() + PATIENCE_SECONDS
        while True:
            state = str((await self._sdk.get_purchase_details(purchase)).status.state).lower()
            if state in {wanted, "invalid", "failed"} or time.monotonic() > ends:
                return state
            await asyncio.sleep(LOOK_SECONDS)


async def _all_known(http: httpx.AsyncClient, everybody: list[App]) -> None:
    """Wait until the backend has the addresses, which the SDK registers in the background."""
    names = {app.name for app in everybody}
    ends = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < ends:
        users = (await http.get("/_sandbox/users")).raise_for_status().json()["users"]
        if names <= {user["username"] for user in users if len(user["addresses"]) == len(NETWORKS)}:
            return
        await asyncio.sleep(LOOK_SECONDS)
    raise SystemExit("The backend did not get the addresses of all wallets.")


async def _cycles(app: App, receiver: str, cycles: int, problems: list[str]) -> None:
    # As users do: not all in the same moment.
    await asyncio.sleep(app.number % 10 * 0.1)
    for cycle in range(cycles):
        try:
            await app.buy(receiver, cycle)
        except EtopayError as error:
            problems.append(f"{app.name}, cycle {cycle}: {type(error).__name__}: {error}")


async def play(sandbox: str, apps: int, cycles: int, folder: Path) -> dict[str, object]:
    """Let all apps do their cycles at once, and tell what they did."""
    everybody = [App(number, sandbox, folder) for number in range(apps)]
    problems: list[str] = []
    try:
        async with httpx.AsyncClient(base_url=sandbox, trust_env=False, timeout=60) as http:
            for app in everybody:
                await app.set_up(http)
            await _all_known(http, everybody)
            (await http.delete("/_sandbox/requests")).raise_for_status()
        began = time.monotonic()
        turns = zip(everybody, [*everybody[1:], everybody[0]], strict=True)
        await asyncio.gather(*(_cycles(app, other.name, cycles, problems) for app, other in turns))
        seconds = time.monotonic() - began
        listed = {app.name: await app.listed() for app in everybody}
    finally:
        await asyncio.gather(*(app.close() for app in everybody))
    bought = [asdict(one) for app in everybody for one in app.purchases]
    return {"purchases": bought, "listed": listed, "seconds": round(seconds, 2), "problems": problems}


def main() -> None:
    """Read the arguments, play, print."""
    parser = argparse.ArgumentParser(description="Simulated apps against a sandbox.")
    parser.add_argument("--sandbox", required=True)
    parser.add_argument("--apps", type=int, required=True)
    parser.add_argument("--cycles", type=int, required=True)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        told = asyncio.run(play(options.sandbox, options.apps, options.cycles, Path(folder)))
    json.dump(told, sys.stdout)


if __name__ == "__main__":
    main()
