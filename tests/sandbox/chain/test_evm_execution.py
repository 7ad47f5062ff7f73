"""What executed transactions leave behind: balances, receipts, logs, fees, estimates."""

from itertools import pairwise
from typing import Any

import pytest

from sandbox.services.chain.errors import RpcError
from sandbox.services.chain.evm import token
from sandbox.services.chain.evm.fees import GAS_LIMIT, GAS_TARGET, next_base_fee
from sandbox.services.chain.evm.node import CONTRACT_ADDRESS, NETWORKS, EvmNode
from tests.sandbox.chain.makers import BOB, ETHER, GWEI, EvmWallet

EURX = NETWORKS[1]
# Burns all gas: JUMPDEST PUSH1 0 JUMP
ENDLESS = bytes.fromhex("5b600056")


def balance(node: EvmNode, address: str) -> int:
    return int(node.call("eth_getBalance", [address, "latest"]), 16)


def test_a_payment(evm: EvmNode, wallet: EvmWallet) -> None:
    receipt = wallet.receipt(wallet.send(value=ETHER, data=b"order-7", gas_limit=30_000))
    gas, price = int(receipt["gasUsed"], 16), int(receipt["effectiveGasPrice"], 16)
    block = evm.call("eth_getBlockByNumber", [receipt["blockNumber"], True])
    base_fee = int(block["baseFeePerGas"], 16)
    assert (receipt["status"], gas) == ("0x1", 21_280)
    assert price == base_fee + GWEI
    assert balance(evm, BOB) == ETHER
    assert balance(evm, wallet.address) == 9 * ETHER - gas * price
    assert balance(evm, block["miner"]) >= gas * GWEI
    (transaction,) = block["transactions"]
    assert transaction == evm.call("eth_getTransactionByHash", [receipt["transactionHash"]])
    assert transaction["input"] == "0x" + b"order-7".hex()
    assert transaction["blockHash"] == block["hash"] == receipt["blockHash"]
    assert evm.call("eth_getBlockReceipts", [receipt["blockNumber"]]) == [receipt]
    assert evm.call("eth_getTransactionByBlockNumberAndIndex", [receipt["blockNumber"], "0x0"]) == transaction
    assert evm.call("eth_getTransactionByBlockHashAndIndex", [block["hash"], "0x1"]) is None


def test_token_transfer(evm: EvmNode, wallet: EvmWallet) -> None:
    evm.send(EURX, "treasury", wallet.address, 5_000_000, b"")
    call = {
        "from": wallet.address,
        "to": CONTRACT_ADDRESS,
        "input": hexed(token.transfer_call(BOB, 2_000_000)),
    }
    gas = int(evm.call("eth_estimateGas", [call, "pending"]), 16)
    receipt = wallet.receipt(
        wallet.send(to=CONTRACT_ADDRESS, value=0, data=token.transfer_call(BOB, 2_000_000), gas_limit=gas)
    )
    assert (receipt["status"], receipt["gasUsed"]) == ("0x1", hex(gas))
    (log,) = receipt["logs"]
    assert log["topics"] == [token.TRANSFER_TOPIC, word(wallet.address), word(BOB)]
    assert int(log["data"], 16) == 2_000_000
    assert evm.balance(EURX, BOB) == 2_000_000
    assert evm.balance(EURX, wallet.address) == 3_000_000


def test_token_transfer_of_more_than_there_is(evm: EvmNode, wallet: EvmWallet) -> None:
    data = token.transfer_call(BOB, 1)
    with pytest.raises(RpcError) as caught:
        evm.call("eth_estimateGas", [{"from": wallet.address, "to": CONTRACT_ADDRESS, "input": hexed(data)}])
    assert (caught.value.code, caught.value.message) == (3, "execution reverted")
    assert caught.value.data is not None
    assert caught.value.data.startswith("0xe450d38c")
    receipt = wallet.receipt(wallet.send(to=CONTRACT_ADDRESS, value=0, data=data, gas_limit=60_000))
    assert (receipt["status"], receipt["logs"], int(receipt["logsBloom"], 16)) == ("0x0", [], 0)
    assert 21_000 < int(receipt["gasUsed"], 16) < 60_000
    assert evm.balance(EURX, BOB) == 0


def test_a_failed_call_takes_all_back_but_the_fee(evm: EvmNode, wallet: EvmWallet) -> None:
    contract = deploy(wallet, ENDLESS)
    before = balance(evm, wallet.address)
    receipt = wallet.receipt(wallet.send(to=contract, value=ETHER, gas_limit=50_000))
    assert (receipt["status"], receipt["gasUsed"]) == ("0x0", hex(50_000))
    assert balance(evm, contract) == 0
    assert evm.log.after(NETWORKS[0], 0, 100, contract) == []
    assert balance(evm, wallet.address) == before - 50_000 * int(receipt["effectiveGasPrice"], 16)
    with pytest.raises(RpcError, match=r"gas required exceeds allowance \(30000000\)"):
        evm.call("eth_estimateGas", [{"to": contract}])


def test_storage_and_code(evm: EvmNode, wallet: EvmWallet) -> None:
    # CALLDATALOAD(0) SSTORE at slot 0
    contract = deploy(wallet, bytes.fromhex("60003560005500"))
    wallet.send(to=contract, value=0, data=(7).to_bytes(32), gas_limit=60_000)
    assert int(evm.call("eth_getStorageAt", [contract, "0x0", "latest"]), 16) == 7
    assert evm.call("eth_getCode", [contract, "latest"]) == "0x60003560005500"


