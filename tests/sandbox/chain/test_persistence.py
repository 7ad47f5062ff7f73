"""Chains survive a restart and a kill -9; what was acknowledged is there, once."""

import sqlite3
import subprocess
import sys
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from sandbox.services.chain import ETH, EURX, IOTA_MAINNET, IOTA_TESTNET, ChainHub, transfers
from sandbox.services.chain.evm import schema
from sandbox.services.chain.evm.chain import EvmChain
from sandbox.services.chain.evm.mining import MANUAL
from sandbox.services.chain.evm.node import CONTRACT_ADDRESS, DEPLOYER, NETWORKS, EvmNode
from sandbox.services.chain.keys import evm_account
from sandbox.services.chain.storage import Database
from tests.sandbox.chain.makers import BOB, ETHER, EvmWallet, FakeClock

TARGETS = {
    ETH: "0x" + "d1" * 20,
    EURX: "0x" + "d2" * 20,
    IOTA_TESTNET: "0x" + "d3" * 32,
    IOTA_MAINNET: "0x" + "d4" * 32,
}


async def test_everything_is_there_after_reopening(tmp_path: Path, clock: FakeClock) -> None:
    async def look(hub: ChainHub) -> list[object]:
        seen: list[object] = [hub.networks]
        for key, address in TARGETS.items():
            seen += [await hub.balance(key, address), await hub.transfers(key), await hub.cursor("shop", key)]
        return seen

    hub = ChainHub(tmp_path, clock=clock)
    await hub.open()
    for key, address in TARGETS.items():
        await hub.fund(key, address, Decimal("1.5"))
        (transfer,) = await hub.transfers(key, recipient=address)
        await hub.acknowledge("shop", transfer)
    before = await look(hub)
    await hub.close()
    again = ChainHub(tmp_path, clock=clock)
    await again.open()
    assert await look(again) == before
    await again.fund(ETH, TARGETS[ETH], Decimal(1))
    assert await again.balance(ETH, TARGETS[ETH]) == Decimal("2.5")
    await again.close()


def test_what_waits_in_the_pool_is_kept(tmp_path: Path, clock: FakeClock) -> None:
    def reopen() -> EvmNode:
        return EvmNode(tmp_path / "eth.sqlite", seed="test", clock=clock, changed=lambda: None)

    node = reopen()
    wallet = EvmWallet(node)
    node.send(NETWORKS[0], "treasury", wallet.address, ETHER, b"")
    node.use_mining(MANUAL)
    tx_hash = wallet.send(value=7)
    node.close()
    node = reopen()
    assert node.call("eth_getTransactionByHash", [tx_hash])["blockHash"] is None
    node.mine()
    assert node.call("eth_getTransactionReceipt", [tx_hash])["status"] == "0x1"
    node.close()


def test_contracts_and_block_hashes_are_kept(tmp_path: Path, clock: FakeClock) -> None:
    def reopen() -> EvmNode:
        return EvmNode(tmp_path / "eth.sqlite", seed="test", clock=clock, changed=lambda: None)

    # Stores its calldata; without any it returns the hash of the block before
    code = bytes.fromhex("3615600c57600035600055005b43600190034060005260206000f3")
    creation = bytes.fromhex(f"60{len(code):02x}600c60003960{len(code):02x}6000f3") + code
    node = reopen()
    wallet = EvmWallet(node)
    node.send(NETWORKS[0], "treasury", wallet.address, ETHER, b"")
    contract = wallet.receipt(wallet.send(to=None, value=0, data=creation, gas_limit=200_000))[
        "contractAddress"
    ]
    for number in (7, 8):
        wallet.send(to=contract, value=1, data=number.to_bytes(32), gas_limit=100_000)
    for _ in range(2):
        assert node.call("eth_getCode", [contract, "latest"]) == "0x" + code.hex()
        assert int(node.call("eth_getStorageAt", [contract, "0x0", "latest"]), 16) == 8
        head = node.call("eth_getBlockByNumber", ["latest", False])
        assert node.call("eth_call", [{"to": contract}, "latest"]) == head["hash"]
        node.close()
        node = reopen()
    node.close()


def test_a_start_that_was_cut_off_is_finished(tmp_path: Path, clock: FakeClock) -> None:
    database = Database(tmp_path / "eth.sqlite", schema.SCHEMA + transfers.SCHEMA)
    EvmChain(
        database,
        chain_id=31337,
        allocation={evm_account("test", "treasury").address: ETHER, DEPLOYER.address: ETHER},
        clock=clock,
        on_mined=lambda *_: None,
    )
    database.close()
    node = EvmNode(tmp_path / "eth.sqlite", seed="test", clock=clock, changed=lambda: None)
    assert len(node.call("eth_getCode", [CONTRACT_ADDRESS, "latest"])) > 1000
    assert node.call("eth_blockNumber", []) == "0x1"
    node.close()


def test_memory_follows_the_disk_when_a_block_cannot_be_stored(
    evm: EvmNode, wallet: EvmWallet, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise sqlite3.OperationalError("disk I/O error")

    before = evm.call("eth_getBalance", [wallet.address, "latest"])
    with monkeypatch.context() as patch:
        patch.setattr(evm.chain, "_on_mined", fail)
        with pytest.raises(sqlite3.OperationalError):
            wallet.send(value=ETHER)
    assert evm.call("eth_getBalance", [wallet.address, "latest"]) == before
    assert evm.call("eth_getTransactionCount", [wallet.address, "latest"]) == "0x0"
    assert wallet.receipt(wallet.send(value=ETHER))["status"] == "0x1"
    assert evm.call("eth_getBalance", [BOB, "latest"]) == hex(ETHER)


async def test_kill_in_the_middle_of_sends(tmp_path: Path) -> None:
    script = str(Path(__file__).with_name("sender_process.py"))
    targets = [f"{key}={address}" for key, address in TARGETS.items()]
    acknowledged: Counter[str] = Counter()
    ids: set[str] = set()
    for round_length in (40, 7, 58):
        process = subprocess.Popen(
            [sys.executable, script, str(tmp_path), *targets],
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[3],
            env={"PYTHONPATH": str(Path(__file__).parents[3])},
        )
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(round_length)]
        process.kill()
        lines += process.stdout.readlines()
        assert process.wait() != 0
        complete = [line.split() for line in lines if line.endswith("\n")]
        acknowledged.update(key for key, _ in complete)
        ids.update(tx_id for _, tx_id in complete)
    assert len(ids) == sum(acknowledged.values()) >= 105

    hub = ChainHub(tmp_path)
    await hub.open()
    found: set[str] = set()
    unacknowledged = 0
    for key, address in TARGETS.items():
        received = await hub.transfers(key, recipient=address, limit=1000)
        assert await hub.balance(key, address) == len(received), "each transfer counted once"
        found |= {one.tx_id for one in received}
        unacknowledged += len(received) - acknowledged[key]
    await hub.close()
    assert ids <= found
    assert 0 <= unacknowledged <= 3, "at most the send that each kill cut off"
