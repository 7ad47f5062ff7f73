"""Transactions that the EVM node must not let in, with geth's words."""

from typing import Any

import pytest

from sandbox.services.chain.errors import RpcError
from sandbox.services.chain.evm.node import EvmNode
from tests.sandbox.chain.makers import ETHER, GWEI, EvmWallet

REFUSALS: list[tuple[str, dict[str, Any], str]] = [
    ("chain id", {"chain_id": 1}, "invalid chain id for signer: have 1 want 31337"),
    ("nonce gap", {"nonce": 7}, "nonce too high: next nonce 0, tx nonce 7"),
    ("low gas", {"gas_limit": 20_999}, "intrinsic gas too low: gas 20999, minimum needed 21000"),
    ("calldata gas", {"data": b"\x01\x00", "gas_limit": 21_019}, "intrinsic gas too low"),
    ("calldata floor", {"data": b"\x01" * 10, "gas_limit": 21_399}, "floor data gas cost: gas 21399"),
    ("gas over block", {"gas_limit": 30_000_001}, "exceeds block gas limit"),
    ("tip over fee", {"max_priority_fee_per_gas": 6 * GWEI}, "max priority fee per gas higher than max fee"),
    (
        "fee under base",
        {"max_fee_per_gas": 1, "max_priority_fee_per_gas": 1},
        "max fee per gas less than block base fee",
    ),
    ("value over balance", {"value": 10 * ETHER}, "insufficient funds for gas * price + value: balance"),
    ("fee over balance", {"max_fee_per_gas": ETHER}, "insufficient funds for gas * price + value: balance"),
    ("huge data", {"data": b"\x01" * 140_000, "gas_limit": 6_000_000}, "oversized data"),
    ("huge code", {"to": None, "data": b"\x00" * 49_153, "gas_limit": 9_000_000}, "max initcode size"),
]


@pytest.mark.parametrize(
    ("changes", "message"),
    [(changes, message) for _, changes, message in REFUSALS],
    ids=[name for name, _, _ in REFUSALS],
)
def test_refused_and_nothing_changed(
    evm: EvmNode, wallet: EvmWallet, changes: dict[str, Any], message: str
) -> None:
    before = (evm.call("eth_blockNumber", []), evm.call("eth_getBalance", [wallet.address, "latest"]))
    with pytest.raises(RpcError) as caught:
        wallet.send(**changes)
    assert caught.value.code == -32000
    assert message in caught.value.message
    assert before == (
        evm.call("eth_blockNumber", []),
        evm.call("eth_getBalance", [wallet.address, "latest"]),
    )


def test_used_nonce(wallet: EvmWallet) -> None:
    wallet.send()
    with pytest.raises(RpcError, match="nonce too low: next nonce 1, tx nonce 0"):
        wallet.send(nonce=0, value=2)


def test_same_transaction_twice(evm: EvmNode, wallet: EvmWallet) -> None:
    raw = "0x" + wallet.sign().encode().hex()
    evm.call("eth_sendRawTransaction", [raw])
    with pytest.raises(RpcError, match="already known") as caught:
        evm.call("eth_sendRawTransaction", [raw])
    assert caught.value.code == -32000


def test_garbage(evm: EvmNode) -> None:
    with pytest.raises(RpcError) as caught:
        evm.call("eth_sendRawTransaction", ["0x02c0"])
    assert caught.value.code == -32000


def test_the_last_wei_can_be_spent(evm: EvmNode, wallet: EvmWallet) -> None:
    fee = 21_000 * 5 * GWEI
    assert wallet.receipt(wallet.send(value=10 * ETHER - fee))["status"] == "0x1"
    left = int(evm.call("eth_getBalance", [wallet.address, "latest"]), 16)
    assert 0 < left < fee
    with pytest.raises(RpcError, match=f"balance {left}"):
        wallet.send(value=left)
