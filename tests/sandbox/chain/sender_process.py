"""Sends without end and prints each acknowledged transaction; tests kill it."""

import asyncio
import sys
from decimal import Decimal
from pathlib import Path

from sandbox.services.chain import ChainHub


async def main(folder: str, *targets: str) -> None:
    hub = ChainHub(Path(folder))
    await hub.open()
    while True:
        for target in targets:
            network_key, address = target.split("=")
            tx_id = await hub.fund(network_key, address, Decimal(1))
            sys.stdout.write(f"{network_key} {tx_id}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
