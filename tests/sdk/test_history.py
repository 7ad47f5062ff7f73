"""The wallet's history on every kind of network."""

from __future__ import annotations

from decimal import Decimal

import pytest
from etopay_sdk import NotFound, WalletTxStatus

from tests.sdk.conftest import OpenSdk, ReadySdk
from tests.sdk.fake_chain import CONTRACT
from tests.sdk.fake_services import EVM_ADDRESS, OTHER_EVM, Services, Story

SENDER = "ab" * 20


async def test_evm_shows_both_directions(ready: ReadySdk, story: Story, services: Services) -> None:
    sdk = await ready()
    received = services.evm.receive(5 * 10**17)
    sent = await sdk.send_amount(story.pin, OTHER_EVM, "1")
    listed = await sdk.get_wallet_tx_list(story.pin, 0, 10)
    assert {tx.transaction_hash for tx in listed} == {received, sent}
    incoming = next(tx for tx in listed if tx.transaction_hash == received)
    assert (incoming.amount, incoming.is_sender, incoming.status) == (
        Decimal("0.5"),
        False,
        WalletTxStatus.CONFIRMED,
    )
    assert incoming.receiver == EVM_ADDRESS
    outgoing = next(tx for tx in listed if tx.transaction_hash == sent)
    assert outgoing.gas_fee == Decimal("0.000042")
    assert outgoing.block_number_hash is not None
    assert listed == await sdk.get_wallet_tx_list(story.pin, 0, 10)


async def test_evm_search_is_bounded_and_goes_on(ready: ReadySdk, story: Story, services: Services) -> None:
    sdk = await ready()
    first = services.evm.receive(1)
    for _ in range(900):
        services.evm.add_block([])
    for _ in range(3):
        services.requests.clear()
        listed = await sdk.get_wallet_tx_list(story.pin, 0, 10)
        assert services.requests.count("eth_getBlockByNumber") <= 400
    assert [tx.transaction_hash for tx in listed] == [first]
    services.requests.clear()
    await sdk.get_wallet_tx_list(story.pin, 0, 10)
    assert services.requests.count("eth_getBlockByNumber") == 0


@pytest.mark.parametrize("logs", [True, False])
async def test_token(ready: ReadySdk, story: Story, services: Services, logs: bool) -> None:
    sdk = await ready()
    services.evm.serves_logs = logs
    data = "0xa9059cbb" + EVM_ADDRESS[2:].lower().rjust(64, "0") + f"{3 * 10**18:064x}"
    services.evm.add_block([services.evm._tx("0x" + "cd" * 32, 0, "0x" + SENDER, CONTRACT, 0, data)])
    sent = await sdk.send_amount(story.pin, OTHER_EVM, "1.25", network="token")
    listed = await sdk.get_wallet_tx_list(story.pin, 0, 10, network="token")
    assert {(tx.transaction_hash, tx.amount, tx.is_sender, tx.network_key) for tx in listed} == {
        ("0x" + "cd" * 32, Decimal(3), False, "token"),
        (sent, Decimal("1.25"), True, "token"),
    }


async def test_iota_on_any_key(ready: ReadySdk, story: Story, services: Services) -> None:
    sdk = await ready()
    received = [services.iota.receive(10**9 + number) for number in range(60)]
    sent = await sdk.send_amount(story.pin, "0x" + "ee" * 32, "1", network="iota_other")
    everything = await sdk.get_wallet_tx_list(story.pin, 0, 100, network="iota_other")
    assert [tx.transaction_hash for tx in everything] == [sent, *reversed(received)]
    assert everything[0].gas_fee == Decimal("0.002")
    page = await sdk.get_wallet_tx_list(story.pin, 5, 3, network="iota_other")
    assert page == everything[5:8]
    assert {tx.network_key for tx in everything} == {"iota_other"}


async def test_offline_the_known_history_is_shown(
    ready: ReadySdk, open_sdk: OpenSdk, story: Story, services: Services
) -> None:
    sdk = await ready()
    sent = await sdk.send_amount(story.pin, OTHER_EVM, "1")
    await sdk.get_wallet_tx_list(story.pin, 0, 10)
    await sdk.close()
    services.fail("eth_blockNumber", "drop")
    again = open_sdk()
    await again.init_user("alice")
    await again.unlock(story.pin)
    assert [tx.transaction_hash for tx in await again.get_wallet_tx_list(story.pin, 0, 10)] == [sent]


async def test_details(ready: ReadySdk, story: Story, services: Services) -> None:
    sdk = await ready()
    received = services.iota.receive(10**9)
    found = await sdk.get_wallet_tx(story.pin, received, network="iota_other")
    assert (found.amount, found.is_sender, found.network_key) == (Decimal(1), False, "iota_other")
    for network, unknown in [("ETH", "0x" + "00" * 32), ("iota_other", "1" * 32), ("iota_other", "?")]:
        with pytest.raises(NotFound):
            await sdk.get_wallet_tx(story.pin, unknown, network=network)


async def test_balance(ready: ReadySdk, story: Story, services: Services) -> None:
    sdk = await ready()
    assert await sdk.get_balance(story.pin) == 100
    assert await sdk.get_balance(story.pin, network="iota_other") == 10
    services.iota.balance = 1
    assert await sdk.get_balance(story.pin, network="iota_other") == Decimal("0.000000001")


@pytest.mark.parametrize("value", ["f" * 64, "7" + "f" * 31, "0" * 32 + "7" + "f" * 31])
@pytest.mark.parametrize("logs", [True, False])
async def test_a_nonsensical_transfer_does_not_hide_the_rest(
    ready: ReadySdk, story: Story, services: Services, value: str, logs: bool
) -> None:
    sdk = await ready()
    services.evm.serves_logs = logs
    await sdk.send_amount(story.pin, OTHER_EVM, "1", network="token")
    data = "0xa9059cbb" + services.evm.account[2:].lower().rjust(64, "0") + value.rjust(64, "0")
    evil = services.evm._tx("0x" + "66" * 32, 0, "0x" + "ab" * 20, CONTRACT, 0, data)
    services.evm.add_block([evil])
    (found,) = await sdk.get_wallet_tx_list(story.pin, 0, 10, network="token")
    assert found.amount == 1
