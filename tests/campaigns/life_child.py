"""Lives through a list of steps, and says before and after each where it is; killed by test_sealed."""

from __future__ import annotations

import asyncio
import base64
import json
import sys
from pathlib import Path
from typing import Any

from etopay_sdk import Config, Sdk

from tests.sdk.fake_services import OTHER_EVM, TOKEN


class Life:
    """One device and what its user does."""

    def __init__(self, url: str, folder: Path) -> None:
        self.config = Config(f"{url}/api", "standalone", folder, read_timeout=10)
        self.sdk = Sdk(self.config)

    async def sign_in(self) -> None:
        await self.sdk.refresh_access_token(TOKEN)
        await self.sdk.get_networks()
        await self.sdk.set_network("ETH")

    async def do(self, step: dict[str, Any]) -> str | None:
        """One step; the answer is a phrase where one was made."""
        sdk, pin = self.sdk, step["pin"]
        match step["what"]:
            case "set up":
                await sdk.create_new_user("alice")
                await sdk.init_user("alice")
                await sdk.set_wallet_password(pin, step["password"])
                await self.sign_in()
            case "new wallet":
                return await sdk.create_wallet_from_new_mnemonic(pin, replace=True)
            case "phrase":
                await sdk.create_wallet_from_existing_mnemonic(pin, step["phrase"], replace=True)
            case "backup":
                data = base64.b64decode(step["data"])
                await sdk.create_wallet_from_backup(pin, data, step["password"], replace=True)
            case "change PIN":
                await sdk.change_pin(step["old"], pin)
            case "change password":
                await sdk.set_wallet_password(pin, step["password"])
            case "send":
                await sdk.send_amount(pin, OTHER_EVM, "0.001")
            case "app data":
                await sdk.set_app_data("token", step["data"].encode())
            case "restart":
                await sdk.close()
                self.sdk = Sdk(self.config)
                await self.sdk.init_user("alice")
                await self.sdk.unlock(pin)
                await self.sign_in()
            case "delete wallet":
                await sdk.delete_wallet(pin)
            case "new device":
                await sdk.forget_user("alice")
                await sdk.create_new_user("alice")
                await sdk.init_user("alice")
                await sdk.set_wallet_password(pin, step["password"])
                await self.sign_in()
                await sdk.restore_wallet_from_shares(pin)
            case other:
                raise ValueError(other)
        return None


async def main(url: str, folder: Path) -> None:
    life = Life(url, folder)
    for number, step in enumerate(json.loads(sys.stdin.readline())):
        print(f"begin {number}", flush=True)
        answer = await life.do(step)
        print(f"end {number} {answer or ''}", flush=True)
    print("over", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], Path(sys.argv[2])))
