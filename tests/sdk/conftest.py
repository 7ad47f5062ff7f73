"""Fixtures of the SDK tests: services, a folder, an SDK in the state a test needs."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path

import pytest
from etopay_sdk import Config, Sdk

from tests.sdk.fake_services import TOKEN, Services, Story

# Guesses must be cheap here; the vaults made with this are stamped as weak.
os.environ["ETOPAY_SDK_WEAK_TEST_KDF"] = "1"
os.environ["NO_PROXY"] = "127.0.0.1"

OpenSdk = Callable[..., Sdk]
ReadySdk = Callable[..., Awaitable[Sdk]]


@pytest.fixture
def services() -> Iterator[Services]:
    running = Services()
    yield running
    running.close()


@pytest.fixture
def story() -> Story:
    return Story()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "wallets"


@pytest.fixture
async def open_sdk(services: Services, folder: Path) -> AsyncIterator[OpenSdk]:
    opened: list[Sdk] = []

    def make(*, at: Path = folder, device_key: bytes | None = None, read: float = 5, send: float = 20) -> Sdk:
        config = Config(f"{services.url}/api", "standalone", at, read_timeout=read, send_timeout=send)
        opened.append(Sdk(config, device_key=device_key))
        return opened[-1]

    yield make
    for sdk in opened:
        await sdk.close()


@pytest.fixture
async def ready(open_sdk: OpenSdk, story: Story) -> ReadySdk:
    async def make(*, token: bool = True, wallet: bool = True, **options: object) -> Sdk:
        """An SDK with the user alice, her PIN and, if wanted, token and wallet."""
        sdk = open_sdk(**options)
        await sdk.create_new_user("alice")
        await sdk.init_user("alice")
        await sdk.set_wallet_password(story.pin, story.password)
        if token:
            await sdk.refresh_access_token(TOKEN)
            await sdk.get_networks()
            await sdk.set_network("ETH")
        if wallet:
            await sdk.create_wallet_from_existing_mnemonic(story.pin, story.phrase)
        return sdk

    return make
