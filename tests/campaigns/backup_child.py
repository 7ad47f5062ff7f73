"""A process that opens backup files and says what came of each; started by test_hostile_backup."""

from __future__ import annotations

import asyncio
import json
import resource
import sys
import time
from pathlib import Path

from etopay_sdk import Config, EtopayError, Sdk

PIN = "493817"
MOST = 3 * 1024**3
"""Bytes of address space: a file that wants more ends this process and no other."""


def peak() -> int:
    """The most memory this process has had, in MiB; `ru_maxrss` counts that of whoever started it, too."""
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return int(status.read_text(encoding="ascii").split("VmHWM:")[1].split()[0]) // 1024


async def main(files: Path, folder: Path, password: str) -> None:
    """Open each in turn; the lines before an end that was not meant tell which one it was."""
    async with Sdk(Config("http://127.0.0.1:9/api", "standalone", folder)) as sdk:
        await sdk.create_new_user("alice")
        await sdk.init_user("alice")
        await sdk.set_wallet_password(PIN, password)
        for path in sorted(files.iterdir()):
            data = path.read_bytes()
            began = time.perf_counter()
            try:
                await sdk.create_wallet_from_backup(PIN, data, password)
                answer = ["opened", None]
            except EtopayError as error:
                answer = [error.code, error.details.get("reason")]
            print(json.dumps([path.name, *answer, time.perf_counter() - began]), flush=True)
    print(json.dumps(peak()), flush=True)


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (MOST, MOST))
    asyncio.run(main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]))
