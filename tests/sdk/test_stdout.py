"""Standard output belongs to the application: nothing is printed there, and it may be closed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.sdk.conftest import ReadySdk
from tests.sdk.fake_services import OTHER_EVM, OTHER_IOTA, Services, Story

ROOT = Path(__file__).resolve().parents[2]
PAY = """
import asyncio, sys
from etopay_sdk import Config, Sdk
async def main():
    url, folder, pin, target = sys.argv[1:]
    async with Sdk(Config(url, "standalone", folder)) as sdk:
        await sdk.init_user("alice")
        await sdk.unlock(pin)
        for network in ("ETH", "token"):
            await sdk.estimate_gas(pin, target, "1", network=network)
            await sdk.send_amount(pin, target, "1", network=network)
asyncio.run(main())
"""


async def test_nothing_is_printed(
    ready: ReadySdk, story: Story, services: Services, capfd: pytest.CaptureFixture[str]
) -> None:
    sdk = await ready()
    for network, target in (("ETH", OTHER_EVM), ("token", OTHER_EVM), ("iota_other", OTHER_IOTA)):
        await sdk.estimate_gas(story.pin, target, "1.5", network=network)
        await sdk.send_amount(story.pin, target, "1.5", network=network)
        await sdk.get_balance(story.pin, network=network)
        await sdk.get_wallet_tx_list(story.pin, 0, 10, network=network)
    purchase = await sdk.create_purchase_request("bob", "0.1", "h", "{}", "CLIK", network="ETH")
    await sdk.confirm_purchase_request(story.pin, purchase)
    assert capfd.readouterr() == ("", "")


async def test_a_broken_standard_output_keeps_nothing_from_working(
    ready: ReadySdk, story: Story, services: Services, folder: Path
) -> None:
    await (await ready()).close()
    reading, writing = os.pipe()
    os.close(reading)
    arguments = [f"{services.url}/api", str(folder), story.pin, OTHER_EVM]
    ended = subprocess.run(
        [sys.executable, "-c", PAY, *arguments],
        cwd=ROOT,
        stdout=writing,
        stderr=subprocess.PIPE,
        text=True,
        timeout=60,
        check=False,
    )
    os.close(writing)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert len(services.evm.sent) == 2
