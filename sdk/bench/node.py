"""A local node for the benchmark, in a process of its own: says which networks it serves."""

from __future__ import annotations

import asyncio
import json
import sys

from tests.campaigns.hostile import HostileServer
from tests.sdk.fake_services import Services


async def main() -> None:
    """Serve."""
    server = HostileServer(Services())
    await server.start()
    print(json.dumps(server.services.networks()), flush=True)
    await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(main())
