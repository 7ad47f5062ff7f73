"""The hub: faucet, payouts, transfer log, cursors, mining by the clock, reset."""

import asyncio
import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from sandbox.core.clock import FixedClock
from sandbox.services.chain import (
    ETH,
    EURX,
    IOTA_MAINNET,
    IOTA_TESTNET,
    AddressError,
    AmountError,
    ChainHub,
    StorageInUseError,
    TransferRefusedError,
    UnknownNetworkError,
)
from tests.sandbox.chain.makers import FakeClock

NEWEST = b'{"jsonrpc": "2.0", "id": 1, "method": "eth_blockNumber", "params": []}'
EVM_ADDRESS = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266"
IOTA_ADDRESS = "0x" + "ab" * 32
ADDRESSES = {ETH: EVM_ADDRESS, EURX: EVM_ADDRESS, IOTA_TESTNET: IOTA_ADDRESS, IOTA_MAINNET: IOTA_ADDRESS}


@pytest.mark.parametrize("key", ADDRESSES)
async def test_faucet(hub: ChainHub, key: str) -> None:
    amount = Decimal("12.345678")
    tx_id = await hub.fund(key, ADDRESSES[key], amount)
    assert await hub.balance(key, ADDRESSES[key]) == amount
    (transfer,) = await hub.transfers(key, recipient=ADDRESSES[key])
    assert (transfer.tx_id, transfer.amount, transfer.network_key) == (tx_id, amount, key)
    assert (transfer.recipient, transfer.sender) == (ADDRESSES[key], hub.address("treasury", key))


async def test_networks_are_apart(hub: ChainHub) -> None:
    await hub.fund(IOTA_TESTNET, IOTA_ADDRESS, Decimal(1))
    await hub.fund(EURX, EVM_ADDRESS, Decimal(1))
    assert await hub.balance(IOTA_MAINNET, IOTA_ADDRESS) == 0
    assert await hub.balance(ETH, EVM_ADDRESS) == 0
    assert hub.address("shop", IOTA_MAINNET) != hub.address("shop", IOTA_TESTNET)
    assert hub.address("shop", ETH) == hub.address("shop", EURX) != hub.address("treasury", ETH)


async def test_the_iota_networks_are_two_chains(hub: ChainHub) -> None:
    async def ask(key: str, method: str, *values: object) -> object:
        call = {"jsonrpc": "2.0", "id": 1, "method": method, "params": list(values)}
        return (await hub.rpc(key, json.dumps(call).encode()))["result"]

    digest = await hub.fund(IOTA_TESTNET, IOTA_ADDRESS, Decimal(1))
    newest = [
        await ask(key, "iota_getLatestCheckpointSequenceNumber") for key in (IOTA_TESTNET, IOTA_MAINNET)
    ]
    assert newest == ["1", "0"]
    names = {str(await ask(key, "iota_getChainIdentifier")) for key in (IOTA_TESTNET, IOTA_MAINNET)}
    assert len(names) == 2
    assert await hub.transaction(IOTA_TESTNET, digest) is not None
    assert await hub.transaction(IOTA_MAINNET, digest) is None


async def test_network_facts(hub: ChainHub) -> None:
    token = hub.networks[EURX]
    assert (token.decimals, token.chain_id, token.node_path) == (6, 31337, "/nodes/ETH")
    assert token.contract_address == "0x38D0305a04854a67a7f1e9080aFDCB7693c340D4"
    assert hub.networks[ETH].decimals == 18
    assert hub.networks[IOTA_MAINNET].coin_type == "0x2::iota::IOTA"
    assert hub.networks[IOTA_MAINNET].node_path == "/nodes/iota_rebased_mainnet"


@pytest.mark.parametrize("key", ADDRESSES)
async def test_payout_from_a_named_account(hub: ChainHub, key: str) -> None:
    await hub.fund(key, hub.address("shop", key), Decimal(5))
    await hub.transfer(key, ADDRESSES[key], Decimal(2), sender="shop")
    assert await hub.balance(key, ADDRESSES[key]) == 2
    assert Decimal("2.9") < await hub.balance(key, hub.address("shop", key)) <= 3


