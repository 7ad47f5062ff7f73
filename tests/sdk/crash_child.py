"""A process that is killed in the middle of its work; started by test_crash and test_exit."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

from etopay_sdk import Config, Sdk

from tests.sdk.fake_services import OTHER_EVM, TOKEN, Story

STORY = Story()
NEW_PIN = "222222"
NEW_PASSWORD = "another rather good password"
CHANGES: dict[str, Callable[[Sdk], Awaitable[object]]] = {
    "change the PIN": lambda sdk: sdk.change_pin(STORY.pin, NEW_PIN),
    "change the password": lambda sdk: sdk.set_wallet_password(STORY.pin, NEW_PASSWORD),
    "delete the wallet": lambda sdk: sdk.delete_wallet(STORY.pin),
    "restore from shares": lambda sdk: sdk.restore_wallet_from_shares(STORY.pin),
    "replace the wallet": lambda sdk: sdk.create_wallet_from_new_mnemonic(STORY.pin, replace=True),
    "switch the user": lambda sdk: sdk.init_user("bob"),
    "forget the other user": lambda sdk: sdk.forget_user("bob"),
}


def said(line: str) -> None:
    print(line, flush=True)


async def prepare(sdk: Sdk) -> None:
    await sdk.create_new_user("alice")
    await sdk.init_user("alice")
    await sdk.set_wallet_password(STORY.pin, STORY.password)
    await sdk.refresh_access_token(TOKEN)
    await sdk.get_networks()
    await sdk.set_network("ETH")


async def main(work: str, url: str, folder: Path) -> None:
    sdk = Sdk(Config(f"{url}/api", "standalone", folder, read_timeout=5))
    if work == "create":
        await prepare(sdk)
        said("ready")
        phrase = await sdk.create_wallet_from_new_mnemonic(STORY.pin)
        said(f"phrase {phrase}")
    elif work == "send":
        await sdk.init_user("alice")
        await sdk.unlock(STORY.pin)
        said("ready")
        said("sent " + await sdk.send_amount(STORY.pin, OTHER_EVM, "1", payment_id="p1"))
    elif work == "confirm":
        await sdk.init_user("alice")
        await sdk.unlock(STORY.pin)
        await sdk.refresh_access_token(TOKEN)
        said("ready")
        await sdk.confirm_purchase_request(STORY.pin, sys.argv[4])
        said("confirmed")
    elif work in CHANGES:
        await sdk.init_user("alice")
        await sdk.unlock(STORY.pin)
        await sdk.refresh_access_token(TOKEN)
        said("ready")
        await CHANGES[work](sdk)
        said("done")
    elif work == "exit":
        # Leaves with calls in flight and without closing anything.
        await prepare(sdk)
        await sdk.create_wallet_from_existing_mnemonic(STORY.pin, STORY.phrase)
        calls = [sdk.get_balance(STORY.pin), sdk.get_networks(), sdk.send_amount(STORY.pin, OTHER_EVM, "0.1")]
        tasks = [asyncio.create_task(call) for call in calls]
        await asyncio.sleep(float(sys.argv[4]))
        said(f"leaving with {sum(not task.done() for task in tasks)} calls in flight")
        return
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], Path(sys.argv[3])))
