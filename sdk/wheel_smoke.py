"""What each wheel has to show where it was built, also on a phone: a wallet without any network."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

import etopay_sdk
from etopay_sdk import Config, Evm, Network, PinError, Sdk

PIN = "135790"
PASSWORD = "correct horse battery staple 42"  # noqa: S105 - of no wallet that holds anything
# The words and the address that Ethereum's developer tools share.
PHRASE = "test test test test test test test test test test test junk"
ADDRESS = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266"
NETWORK = Network(
    key="ETH",
    is_testnet=True,
    display_name="Ethereum",
    display_symbol="ETH",
    coin_type=60,
    node_urls=("http://127.0.0.1:9/",),
    decimals=18,
    can_do_purchases=True,
    protocol=Evm(chain_id=31337),
    block_explorer_url="",
)


def readable(folder: Path) -> list[Path]:
    """The files in which the phrase can be read."""
    return [path for path in folder.rglob("*") if path.is_file() and PHRASE.encode() in path.read_bytes()]


async def use_a_wallet(folder: Path) -> None:
    """Make a wallet, close it, and find it again with the PIN and not without."""
    config = Config("http://127.0.0.1:9/api", "standalone", folder, read_timeout=5)
    async with Sdk(config) as sdk:
        await sdk.create_new_user("alice")
        await sdk.init_user("alice")
        await sdk.set_wallet_password(PIN, PASSWORD)
        await sdk.set_networks([NETWORK])
        await sdk.create_wallet_from_existing_mnemonic(PIN, PHRASE)
        assert await sdk.generate_new_address(PIN, network="ETH") == ADDRESS
    assert not readable(folder)
    async with Sdk(config) as sdk:
        await sdk.init_user("alice")
        try:
            await sdk.unlock("999999")
        except PinError:
            pass
        else:
            raise AssertionError("a wrong PIN opened the wallet")
        await sdk.unlock(PIN)
        assert await sdk.get_mnemonic(PIN) == PHRASE


def main() -> None:
    """Run it and say so."""
    assert etopay_sdk.__version__.startswith(etopay_sdk.SDK_VERSION)
    assert etopay_sdk.get_build_info().startswith(etopay_sdk.SDK_VERSION)
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(use_a_wallet(Path(folder) / "wallets"))
    print(f"etopay-sdk {etopay_sdk.__version__} works here")


if __name__ == "__main__":
    main()
