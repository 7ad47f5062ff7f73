"""Blocks by hand or by the clock."""

import pytest

from sandbox.services.chain.errors import RpcError
from sandbox.services.chain.evm.mining import INSTANT, MANUAL
from sandbox.services.chain.evm.node import NETWORKS, EvmNode
from tests.sandbox.chain.makers import BOB, ETHER, GWEI, EvmWallet, FakeClock


@pytest.fixture
def waiting(evm: EvmNode, wallet: EvmWallet) -> EvmNode:
    del wallet
    evm.use_mining(MANUAL)
    return evm


def test_a_transaction_waits_for_its_block(waiting: EvmNode, wallet: EvmWallet) -> None:
    tx_hash = wallet.send(value=ETHER)
    pending = waiting.call("eth_getTransactionByHash", [tx_hash])
    assert pending["blockHash"] is None
    assert waiting.call("eth_getTransactionReceipt", [tx_hash]) is None
    assert waiting.call("eth_getTransactionCount", [wallet.address, "latest"]) == "0x0"
    assert waiting.call("eth_getTransactionCount", [wallet.address, "pending"]) == "0x1"
    number = waiting.mine()
    receipt = wallet.receipt(tx_hash)
    assert int(receipt["blockNumber"], 16) == number
    assert waiting.call("eth_getTransactionByHash", [tx_hash])["blockHash"] == receipt["blockHash"]
    assert waiting.call("eth_getBalance", [BOB, "latest"]) == hex(ETHER)


def test_several_transactions_share_a_block(waiting: EvmNode, wallet: EvmWallet) -> None:
    hashes = [wallet.send(value=value) for value in (1, 2, 3)]
    waiting.mine()
    block = waiting.call("eth_getBlockByNumber", ["latest", False])
    assert block["transactions"] == hashes
    receipts = [wallet.receipt(one) for one in hashes]
    assert [int(one["transactionIndex"], 16) for one in receipts] == [0, 1, 2]
    assert [int(one["cumulativeGasUsed"], 16) for one in receipts] == [21_000, 42_000, 63_000]
    assert int(block["gasUsed"], 16) == 63_000


def test_logs_are_counted_through_the_block(waiting: EvmNode) -> None:
    hashes = [waiting.send(NETWORKS[1], "treasury", BOB, units, b"") for units in (1, 2)]
    waiting.mine()
    logs = waiting.call("eth_getLogs", [{}])
    assert [(log["transactionHash"], log["logIndex"]) for log in logs] == list(
        zip(hashes, ("0x0", "0x1"), strict=True)
    )


def test_rewards_by_percentile(waiting: EvmNode, wallet: EvmWallet) -> None:
    for tip in (2 * GWEI, GWEI):
        wallet.send(max_priority_fee_per_gas=tip)
    waiting.mine()
    history = waiting.call("eth_feeHistory", ["0x1", "latest", [0, 49, 51, 100]])
    assert history["reward"] == [[hex(GWEI), hex(GWEI), hex(2 * GWEI), hex(2 * GWEI)]]


def test_what_waits_is_counted_at_the_door(waiting: EvmNode, wallet: EvmWallet) -> None:
    wallet.send(value=6 * ETHER)
    with pytest.raises(RpcError, match="insufficient funds"):
        wallet.send(value=6 * ETHER)
    with pytest.raises(RpcError, match="replacement transaction underpriced"):
        wallet.send(nonce=0)
    with pytest.raises(RpcError, match="already known"):
        wallet.send(nonce=0, value=6 * ETHER)


def test_a_full_block_leaves_the_rest_for_the_next(waiting: EvmNode, wallet: EvmWallet) -> None:
    hashes = [wallet.send(gas_limit=29_990_000) for _ in range(2)]
    waiting.mine()
    assert wallet.receipt(hashes[0]) is not None
    assert wallet.receipt(hashes[1]) is None
    waiting.mine()
    assert wallet.receipt(hashes[1])["status"] == "0x1"


def test_back_to_instant_mining_executes_what_waits(waiting: EvmNode, wallet: EvmWallet) -> None:
    tx_hash = wallet.send()
    waiting.use_mining(INSTANT)
    assert wallet.receipt(tx_hash)["status"] == "0x1"


def test_empty_blocks_and_time(evm: EvmNode, clock: FakeClock) -> None:
    first = evm.mine()
    clock.now += 60
    second = evm.mine()
    clock.now -= 3600
    third = evm.mine()
    times = [
        int(evm.call("eth_getBlockByNumber", [hex(one), False])["timestamp"], 16)
        for one in (first, second, third)
    ]
    assert times[1] == times[0] + 60
    assert times[2] == times[1], "block time never goes back"
