"""Pool, replacement, stuck, dropped and reverted transactions, reorganisations: as a wallet sees them."""

from pathlib import Path
from typing import Any

import pytest

from sandbox.services.chain.errors import ChainControlError, RpcError
from sandbox.services.chain.evm import token
from sandbox.services.chain.evm.mining import INSTANT, MANUAL, every
from sandbox.services.chain.evm.node import CONTRACT_ADDRESS, NETWORKS, EvmNode
from sandbox.services.chain.keys import account_address
from tests.sandbox.chain.makers import BOB, ETHER, GWEI, EvmWallet, FakeClock


@pytest.fixture
def waiting(evm: EvmNode, wallet: EvmWallet) -> EvmNode:
    del wallet
    evm.use_mining(MANUAL)
    return evm


def balance(node: EvmNode, address: str) -> int:
    return int(node.call("eth_getBalance", [address, "latest"]), 16)


def seen(node: EvmNode, tx_hash: str) -> Any:
    return node.call("eth_getTransactionByHash", [tx_hash])


def reopened(node: EvmNode, folder: Path, clock: FakeClock) -> EvmNode:
    node.close()
    return EvmNode(folder / "eth.sqlite", seed="test", clock=clock, changed=lambda: None)


def test_modes_over_json_rpc(evm: EvmNode, wallet: EvmWallet) -> None:
    assert evm.call("anvil_getAutomine", []) is True
    assert evm.call("evm_setAutomine", [False]) is True
    tx_hash = wallet.send()
    assert wallet.receipt(tx_hash) is None
    assert evm.call("txpool_status", []) == {"pending": "0x1", "queued": "0x0"}
    assert evm.call("evm_mine", []) == "0x0"
    assert wallet.receipt(tx_hash)["status"] == "0x1"
    before = int(evm.call("eth_blockNumber", []), 16)
    evm.call("anvil_mine", ["0x3"])
    assert int(evm.call("eth_blockNumber", []), 16) == before + 3
    evm.call("evm_setIntervalMining", [7])
    assert evm.chain.mining == every(7.0)
    assert evm.call("anvil_getIntervalMining", []) == 7
    evm.call("evm_setIntervalMining", [0])
    assert evm.chain.mining == MANUAL
    for method, values in (("evm_setAutomine", ["yes"]), ("anvil_mine", [0]), ("evm_setIntervalMining", [])):
        with pytest.raises(RpcError) as caught:
            evm.call(method, values)
        assert caught.value.code == -32602


def test_the_mode_is_kept(evm: EvmNode, tmp_path: Path, clock: FakeClock) -> None:
    for mining in (MANUAL, every(2.5), INSTANT):
        evm.use_mining(mining)
        evm = reopened(evm, tmp_path, clock)
        assert evm.chain.mining == mining
    evm.close()


def test_a_higher_fee_takes_the_place(waiting: EvmNode, wallet: EvmWallet) -> None:
    slow = wallet.send(value=1)
    with pytest.raises(RpcError, match="replacement transaction underpriced"):
        wallet.send(nonce=0, value=2, max_fee_per_gas=5 * GWEI + 1, max_priority_fee_per_gas=2 * GWEI)
    with pytest.raises(RpcError, match="replacement transaction underpriced"):
        wallet.send(nonce=0, value=2, max_fee_per_gas=6 * GWEI)
    fast = wallet.send(nonce=0, value=2, max_fee_per_gas=6 * GWEI, max_priority_fee_per_gas=2 * GWEI)
    assert seen(waiting, slow) is None
    waiting.mine()
    assert wallet.receipt(fast)["status"] == "0x1"
    assert balance(waiting, BOB) == 2
    assert wallet.receipt(slow) is None


def test_a_nonce_gap_waits_until_it_is_filled(waiting: EvmNode, wallet: EvmWallet) -> None:
    later = wallet.send(nonce=1, value=10)
    assert waiting.call("txpool_status", []) == {"pending": "0x0", "queued": "0x1"}
    assert waiting.call("eth_getTransactionCount", [wallet.address, "pending"]) == "0x0"
    waiting.mine()
    assert wallet.receipt(later) is None
    first = wallet.send(nonce=0, value=1)
    content = waiting.call("txpool_content", [])
    assert [one["hash"] for one in content["pending"][wallet.address].values()] == [later, first]
    waiting.mine()
    assert waiting.call("eth_getBlockByNumber", ["latest", False])["transactions"] == [first, later]


def test_dropped_by_a_call(waiting: EvmNode, wallet: EvmWallet) -> None:
    tx_hash = wallet.send()
    assert waiting.call("anvil_dropTransaction", [tx_hash]) == tx_hash
    assert seen(waiting, tx_hash) is None
    assert waiting.call("anvil_dropTransaction", [tx_hash]) is None
    assert waiting.call("eth_getTransactionCount", [wallet.address, "pending"]) == "0x0"


