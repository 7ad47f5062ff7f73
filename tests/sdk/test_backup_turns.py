"""What a backup file may cost is spent by one call at a time, and counts against its deadline."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest
from etopay_sdk import DeadlineExceeded, ValidationError

from tests.campaigns import kdbx_file
from tests.campaigns.hostile_backup import demanding
from tests.sdk.conftest import ReadySdk
from tests.sdk.fake_services import Story

PASSWORD = "a rather good backup password"
MIB = 1024 * 1024
DEMAND = 192
COSTLY = demanding(memory=DEMAND * MIB, passes=10)(PASSWORD)


async def test_a_costly_file_ends_with_the_deadline(ready: ReadySdk, story: Story) -> None:
    sdk = await ready(token=False, wallet=False)
    started = time.monotonic()
    with pytest.raises(DeadlineExceeded) as raised:
        await sdk.within(0.3).create_wallet_from_backup(story.pin, COSTLY, PASSWORD)
    assert time.monotonic() - started < 0.8
    assert (raised.value.code, "service" in str(raised.value)) == ("deadline_exceeded", False)
    # What nobody waits for any more ends by itself; then the next one has its turn.
    fine = kdbx_file.build(kdbx_file.document(story.phrase), PASSWORD)
    await sdk.within(60).create_wallet_from_backup(story.pin, fine, PASSWORD)
    assert await sdk.get_mnemonic(story.pin) == story.phrase


def resident() -> float:
    """Memory of this process, in MiB."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * 4096 / MIB


async def test_many_costly_files_take_the_memory_of_one(ready: ReadySdk, story: Story) -> None:
    sdk = (await ready(token=False, wallet=False)).within(120)
    before, most = resident(), 0.0
    calls = [asyncio.create_task(sdk.create_wallet_from_backup(story.pin, COSTLY, PASSWORD)) for _ in "abcd"]
    while not all(call.done() for call in calls):
        most = max(most, resident() - before)
        await asyncio.sleep(0.01)
    outcomes = await asyncio.gather(*calls, return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [ValidationError] * 4
    assert DEMAND * 0.8 < most < DEMAND * 1.5, most