def test_estimate_covers_the_calldata_floor(evm: EvmNode, wallet: EvmWallet) -> None:
    call = {"from": wallet.address, "to": BOB, "value": "0x1", "input": "0x" + "01" * 10}
    assert int(evm.call("eth_estimateGas", [call]), 16) == 21_400
    assert wallet.receipt(wallet.send(data=b"\x01" * 10, gas_limit=21_400))["status"] == "0x1"


def test_estimate_of_a_refund_is_enough(evm: EvmNode, wallet: EvmWallet) -> None:
    contract = deploy(wallet, bytes.fromhex("60003560005500"))
    wallet.send(to=contract, value=0, data=(7).to_bytes(32), gas_limit=60_000)
    call = {"from": wallet.address, "to": contract, "input": "0x" + "00" * 32}
    gas = int(evm.call("eth_estimateGas", [call]), 16)
    receipt = wallet.receipt(wallet.send(to=contract, value=0, data=bytes(32), gas_limit=gas))
    assert receipt["status"] == "0x1"
    assert int(receipt["gasUsed"], 16) < gas


def test_estimate_without_the_money(evm: EvmNode) -> None:
    call = {"from": BOB, "to": "0x" + "01" * 20, "value": "0x1"}
    with pytest.raises(RpcError, match="insufficient funds for gas \\* price \\+ value") as caught:
        evm.call("eth_estimateGas", [call])
    assert caught.value.code == -32000


def test_revert_reason_is_told(evm: EvmNode, wallet: EvmWallet) -> None:
    text = "0x08c379a0" + f"{32:064x}{2:064x}" + b"no".hex().ljust(64, "0")
    # Copies its calldata and reverts with it
    contract = deploy(wallet, bytes.fromhex("3660006000373660 00fd".replace(" ", "")))
    with pytest.raises(RpcError) as caught:
        evm.call("eth_call", [{"to": contract, "input": text}, "latest"])
    assert (caught.value.code, caught.value.message) == (3, "execution reverted: no")
    assert caught.value.data == text


def test_base_fee_follows_the_rule(evm: EvmNode, wallet: EvmWallet) -> None:
    for _ in range(5):
        wallet.send()
    history = evm.call("eth_feeHistory", ["0x5", "latest", [0, 50.0, 100]])
    fees = [int(fee, 16) for fee in history["baseFeePerGas"]]
    ratios = history["gasUsedRatio"]
    assert len(fees) == 6
    for (now, after), ratio in zip(pairwise(fees), ratios, strict=True):
        assert after == next_base_fee(now, round(ratio * GAS_LIMIT))
    assert history["reward"] == [[hex(GWEI)] * 3] * 5
    head = int(evm.call("eth_blockNumber", []), 16)
    assert int(history["oldestBlock"], 16) == head - 4
    assert int(evm.call("eth_gasPrice", []), 16) == fees[-1] + GWEI


@pytest.mark.parametrize(
    ("base_fee", "gas_used", "expected"),
    [
        (10**9, GAS_TARGET, 10**9),
        (10**9, 0, 875_000_000),
        (10**9, GAS_LIMIT, 1_125_000_000),
        (7, 0, 7),
        (8, 0, 7),
        (1, GAS_TARGET + 1, 2),
    ],
)
def test_next_base_fee(base_fee: int, gas_used: int, expected: int) -> None:
    assert next_base_fee(base_fee, gas_used) == expected


def test_logs_by_filter(evm: EvmNode, wallet: EvmWallet) -> None:
    for units in (1, 2, 3):
        evm.send(EURX, "treasury", wallet.address, units, b"")
    evm.send(EURX, "treasury", BOB, 9, b"")

    def amounts(query: dict[str, Any]) -> list[int]:
        return [int(log["data"], 16) for log in evm.call("eth_getLogs", [query])]

    everything = {"fromBlock": "earliest", "toBlock": "latest"}
    supply = token.TOTAL_SUPPLY
    to_us = [None, None, word(wallet.address)]
    assert amounts(everything) == [supply, 1, 2, 3, 9]
    assert amounts({}) == [9]
    assert amounts({**everything, "address": CONTRACT_ADDRESS, "topics": to_us}) == [1, 2, 3]
    assert amounts({**everything, "address": [BOB]}) == []
    assert amounts({**everything, "topics": [None, None, [word(BOB), word(wallet.address)]]}) == [1, 2, 3, 9]
    assert amounts({**everything, "topics": [word(BOB)]}) == []
    assert amounts({**everything, "topics": [[]]}) == [supply, 1, 2, 3, 9]
    assert amounts({**everything, "topics": [None] * 4}) == []
    block = evm.call("eth_getBlockByNumber", ["latest", False])
    assert amounts({"blockHash": block["hash"]}) == [9]


def deploy(wallet: EvmWallet, code: bytes) -> str:
    creation = bytes.fromhex(f"60{len(code):02x}600c60003960{len(code):02x}6000f3") + code
    receipt = wallet.receipt(wallet.send(to=None, value=0, data=creation, gas_limit=200_000))
    assert receipt["status"] == "0x1"
    address: str = receipt["contractAddress"]
    return address


def hexed(data: bytes) -> str:
    return "0x" + data.hex()


def word(address: str) -> str:
    return "0x" + address[2:].lower().rjust(64, "0")
