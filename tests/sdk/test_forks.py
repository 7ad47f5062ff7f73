"""A forked child cannot use its parent's SDK, does not disturb it, and can have one of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from pathlib import Path

from tests.sdk.conftest import ReadySdk
from tests.sdk.fake_services import EVM_ADDRESS, Services, Story

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = textwrap.dedent(
    """
    import asyncio, os, subprocess, sys, time
    from etopay_sdk import Config, Sdk, StateError, StorageInUse

    url, folder, pin = sys.argv[1:]

    async def use(sdk):
        await sdk.init_user("alice")
        return await sdk.generate_new_address(pin, network="ETH")

    async def child(sdk):
        try:
            await asyncio.wait_for(sdk.get_balance(pin), 30)
        except StateError as error:
            print("parent's:", error.code, flush=True)
        try:
            Sdk(Config(url, "standalone", folder))
        except StorageInUse as error:
            print("same folder:", error.code, flush=True)
        async with Sdk(Config(url, "standalone", folder + "-child")) as own:
            await own.create_new_user("bob")
            print("own:", [user.username for user in own.list_users()], flush=True)
        await sdk.close()

    async def parent():
        sdk = Sdk(Config(url, "standalone", folder))
        await use(sdk)
        return sdk

    sdk = asyncio.run(parent())
    process = os.fork()
    if process == 0:
        asyncio.run(child(sdk))
        del sdk
        sys.exit(7)
    _, status = os.waitpid(process, 0)
    print("child:", os.waitstatus_to_exitcode(status), flush=True)
    # One that only ends does not wait two seconds for threads that are not there: each would, a busy machine
    # holds up some.
    def ends_soon():
        began = time.monotonic()
        process = os.fork()
        if process == 0:
            sys.exit(8)
        _, status = os.waitpid(process, 0)
        return os.waitstatus_to_exitcode(status) == 8 and time.monotonic() - began < 1.9

    print("idle:", any(ends_soon() for _ in range(10)), flush=True)
    # The child's end has not opened the folder to others.
    script = f"from etopay_sdk import *; Sdk(Config({url!r}, 'standalone', {folder!r}))"
    other = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    print("other:", other.stderr.strip().splitlines()[-1].split(":")[0], flush=True)
    print("address:", asyncio.run(use(sdk)), flush=True)
    asyncio.run(sdk.close())
    """
)


async def test_fork(ready: ReadySdk, story: Story, services: Services, folder: Path) -> None:
    await (await ready()).close()
    started = subprocess.run(
        [sys.executable, "-c", PROGRAM, f"{services.url}/api", str(folder), story.pin],
        cwd=ROOT,
        env=os.environ,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (started.returncode, started.stderr) == (0, "")
    assert started.stdout.splitlines() == [
        "parent's: forked",
        "same folder: storage_in_use",
        "own: ['bob']",
        "child: 7",
        "idle: True",
        "other: etopay_sdk.exceptions.StorageInUse",
        f"address: {EVM_ADDRESS}",
    ]