def test_stuck_until_released(evm: EvmNode, wallet: EvmWallet, tmp_path: Path, clock: FakeClock) -> None:
    evm.chain.plans.add("stuck", None, 1)
    stuck, behind = wallet.send(value=1), wallet.send(value=10)
    other = evm.send(NETWORKS[0], "treasury", BOB, 100, b"")
    assert evm.call("eth_getTransactionReceipt", [other])["status"] == "0x1"
    node = reopened(evm, tmp_path, clock)
    node.mine()
    assert balance(node, BOB) == 100
    assert seen(node, stuck)["blockHash"] is None
    assert node.chain.pool.fate(stuck) == "stuck"
    node.chain.pool.decide(stuck, None)
    node.mine()
    assert node.call("eth_getBlockByNumber", ["latest", False])["transactions"] == [stuck, behind]
    assert balance(node, BOB) == 111
    node.close()


def test_a_stuck_transaction_is_freed_by_a_higher_fee(evm: EvmNode, wallet: EvmWallet) -> None:
    evm.chain.plans.add("stuck", wallet.address, 1)
    wallet.send(value=1)
    fast = wallet.send(nonce=0, value=2, max_fee_per_gas=9 * GWEI, max_priority_fee_per_gas=3 * GWEI)
    assert wallet.receipt(fast)["status"] == "0x1"
    assert evm.chain.pool.all() == []
    assert evm.chain.plans.all() == []


def test_dropped_after_its_hash_was_given(evm: EvmNode, wallet: EvmWallet) -> None:
    evm.chain.plans.add("dropped", wallet.address, 1)
    tx_hash = wallet.send(value=1)
    assert seen(evm, tx_hash) is None
    assert evm.call("eth_getTransactionCount", [wallet.address, "pending"]) == "0x0"
    assert wallet.receipt(wallet.send(value=1))["status"] == "0x1"


@pytest.mark.parametrize("manual", [False, True])
def test_reverted_with_all_it_costs(evm: EvmNode, wallet: EvmWallet, *, manual: bool) -> None:
    evm.use_mining(MANUAL if manual else INSTANT)
    evm.chain.plans.add("reverted", None, 2)
    before = balance(evm, wallet.address)
    hashes = [
        wallet.send(value=ETHER),
        wallet.send(value=0, to=CONTRACT_ADDRESS, data=token.transfer_call(BOB, 0), gas_limit=70_000),
        wallet.send(value=7),
    ]
    if manual:
        evm.mine()
    receipts = [wallet.receipt(one) for one in hashes]
    assert [one["status"] for one in receipts] == ["0x0", "0x0", "0x1"]
    assert receipts[0]["logs"] == receipts[1]["logs"] == []
    assert balance(evm, BOB) == 7
    fees = sum(int(one["gasUsed"], 16) * int(one["effectiveGasPrice"], 16) for one in receipts)
    assert balance(evm, wallet.address) == before - fees - 7
    assert evm.call("eth_getTransactionCount", [wallet.address, "latest"]) == "0x3"
    assert evm.call("eth_getCode", [BOB, "latest"]) == "0x"
    assert evm.log.newest(NETWORKS[0], 1)[0].tx_id == hashes[2]
    evm.use_mining(INSTANT)
    evm.send(NETWORKS[1], "treasury", BOB, 5, b"")
    assert evm.balance(NETWORKS[1], BOB) == 5, "the token still has its code"


@pytest.mark.parametrize("times", [1, 3])
def test_an_account_of_ours_still_pays_whole_after_reverted_payments(evm: EvmNode, times: int) -> None:
    shop = account_address("test", NETWORKS[0], "shop").lower()
    evm.send(NETWORKS[0], "treasury", shop, ETHER, b"")
    evm.chain.plans.add("reverted", shop, times)
    for _ in range(times):
        assert evm.fate(evm.send(NETWORKS[0], "shop", BOB, ETHER, b"")) == "reverted"
    assert evm.fate(evm.send(NETWORKS[0], "shop", BOB, ETHER, b"")) == "landed"
    assert balance(evm, BOB) == ETHER


def test_the_treasury_gives_for_gas_and_nothing_else(evm: EvmNode) -> None:
    evm.send(NETWORKS[0], "treasury", account_address("test", NETWORKS[0], "shop").lower(), ETHER, b"")
    with pytest.raises(RpcError, match="insufficient funds"):
        evm.send(NETWORKS[0], "shop", BOB, 2 * ETHER, b"")


