"""Arguments of JSON-RPC calls are read strictly."""

from typing import Any

import pytest

from sandbox.services.chain.errors import RpcError
from sandbox.services.chain.evm.node import EvmNode

A = "0x" + "aa" * 20
H = "0x" + "00" * 32


@pytest.mark.parametrize(
    ("method", "values", "message"),
    [
        ("eth_getBalance", [], "missing value for required argument 0"),
        ("eth_getBalance", [A, "latest", 1], "too many arguments, want at most 2"),
        ("eth_getBalance", [A[2:], "latest"], "without 0x prefix"),
        ("eth_getBalance", [A[:-2], "latest"], "has length 38, want 40 for common.Address"),
        ("eth_getBalance", [A[:-1] + "g", "latest"], "invalid hex string"),
        ("eth_getBalance", [5, "latest"], "non-string"),
        ("eth_getBalance", [A, "0x01"], "leading zero digits"),
        ("eth_getBalance", [A, "0x"], "no number"),
        ("eth_getBalance", [A, "1"], "without 0x prefix"),
        ("eth_getBalance", [A, "0x" + "f" * 16], "larger than int64"),
        ("eth_getBalance", [A, {"blockHash": H, "blockNumber": "0x0"}], "cannot specify both"),
        ("eth_getBlockByNumber", ["latest", "yes"], "a boolean is expected"),
        ("eth_getTransactionReceipt", ["0x12"], "want 64 for common.Hash"),
        ("eth_sendRawTransaction", ["0x123"], "odd length"),
        ("eth_call", ["0x"], "an object is expected"),
        ("eth_call", [{"to": A, "value": "0x00"}], "leading zero digits"),
        ("eth_call", [{"to": A, "data": "0x01", "input": "0x02"}], "not equal"),
        ("eth_call", [{"to": A}, "latest", {A: {}}], "state overrides are not supported"),
        ("eth_estimateGas", [{"to": A, "value": "0x1" + "0" * 64}], "> 256 bits"),
        ("eth_feeHistory", ["0x1", "latest", "20"], "a list of percentiles"),
        ("eth_feeHistory", ["0x1", H], "a block number or tag"),
        ("eth_getLogs", [{"topics": [None] * 5}], "at most four topics"),
        ("eth_getLogs", [{"blockHash": H, "fromBlock": "0x0"}], "choose one or the other"),
        ("eth_getStorageAt", [A, "0x" + "0" * 65], "1 to 64 hex digits"),
    ],
)
def test_malformed(evm: EvmNode, method: str, values: list[Any], message: str) -> None:
    with pytest.raises(RpcError) as caught:
        evm.call(method, values)
    assert caught.value.code == -32602
    assert message in caught.value.message


@pytest.mark.parametrize(
    ("method", "values", "code", "message"),
    [
        ("eth_sign", [], -32601, "the method eth_sign does not exist"),
        ("eth_getBalance", [A, "0x0"], -32000, "missing trie node"),
        ("eth_getBalance", [A, "0x99"], -32000, "header not found"),
        ("eth_call", [{"to": A, "chainId": "0x1"}], -32000, "chainId does not match node's"),
        ("eth_feeHistory", ["0x1", "0x99"], -32000, "request beyond head block"),
        ("eth_feeHistory", ["0x1", "latest", [50, 20]], -32000, "invalid reward percentile"),
        ("eth_getLogs", [{"fromBlock": "0x1", "toBlock": "0x0"}], -32000, "invalid block range"),
        ("eth_getLogs", [{"blockHash": H}], -32000, "unknown block"),
    ],
)
def test_well_formed_but_refused(
    evm: EvmNode, method: str, values: list[Any], code: int, message: str
) -> None:
    with pytest.raises(RpcError) as caught:
        evm.call(method, values)
    assert caught.value.code == code
    assert message in caught.value.message


@pytest.mark.parametrize(
    ("method", "values", "expected"),
    [
        ("eth_chainId", [], "0x7a69"),
        ("net_version", [], "31337"),
        ("web3_clientVersion", [], "etopay-sandbox/revm"),
        ("web3_sha3", ["0x"], "0xc5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470"),
        ("eth_getBalance", [A], "0x0"),
        ("eth_getBalance", [A.upper().replace("0X", "0x"), "pending"], "0x0"),
        ("eth_getBalance", [A, {"blockNumber": "0x1"}], "0x0"),
        ("eth_getTransactionCount", [A, "pending"], "0x0"),
        ("eth_getCode", [A, "latest"], "0x"),
        ("eth_getStorageAt", [A, "0x0", "latest"], "0x" + "00" * 32),
        ("eth_getTransactionByHash", [H], None),
        ("eth_getTransactionReceipt", [H], None),
        ("eth_getBlockByHash", [H, False], None),
        ("eth_getBlockByNumber", ["0x99", False], None),
        ("eth_getBlockTransactionCountByNumber", ["0x1"], "0x1"),
        ("eth_getUncleCountByBlockNumber", ["latest"], "0x0"),
        ("eth_call", [{"to": A}], "0x"),
        ("eth_estimateGas", [{"to": A, "chainId": "0x7a69"}, "pending"], "0x5208"),
        ("eth_accounts", [], []),
        ("eth_syncing", [], False),
    ],
)
def test_answers(evm: EvmNode, method: str, values: list[Any], expected: Any) -> None:
    assert evm.call(method, values) == expected
