"""A process that works with a wallet and is killed while it does: `python -m tests.contract.doomed JSON`."""

from __future__ import annotations

import asyncio
import json
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

from app.core.model import Payment
from tests.contract.conftest import PASSWORD, PIN
from tests.contract.sides import Folder, RealSide


def say(**facts: str) -> None:
    """One line for the test that watches."""
    sys.stdout.write(json.dumps(facts) + "\n")
    sys.stdout.flush()


async def create(side: RealSide, device: Folder, job: dict[str, Any]) -> None:
    gateway = side.start(device)
    account = await gateway.open_account(await side.sign_in(job["username"]))
    say(step="begin")
    if not account.account.secured:
        await account.secure(PIN, PASSWORD)
    wallet = await account.create_wallet(PIN)
    say(step="done", phrase=(await wallet.recovery_phrase(PIN)).phrase())


async def send(side: RealSide, device: Folder, job: dict[str, Any]) -> None:
    gateway = side.start(device)
    wallet = await (await gateway.open_stored(job["username"])).unlock(PIN)
    payment = Payment(job["payment_id"], job["network"], job["recipient"], Decimal(job["amount"]))
    say(step="begin")
    say(step="done", tx_id=await wallet.send(PIN, payment))


async def main() -> None:
    job = json.loads(sys.argv[1])
    side = RealSide(job["sandbox"], Path(job["device"]).parent)
    device = Folder(Path(job["device"]), bytes.fromhex(job["key"]))
    await {"create": create, "send": send}[job["work"]](side, device, job)
    # Alive, with everything open, until it is killed.
    await asyncio.sleep(60)


if __name__ == "__main__":
    asyncio.run(main())