def test_what_cannot_revert_leaves_the_plan(evm: EvmNode, wallet: EvmWallet) -> None:
    evm.chain.plans.add("reverted", None, 1)
    assert wallet.receipt(wallet.send(to=wallet.address))["status"] == "0x1"
    assert wallet.receipt(wallet.send(to=None, gas_limit=60_000, value=0))["status"] == "0x1"
    assert [one.remaining for one in evm.chain.plans.all()] == [1]
    assert wallet.receipt(wallet.send())["status"] == "0x0"


@pytest.mark.parametrize("afterwards", ["pool", "vanish"])
def test_reorganisation(
    evm: EvmNode, wallet: EvmWallet, tmp_path: Path, clock: FakeClock, afterwards: Any
) -> None:
    start = balance(evm, wallet.address)
    head = evm.chain.head().number
    sent = [wallet.send(value=1), wallet.send(value=2)]
    evm.send(NETWORKS[1], "treasury", BOB, 5, b"")
    old = evm.call("eth_getBlockByNumber", ["latest", False])
    last = evm.log.newest(NETWORKS[1], 1)[0].sequence
    orphans = evm.reorganise(3, afterwards)
    assert orphans[:2] == sent
    new = evm.call("eth_getBlockByNumber", ["latest", False])
    assert (new["number"], new["hash"] == old["hash"]) == (old["number"], False)
    assert evm.call("eth_getBlockByHash", [old["hash"], False]) is None
    assert balance(evm, BOB) == evm.balance(NETWORKS[1], BOB) == 0
    assert balance(evm, wallet.address) == start
    assert evm.log.after(NETWORKS[0], 0, 10, BOB) == []
    assert evm.call("eth_getLogs", [{"fromBlock": hex(head + 1)}]) == []
    node = reopened(evm, tmp_path, clock)
    assert balance(node, wallet.address) == start
    found = seen(node, sent[0])
    node.mine()
    if afterwards == "vanish":
        assert found is None
        assert balance(node, BOB) == 0
    else:
        assert found["blockHash"] is None
        assert (balance(node, BOB), node.balance(NETWORKS[1], BOB)) == (3, 5)
        (again,) = node.log.after(NETWORKS[1], 0, 10, BOB)
        assert again.sequence > last, "a cursor behind the lost transfer still sees this one"
    node.close()


def test_reorganisation_of_empty_blocks_and_contracts(evm: EvmNode, wallet: EvmWallet) -> None:
    code = bytes.fromhex("60003560005500")
    creation = bytes.fromhex(f"60{len(code):02x}600c60003960{len(code):02x}6000f3") + code
    kept = wallet.receipt(wallet.send(to=None, value=0, data=creation, gas_limit=200_000))["contractAddress"]
    wallet.send(to=kept, value=0, data=(7).to_bytes(32), gas_limit=60_000)
    evm.mine()
    wallet.send(to=kept, value=0, data=(8).to_bytes(32), gas_limit=60_000)
    lost = wallet.receipt(wallet.send(to=None, value=0, data=creation, gas_limit=200_000))["contractAddress"]
    first = evm.reorganise(2, "vanish")
    assert len(first) == 2
    assert int(evm.call("eth_getStorageAt", [kept, "0x0", "latest"]), 16) == 7
    assert evm.call("eth_getCode", [lost, "latest"]) == "0x"
    empty = evm.call("eth_getBlockByNumber", ["latest", False])["hash"]
    assert evm.reorganise(1, "pool") == []
    assert evm.call("eth_getBlockByNumber", ["latest", False])["hash"] != empty


def test_how_deep_a_reorganisation_goes(evm: EvmNode, wallet: EvmWallet) -> None:
    possible = evm.chain.head().number - 1
    with pytest.raises(ChainControlError, match=f"can take back {possible} of its newest blocks"):
        evm.reorganise(possible + 1, "pool")
    with pytest.raises(RpcError, match="not possible"):
        evm.call("anvil_reorg", [possible + 1, []])
    evm.call("anvil_reorg", [possible, []])
    assert balance(evm, wallet.address) == 0
    evm.send(NETWORKS[1], "treasury", BOB, 5, b"")
    assert evm.balance(NETWORKS[1], BOB) == 5


@pytest.mark.parametrize("units", [5, 8])
def test_a_payout_waits_behind_what_pays_its_gas(evm: EvmNode, clock: FakeClock, units: int) -> None:
    shop = account_address("test", NETWORKS[1], "shop").lower()
    evm.send(NETWORKS[1], "treasury", shop, 10, b"")
    evm.use_mining(MANUAL)
    clock.now += 12
    paid = [evm.send(NETWORKS[1], "shop", BOB, one, b"") for one in (1, units)]
    assert balance(evm, shop) == 0
    evm.mine()
    assert [evm.call("eth_getTransactionReceipt", [one])["status"] for one in paid] == ["0x1", "0x1"]
    assert evm.balance(NETWORKS[1], BOB) == 1 + units
