"""However a process ends while calls are in flight: no crash, no hang."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path
from random import Random

import pytest

from tests.campaigns.exit_child import KINDS
from tests.sdk.conftest import ReadySdk
from tests.sdk.fake_services import Services
from tests.support.campaign import Campaign

ROOT = Path(__file__).resolve().parents[2]
LIMIT = 20.0
"""Seconds from the start of the process to its end."""
HANGS = 1000
WORKERS = 4


@pytest.fixture
async def whole(ready: ReadySdk, folder: Path) -> Path:
    sdk = await ready()
    await sdk.close()
    return folder


COMMAND = [sys.executable, "-X", "faulthandler", "-m", "tests.campaigns.exit_child"]


def start_anew(order: list[str], output: Path) -> int:
    """The exit code of a process of its own; what it prints goes to `output`."""
    with output.open("wb") as sink:
        process = subprocess.Popen([*COMMAND, *order], cwd=ROOT, env=os.environ, stdout=sink, stderr=sink)
        try:
            return process.wait(LIMIT)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGABRT)
            process.wait()
            return HANGS


class Starter:
    """A process with everything loaded that forks the ones that end."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            COMMAND, cwd=ROOT, env=os.environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def run(self, order: list[str], output: Path) -> int:
        """The exit code of one child."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write("\t".join([str(output), *order]) + "\n")
        self.process.stdin.flush()
        child = int(self.process.stdout.readline().split()[1])
        hung = threading.Event()

        def abort() -> None:
            hung.set()
            os.kill(child, signal.SIGABRT)

        guard = threading.Timer(LIMIT, abort)
        guard.start()
        ended = int(self.process.stdout.readline().split()[1])
        guard.cancel()
        return HANGS if hung.is_set() else ended

    def stop(self) -> None:
        """No more orders."""
        self.process.communicate(timeout=LIMIT)


@pytest.fixture
def busy(services: Services) -> Services:
    """Services where some calls hang for ever, so that they are in flight at the end."""
    services.fail("eth_getBalance", "hang")
    services.fail("/courses", "hang")
    return services


@pytest.mark.campaign("exits")
async def test_every_way_to_end(campaign: Campaign, busy: Services, whole: Path, tmp_path: Path) -> None:
    ways = [kind for kind in KINDS for _ in range(campaign.runs)]
    Random(campaign.seed).shuffle(ways)
    runs = campaign.each(len(ways))
    chance = campaign.chance

    async def work(worker: int) -> None:
        starter, folder, output = Starter(), tmp_path / f"{worker}", tmp_path / f"{worker}.txt"
        for number in runs:
            kind = ways[number]
            shutil.rmtree(folder, ignore_errors=True)
            shutil.copytree(whole, folder)
            pause = chance.choice((0.0, 0.001, 0.01, 0.05, 0.3))
            order = [kind, busy.url, str(folder), str(pause), *["busy"] * (chance.random() < 0.05)]
            anew = chance.random() < 0.1
            code = await asyncio.to_thread(start_anew if anew else starter.run, order, output)
            said = output.read_text(errors="replace")
            assert code != HANGS, f"{kind}: did not end within {LIMIT} seconds\n{said}"
            assert code == KINDS[kind][1], f"{kind} ended with {code} after a pause of {pause}\n{said}"
            for bad in ("Fatal Python error", "panicked"):
                assert bad not in said, f"{kind}\n{said}"
            if kind == "fork":
                assert "child ended 0" in said, f"{kind}\n{said}"
            campaign.figures[kind] += 1
            campaign.figures["with calls in flight"] += "in flight 0" not in said
            campaign.figures["started anew"] += anew
        await asyncio.to_thread(starter.stop)

    async with asyncio.TaskGroup() as group:
        for worker in range(WORKERS):
            group.create_task(work(worker))


def test_a_crash_and_a_hang_would_be_seen(whole: Path, services: Services, tmp_path: Path) -> None:
    """The control: an order that ends by a signal, and a process that does not end."""
    output = tmp_path / "output"
    order = ["SIGTERM", services.url, str(whole), "0.01"]
    assert start_anew(order, output) == -signal.SIGTERM
    starter = Starter()
    assert starter.run(order, output) == -signal.SIGTERM
    starter.stop()
