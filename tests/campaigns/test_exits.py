"""However a process ends while calls are in flight: no crash, no hang."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import time
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
WORKERS = 4


@pytest.fixture
async def whole(ready: ReadySdk, folder: Path) -> Path:
    sdk = await ready()
    await sdk.close()
    return folder


def leave(
    kind: str, services: Services, folder: Path, pause: float, *more: str
) -> tuple[int, str, str, float]:
    """Exit code, both outputs, and the seconds between the line about the calls and the end."""
    arguments = [kind, services.url, str(folder), str(pause), *more]
    process = subprocess.Popen(
        [sys.executable, "-X", "faulthandler", "-m", "tests.campaigns.exit_child", *arguments],
        cwd=ROOT,
        env=os.environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    first = process.stdout.readline()
    began = time.monotonic()
    try:
        out, err = process.communicate(timeout=LIMIT)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGABRT)
        out, err = process.communicate()
        pytest.fail(f"{kind}: did not end within {LIMIT} seconds\n{first}{out}\n{err}")
    return process.returncode, first + out, err, time.monotonic() - began


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
    slowest = 0.0

    async def work(worker: int) -> None:
        nonlocal slowest
        for number in runs:
            kind, folder = ways[number], tmp_path / f"{worker}"
            shutil.rmtree(folder, ignore_errors=True)
            shutil.copytree(whole, folder)
            pause = campaign.chance.choice((0.0, 0.001, 0.01, 0.05, 0.3))
            more = ["busy"] * (campaign.chance.random() < 0.1)
            code, out, err, seconds = await asyncio.to_thread(leave, kind, busy, folder, pause, *more)
            slowest = max(slowest, seconds)
            assert code == KINDS[kind][1], f"{kind} ended with {code} after a pause of {pause}\n{out}\n{err}"
            assert "Fatal Python error" not in err, f"{kind}\n{err}"
            assert "panicked" not in err, f"{kind}\n{err}"
            if kind == "fork":
                assert "child ended 0" in out, f"{kind}\n{out}\n{err}"
            campaign.figures[kind] += 1
            campaign.figures["with calls in flight"] += "in flight 0" not in out

    async with asyncio.TaskGroup() as group:
        for worker in range(WORKERS):
            group.create_task(work(worker))
    campaign.figures["slowest end, ms"] = round(slowest * 1000)
