"""The real SDK against the nodes: receive, estimate, send, look up, on all four networks."""

import asyncio
import os
import socket
from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path

import pytest
import uvicorn
from etopay_sdk import (
    Config,
    EtopayError,
    Evm,
    EvmErc20,
    IotaRebased,
    Network,
    Protocol,
    Sdk,
    WalletTxStatus,
)
from fastapi import FastAPI

from sandbox.services.chain import ETH, EURX, IOTA_MAINNET, IOTA_TESTNET, ChainHub, ChainNetwork, router
from tests.sdk.fake_services import TOKEN, Services, Story

os.environ["NO_PROXY"] = "127.0.0.1"
# Only the strength of the wallet file suffers, and it is thrown away.
os.environ["ETOPAY_SDK_WEAK_TEST_KDF"] = "1"

KEYS = (ETH, EURX, IOTA_TESTNET, IOTA_MAINNET)


def as_sdk_network(network: ChainNetwork, url: str) -> Network:
    protocol: Protocol
    if network.chain_id is None:
        protocol = IotaRebased(network.coin_type or "")
    elif network.contract_address is None:
        protocol = Evm(network.chain_id)
    else:
        protocol = EvmErc20(network.chain_id, network.contract_address)
    return Network(
        key=network.key,
        is_testnet=True,
        display_name=network.display_name,
        display_symbol=network.symbol,
        coin_type=4218 if network.chain_id is None else 60,
        node_urls=(url + network.node_path,),
        decimals=network.decimals,
        can_do_purchases=True,
        protocol=protocol,
        block_explorer_url=url,
    )


@pytest.fixture
async def real_hub(tmp_path: Path) -> AsyncIterator[ChainHub]:
    hub = ChainHub(tmp_path / "chains")
    await hub.open()
    yield hub
    await hub.close()


@pytest.fixture
async def node_url(real_hub: ChainHub) -> AsyncIterator[str]:
    app = FastAPI()
    app.include_router(router(real_hub))
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off"))
    task = asyncio.create_task(server.serve([listener]))
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    await task


@pytest.fixture
async def sdk(real_hub: ChainHub, node_url: str, tmp_path: Path) -> AsyncIterator[Sdk]:
    backend, story = Services(), Story()
    async with Sdk(Config(f"{backend.url}/api", "standalone", tmp_path / "wallets")) as sdk:
        await sdk.create_new_user("alice")
        await sdk.init_user("alice")
        await sdk.set_wallet_password(story.pin, story.password)
        await sdk.refresh_access_token(TOKEN)
        await sdk.set_networks(as_sdk_network(one, node_url) for one in real_hub.networks.values())
        await sdk.set_network(ETH)
        await sdk.create_wallet_from_existing_mnemonic(story.pin, story.phrase)
        yield sdk
    backend.close()


async def test_receive_and_send(real_hub: ChainHub, sdk: Sdk) -> None:
    pin = Story().pin
    await real_hub.fund(ETH, await sdk.generate_new_address(pin, network=ETH), Decimal(10))
    for key in KEYS:
        address = await sdk.generate_new_address(pin, network=key)
        if key != ETH:
            await real_hub.fund(key, address, Decimal(10))
        assert await sdk.get_balance(pin, network=key) == 10

        shop = real_hub.address("shop", key)
        estimate = await sdk.estimate_gas(pin, shop, Decimal("2.5"), network=key)
        assert estimate.gas_limit > 0
        tx_id = await sdk.send_amount(pin, shop, Decimal("2.5"), network=key)
        assert await real_hub.balance(key, shop) == Decimal("2.5")

        (transfer,) = await real_hub.transfers(key, recipient=shop)
        assert (transfer.tx_id, transfer.sender, transfer.amount) == (tx_id, address, Decimal("2.5"))
        details = await sdk.get_wallet_tx(pin, tx_id, network=key)
        assert details.status == WalletTxStatus.CONFIRMED
        assert (details.sender, details.receiver) == (address, shop)
        assert details.amount == Decimal("2.5")
        left = await sdk.get_balance(pin, network=key)
        assert left == await real_hub.balance(key, address)
        assert (left == Decimal("7.5")) if key == EURX else (Decimal("7.49") < left < Decimal("7.5"))


async def test_purchase_id_travels_as_calldata(real_hub: ChainHub, sdk: Sdk) -> None:
    pin = Story().pin
    await real_hub.fund(ETH, await sdk.generate_new_address(pin, network=ETH), Decimal(1))
    shop = real_hub.address("shop", ETH)
    await sdk.send_amount(pin, shop, Decimal("0.1"), data=b"purchase-77", network=ETH)
    (transfer,) = await real_hub.transfers(ETH, recipient=shop)
    assert transfer.data == b"purchase-77"


async def test_history_of_iota_shows_both_ways(real_hub: ChainHub, sdk: Sdk) -> None:
    pin = Story().pin
    address = await sdk.generate_new_address(pin, network=IOTA_TESTNET)
    received = await real_hub.fund(IOTA_TESTNET, address, Decimal(10))
    shop = real_hub.address("shop", IOTA_TESTNET)
    sent = await sdk.send_amount(pin, shop, Decimal(1), network=IOTA_TESTNET)
    found = await sdk.get_wallet_tx_list(pin, 0, 10, network=IOTA_TESTNET)
    assert {one.transaction_hash for one in found} == {received, sent}


@pytest.mark.parametrize("key", KEYS)
async def test_too_little_money(real_hub: ChainHub, sdk: Sdk, key: str) -> None:
    pin = Story().pin
    await real_hub.fund(key, await sdk.generate_new_address(pin, network=key), Decimal(1))
    shop = real_hub.address("shop", key)
    with pytest.raises(EtopayError):
        await sdk.send_amount(pin, shop, Decimal(1000), network=key)
    assert await real_hub.balance(key, shop) == 0
    assert await sdk.get_balance(pin, network=key) == 1


async def test_many_small_coins(real_hub: ChainHub, sdk: Sdk) -> None:
    pin = Story().pin
    address = await sdk.generate_new_address(pin, network=IOTA_TESTNET)
    for _ in range(6):
        await real_hub.fund(IOTA_TESTNET, address, Decimal(1))
    shop = real_hub.address("shop", IOTA_TESTNET)
    estimate = await sdk.estimate_gas(pin, shop, Decimal("4.5"), network=IOTA_TESTNET)
    assert 0 <= estimate.gas_limit <= 5_000_000
    await sdk.send_amount(pin, shop, Decimal("4.5"), network=IOTA_TESTNET)
    assert await real_hub.balance(IOTA_TESTNET, shop) == Decimal("4.5")


async def test_sending_waits_for_the_next_block(real_hub: ChainHub, sdk: Sdk) -> None:
    pin = Story().pin
    address = await sdk.generate_new_address(pin, network=ETH)
    await real_hub.fund(ETH, address, Decimal(1))
    await real_hub.set_block_interval(0.3)
    shop = real_hub.address("shop", ETH)
    await sdk.send_amount(pin, shop, Decimal("0.5"), network=ETH)
    assert await real_hub.balance(ETH, shop) == Decimal("0.5")
