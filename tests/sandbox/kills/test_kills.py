"""kill −9 at any moment under load: it comes up, the money adds up, nothing acknowledged is lost."""

from __future__ import annotations

import asyncio
import statistics
from collections import Counter
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.sandbox.kills.client import Customer, Town, repeat
from tests.sandbox.kills.customers import Applicants, Buyer, Giver, Mover, Trader
from tests.sandbox.kills.running import Process
from tests.support.campaign import Campaign

KILLS_PER_FOLDER = 25
LONGEST_LOAD_SECONDS = 1.5
STARTING = 0.1
"""Part of the kills that strike while it is still starting."""
END_SECONDS = 120.0


class Life:
    """One data folder and its customers, through many deaths."""

    def __init__(self, campaign: Campaign, folder: Path) -> None:
        self.campaign, self.folder = campaign, folder
        self.town = Town(campaign.chance, campaign.figures)
        self.customers: list[Customer] = [
            Buyer(self.town, "buyer-1"),
            Buyer(self.town, "buyer-2"),
            Trader(self.town, "trader"),
            Giver(self.town, "giver"),
            Applicants(self.town, "applicant"),
            Mover(self.town, "mover"),
        ]
        self.starts: list[tuple[float, float]] = []
        self.is_new = True
        self.process = Process(folder)

    def up(self) -> httpx.AsyncClient:
        """Wait until the sandbox is ready, and let everybody use it."""
        url = self.process.wait()["sandbox"]
        http = httpx.AsyncClient(base_url=url, trust_env=False, timeout=60)
        for customer in self.customers:
            customer.http = http
        return http

    async def prepare(self) -> None:
        """Make the customers."""
        async with self.up():
            for customer in self.customers:
                await customer.prepare()

    async def die(self) -> None:
        """Let everybody work, strike, and start again; now and then strike once more meanwhile."""
        http = self.up()
        work = [asyncio.create_task(customer.work()) for customer in self.customers]
        if self.is_new:
            await self._answered(work)
        self.is_new = False
        await asyncio.sleep(self.campaign.chance.uniform(0, LONGEST_LOAD_SECONDS))
        broken = [task for task in work if task.done()]
        self.process.kill()
        await asyncio.gather(*work)
        await http.aclose()
        assert not broken, "a customer stopped before the kill"
        self.process = Process(self.folder)
        if self.campaign.chance.random() < STARTING:
            await asyncio.sleep(self.campaign.chance.uniform(0, 2))
            self.process.kill()
            self.campaign.figures["killed while starting"] += 1
            self.process = Process(self.folder)
        self.process.wait()
        self.starts.append((self.process.start_seconds, self.process.start_cpu_seconds))

    async def _answered(self, work: list[asyncio.Task[None]]) -> None:
        """Wait until a call with a key is answered: a busy machine may take longer than the longest load."""
        while not any(call.answer for call in self.town.calls) and not any(task.done() for task in work):
            await asyncio.sleep(0.01)

    async def check(self) -> None:
        """See that the money adds up, that nothing acknowledged is lost, and what keys are good for."""
        async with self.up() as http:
            assert (await http.get("/_sandbox/health")).json()["status"] == "ok"
            await self._adds_up(http)
            for call in self.town.calls:
                await repeat(call, http, self.campaign.figures)
            await asyncio.gather(*(customer.check() for customer in self.customers))
            self.town.calls.clear()
            await self._adds_up(http)

    async def finish(self) -> None:
        """Let time pass until all that was begun is over, and look once more."""
        async with self.up() as http:
            loop = asyncio.get_running_loop()
            deadline = loop.time() + END_SECONDS
            while not all([await customer.is_done() for customer in self.customers]):
                assert loop.time() < deadline, self.process.said()
                await http.post("/_sandbox/clock/advance", json={"seconds": 11})
                await asyncio.sleep(0.2)
            for customer in self.customers:
                await customer.finish()
            await self._adds_up(http)
        self.process.stop()

    async def _adds_up(self, http: httpx.AsyncClient) -> None:
        found: dict[str, Any] = (await http.get("/_sandbox/ledger/check")).json()
        assert found == {"holds": True, "problems": []}, found


def told(figures: Counter[str], starts: list[tuple[float, float]]) -> None:
    """Write down how long the starts took, in milliseconds, the one after each kill."""
    for name, times in zip(("start", "start, processor time"), zip(*starts, strict=True), strict=True):
        figures[f"ms median {name}"] = round(statistics.median(times) * 1000)
        figures[f"ms longest {name}"] = round(max(times) * 1000)


@pytest.mark.campaign("sandbox-kills")
async def test_nothing_is_lost(campaign: Campaign, tmp_path: Path) -> None:
    life: Life | None = None
    starts: list[tuple[float, float]] = []
    try:
        for number in campaign.each():
            if number % KILLS_PER_FOLDER == 0:
                if life is not None:
                    await life.finish()
                folder = tmp_path / str(number)
                folder.mkdir()
                life = Life(campaign, folder)
                await life.prepare()
            assert life is not None
            await life.die()
            await life.check()
            starts += life.starts
            life.starts.clear()
            told(campaign.figures, starts)
        assert life is not None
        await life.finish()
    finally:
        if life is not None:
            life.process.stop()
    assert campaign.figures["answers given again"] > 0