@pytest.mark.parametrize("key", ADDRESSES)
async def test_a_payout_of_all_there_is(hub: ChainHub, key: str) -> None:
    await hub.fund(key, hub.address("shop", key), Decimal(5))
    await hub.transfer(key, ADDRESSES[key], Decimal(5), sender="shop")
    assert await hub.balance(key, ADDRESSES[key]) == 5
    assert await hub.balance(key, hub.address("shop", key)) < Decimal("0.01")


async def test_payout_with_calldata(hub: ChainHub) -> None:
    await hub.transfer(ETH, EVM_ADDRESS, Decimal(1), data=b"order-1")
    await hub.transfer(EURX, EVM_ADDRESS, Decimal(1), data=b"order-2")
    (ether,) = await hub.transfers(ETH, recipient=EVM_ADDRESS)
    (token,) = await hub.transfers(EURX, recipient=EVM_ADDRESS)
    assert ether.data == b"order-1"
    assert token.data.endswith(b"order-2")


@pytest.mark.parametrize("key", ADDRESSES)
async def test_an_empty_account_cannot_pay(hub: ChainHub, key: str) -> None:
    with pytest.raises(TransferRefusedError, match="could not be sent from 'poor'"):
        await hub.transfer(key, ADDRESSES[key], Decimal(1), sender="poor")
    assert await hub.balance(key, ADDRESSES[key]) == 0


@pytest.mark.parametrize(
    ("key", "address", "amount", "error"),
    [
        ("DOGE", EVM_ADDRESS, Decimal(1), UnknownNetworkError),
        (ETH, IOTA_ADDRESS, Decimal(1), AddressError),
        (ETH, "nobody", Decimal(1), AddressError),
        (IOTA_TESTNET, EVM_ADDRESS, Decimal(1), AddressError),
        (EURX, EVM_ADDRESS, Decimal("0.0000001"), AmountError),
        (EURX, EVM_ADDRESS, Decimal(0), AmountError),
        (EURX, EVM_ADDRESS, Decimal(-1), AmountError),
        (EURX, EVM_ADDRESS, Decimal("NaN"), AmountError),
    ],
)
async def test_malformed(
    hub: ChainHub, key: str, address: str, amount: Decimal, error: type[Exception]
) -> None:
    with pytest.raises(error):
        await hub.fund(key, address, amount)


async def test_lower_case_addresses_are_the_same(hub: ChainHub) -> None:
    await hub.fund(ETH, EVM_ADDRESS.lower(), Decimal(1))
    assert await hub.balance(ETH, EVM_ADDRESS) == 1
    assert len(await hub.transfers(ETH, recipient=EVM_ADDRESS.lower())) == 1


async def test_log_and_cursor(hub: ChainHub) -> None:
    for amount in (1, 2, 3):
        await hub.fund(ETH, EVM_ADDRESS, Decimal(amount))
        await hub.fund(EURX, EVM_ADDRESS, Decimal(10 * amount))
    first, second, third = await hub.transfers(ETH, recipient=EVM_ADDRESS)
    assert [first.amount, second.amount, third.amount] == [1, 2, 3]
    assert first.sequence < second.sequence < third.sequence
    assert [one.amount for one in await hub.transfers(ETH, after=first.sequence, limit=1)] == [2]
    await hub.acknowledge("shop", second)
    await hub.acknowledge("shop", first)
    assert await hub.cursor("shop", ETH) == second.sequence
    assert await hub.cursor("other", ETH) == await hub.cursor("shop", EURX) == 0
    newest = await hub.newest_transfers(EURX, limit=2, address=EVM_ADDRESS)
    assert [one.amount for one in newest] == [30, 20]


async def test_failed_transactions_are_no_transfers(hub: ChainHub) -> None:
    await hub.fund(IOTA_TESTNET, hub.address("shop", IOTA_TESTNET), Decimal(1))
    with pytest.raises(TransferRefusedError):
        await hub.transfer(IOTA_TESTNET, IOTA_ADDRESS, Decimal(5), sender="shop")
    assert await hub.transfers(IOTA_TESTNET, recipient=IOTA_ADDRESS) == []


async def test_waiting_for_changes(hub: ChainHub) -> None:
    await asyncio.sleep(0.05)
    seen = hub.changes
    assert await hub.wait_for_change(0.01, since=seen) is False
    waiting = asyncio.create_task(hub.wait_for_change(5))
    await hub.fund(IOTA_MAINNET, IOTA_ADDRESS, Decimal(1))
    assert await waiting is True
    assert await hub.wait_for_change(5, since=seen) is True


async def test_intervals_are_those_of_the_sandbox_s_clock(tmp_path: Path) -> None:
    time = FixedClock(datetime(2026, 3, 1, tzinfo=UTC))
    hub = ChainHub(tmp_path, clock=lambda: time.now().timestamp(), sleep=time.sleep)
    await hub.open()
    await hub.set_block_interval(3600)
    await hub.fund(ETH, EVM_ADDRESS, Decimal(1))
    await somebody_waits_for(time)
    time.advance(3599)
    assert await hub.wait_for_change(0.2, since=hub.changes) is False
    for hours in (1, 2, 3):
        await somebody_waits_for(time)
        before = hub.changes
        time.advance(3600)
        assert await hub.wait_for_change(5, since=before) is True
        assert await hub.rpc(ETH, NEWEST) == {"jsonrpc": "2.0", "id": 1, "result": hex(1 + hours)}
    assert await hub.balance(ETH, EVM_ADDRESS) == 1
    await hub.close()


async def somebody_waits_for(time: FixedClock) -> None:
    async with asyncio.timeout(5):
        while not time._waiting:
            await asyncio.sleep(0)


async def test_mining_by_the_clock(tmp_path: Path, clock: FakeClock) -> None:
    hub = ChainHub(tmp_path, clock=clock, block_interval=0.05)
    await hub.open()
    await hub.fund(ETH, EVM_ADDRESS, Decimal(1))
    assert await hub.balance(ETH, EVM_ADDRESS) == 0
    async with asyncio.timeout(5):
        while not await hub.transfers(ETH, recipient=EVM_ADDRESS):
            await hub.wait_for_change(1)
    assert await hub.balance(ETH, EVM_ADDRESS) == 1
    await hub.set_block_interval(None)
    await hub.fund(ETH, EVM_ADDRESS, Decimal(1))
    assert await hub.balance(ETH, EVM_ADDRESS) == 2
    number = await hub.mine()
    assert await hub.mine() == number + 1
    await hub.close()


async def test_reset(hub: ChainHub) -> None:
    for key, address in ADDRESSES.items():
        await hub.fund(key, address, Decimal(1))
        await hub.acknowledge("shop", (await hub.transfers(key))[-1])
    await hub.reset()
    for key, address in ADDRESSES.items():
        assert await hub.balance(key, address) == 0
        assert await hub.transfers(key, recipient=address) == []
        assert await hub.cursor("shop", key) == 0
    await hub.fund(EURX, EVM_ADDRESS, Decimal(1))
    assert await hub.balance(EURX, EVM_ADDRESS) == 1


async def test_many_at_once(hub: ChainHub) -> None:
    await asyncio.gather(*(hub.fund(key, ADDRESSES[key], Decimal(1)) for key in ADDRESSES for _ in range(10)))
    assert [await hub.balance(key, ADDRESSES[key]) for key in ADDRESSES] == [10] * 4


async def test_a_folder_belongs_to_one_process(hub: ChainHub, tmp_path: Path) -> None:
    second = ChainHub(tmp_path)
    with pytest.raises(StorageInUseError, match="is open in another process"):
        await second.open()
    await second.close()
    await hub.fund(ETH, EVM_ADDRESS, Decimal(1))


async def test_use_before_opening(tmp_path: Path) -> None:
    hub = ChainHub(tmp_path)
    with pytest.raises(RuntimeError, match="not open"):
        await hub.balance(ETH, EVM_ADDRESS)
    await hub.close()


async def test_an_unwritable_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    hub = ChainHub(tmp_path / "file")
    with pytest.raises(OSError, match="file"):
        await hub.open()
    await hub.close()
