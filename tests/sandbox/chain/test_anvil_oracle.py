"""Our EVM node beside Anvil: the same signed bytes must do the same on both.

Run with `python -m pytest -m oracle tests/sandbox/chain`; it needs npm and fetches Anvil once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from etopay_sandbox_evm import Transaction, address_of_key

from sandbox.services.chain import ETH, EURX, ChainHub, External
from sandbox.services.chain.errors import RpcError
from sandbox.services.chain.evm import token
from sandbox.services.chain.evm.node import NETWORKS, EvmNode
from tests.sandbox.chain.anvil import Anvil, AnvilError
from tests.sandbox.chain.makers import BOB, ETHER, GWEI, HARDHAT_KEY

pytestmark = pytest.mark.oracle

FIRST = HARDHAT_KEY
SECOND = bytes.fromhex("59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d")
APPROVE = bytes.fromhex("095ea7b3")
TRANSFER_FROM = bytes.fromhex("23b872dd")
STORE = bytes.fromhex("60003560005500")
BURN = bytes.fromhex("5b600056")
INVALID = bytes.fromhex("fe")
# SELFDESTRUCT to the caller
DESTROY = bytes.fromhex("33ff")


@pytest.fixture(scope="module")
def anvil() -> Iterator[Anvil]:
    anvil = Anvil()
    yield anvil
    anvil.close()


@dataclass
class Pair:
    """Both nodes with the same accounts."""

    evm: EvmNode
    anvil: Anvil
    receipts: list[dict[str, Any]] = field(default_factory=list)

    def send(
        self, key: bytes, to: str | None, *, gas: int = 300_000, value: int = 0, data: bytes = b""
    ) -> str | None:
        """Sends to both, compares the receipts, and gives the address of a new contract."""
        sender = address_of_key(key)
        signed = Transaction.sign(
            key=key,
            chain_id=31337,
            nonce=int(self.evm.call("eth_getTransactionCount", [sender, "pending"]), 16),
            to=to,
            value=value,
            data=data,
            gas_limit=gas,
            max_fee_per_gas=10 * GWEI,
            max_priority_fee_per_gas=GWEI,
        )
        raw = "0x" + signed.encode().hex()
        ours, theirs = (node.call("eth_sendRawTransaction", [raw]) for node in (self.evm, self.anvil))
        assert ours == theirs
        mine = essence(self.evm.call("eth_getTransactionReceipt", [ours]))
        other = essence(self.anvil.receipt(ours))
        assert mine == other
        self.receipts.append(mine)
        created: str | None = mine["contractAddress"]
        return created

    def same(self, method: str, *values: Any) -> Any:
        """An answer that both must give alike."""
        ours, theirs = self.evm.call(method, list(values)), self.anvil.call(method, list(values))
        assert ours == theirs, method
        return ours


def essence(receipt: dict[str, Any]) -> dict[str, Any]:
    """What of a receipt hangs on the execution alone."""
    names = ("status", "gasUsed", "cumulativeGasUsed", "type", "from", "to", "contractAddress", "logsBloom")
    return {name: receipt.get(name) for name in names} | {
        "logs": [(log["address"], log["topics"], log["data"]) for log in receipt["logs"]]
    }


@pytest.fixture
def pair(evm: EvmNode, anvil: Anvil) -> Iterator[Pair]:
    snapshot = anvil.call("evm_snapshot", [])
    for key in (FIRST, SECOND):
        evm.send(NETWORKS[0], "treasury", address_of_key(key), 10_000 * ETHER, b"")
    yield Pair(evm, anvil)
    anvil.call("evm_revert", [snapshot])


def creation(code: bytes) -> bytes:
    return bytes.fromhex(f"60{len(code):02x}600c60003960{len(code):02x}6000f3") + code


def word(address: str) -> bytes:
    return bytes.fromhex(address[2:].rjust(64, "0"))


def test_payments(pair: Pair) -> None:
    pair.send(FIRST, BOB, value=ETHER)
    pair.send(FIRST, BOB, value=1, data=b"purchase-1")
    pair.send(FIRST, BOB, value=1, data=bytes(100))
    pair.send(FIRST, address_of_key(FIRST), value=1)
    pair.send(FIRST, BOB, value=0, data=b"\x01" * 2000)
    # A precompile: sha256 of its calldata
    pair.send(FIRST, "0x" + "00" * 19 + "02", data=b"abc")
    assert [one["status"] for one in pair.receipts] == ["0x1"] * 6
    pair.same("eth_getBalance", BOB, "latest")


def test_token(pair: Pair) -> None:
    us, other = address_of_key(FIRST), address_of_key(SECOND)
    contract = pair.send(FIRST, None, data=token.creation_code(us), gas=2_000_000)
    assert contract is not None

    def call(key: bytes, data: bytes, gas: int = 100_000) -> None:
        pair.send(key, contract, data=data, gas=gas)

    call(FIRST, token.transfer_call(other, 500))
    call(FIRST, token.transfer_call(other, 500))
    call(FIRST, token.transfer_call(us, 1))
    call(FIRST, token.transfer_call(BOB, 2**255))
    call(SECOND, token.transfer_call(BOB, 1000))
    call(FIRST, token.transfer_call("0x" + "00" * 20, 1))
    call(FIRST, APPROVE + word(other) + (10).to_bytes(32))
    call(SECOND, TRANSFER_FROM + word(us) + word(BOB) + (4).to_bytes(32))
    call(SECOND, TRANSFER_FROM + word(us) + word(BOB) + (7).to_bytes(32))
    call(SECOND, TRANSFER_FROM + word(us) + word(BOB) + (6).to_bytes(32))
    call(FIRST, token.transfer_call(other, 1), gas=30_000)
    call(FIRST, b"\xde\xad\xbe\xef")
    pair.send(FIRST, contract, value=1)
    statuses = "".join(one["status"][2:] for one in pair.receipts)
    assert statuses == "11110101101000"
    pair.same("eth_getCode", contract, "latest")
    for holder in (us, other, BOB):
        pair.same("eth_call", {"to": contract, "input": "0x" + token.balance_call(holder).hex()}, "latest")


def test_contracts(pair: Pair) -> None:
    store = pair.send(FIRST, None, data=creation(STORE))
    pair.send(FIRST, store, data=(7).to_bytes(32))
    pair.send(FIRST, store, data=(7).to_bytes(32))
    pair.send(FIRST, store, data=bytes(32))
    pair.same("eth_getStorageAt", store, "0x0", "latest")
    burn = pair.send(FIRST, None, data=creation(BURN))
    pair.send(FIRST, burn, value=ETHER, gas=90_000)
    pair.send(FIRST, pair.send(FIRST, None, data=creation(INVALID)), gas=60_000)
    destroy = pair.send(FIRST, None, data=creation(DESTROY), value=5)
    pair.send(FIRST, destroy)
    pair.same("eth_getBalance", destroy, "latest")
    pair.send(FIRST, None, data=bytes.fromhex("60006000fd"))
    pair.send(FIRST, None, data=creation(bytes.fromhex("ef")), gas=100_000)
    pair.send(FIRST, None, data=b"")
    assert {one["status"] for one in pair.receipts} == {"0x0", "0x1"}


def test_estimates(pair: Pair) -> None:
    us = address_of_key(FIRST)
    contract = pair.send(FIRST, None, data=token.creation_code(us), gas=2_000_000)
    for message in (
        {"to": BOB, "value": "0x1"},
        {"to": BOB, "value": "0x1", "input": "0x" + "01" * 10},
        {"to": BOB, "input": "0x" + "00" * 10},
        {"to": contract, "input": "0x" + token.transfer_call(BOB, 5).hex()},
        {"to": contract, "input": "0x" + (APPROVE + word(BOB) + (5).to_bytes(32)).hex()},
    ):
        pair.same("eth_estimateGas", {"from": us, **message})


@pytest.mark.parametrize(
    "damage",
    [
        lambda fields: fields | {"nonce": 0},
        lambda fields: fields | {"chain_id": 1},
        lambda fields: fields | {"gas_limit": 20_999},
        lambda fields: fields | {"value": 10_000 * ETHER},
        lambda fields: fields | {"max_priority_fee_per_gas": 20 * GWEI},
        lambda fields: fields | {"gas_limit": 30_000_001},
    ],
    ids=["nonce", "chain", "gas", "value", "tip", "block gas"],
)
def test_both_refuse(pair: Pair, damage: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    pair.send(FIRST, BOB, value=1)
    fields = {
        "key": FIRST,
        "chain_id": 31337,
        "nonce": 1,
        "to": BOB,
        "value": 1,
        "data": b"",
        "gas_limit": 21_000,
        "max_fee_per_gas": 10 * GWEI,
        "max_priority_fee_per_gas": GWEI,
    }
    raw = "0x" + Transaction.sign(**damage(fields)).encode().hex()
    with pytest.raises(RpcError):
        pair.evm.call("eth_sendRawTransaction", [raw])
    with pytest.raises(AnvilError):
        pair.anvil.call("eth_sendRawTransaction", [raw])


@pytest.mark.parametrize("key", [ETH, EURX])
async def test_anvil_as_the_external_node(anvil: Anvil, tmp_path: Path, key: str) -> None:
    recipient = "0x" + "e7" * 20
    hub = ChainHub(tmp_path, external=External(anvil.url, FIRST))
    await hub.open()
    try:
        await hub.fund(key, hub.address("shop", key), Decimal(5))
        paid = await hub.transfer(key, recipient, Decimal(2), sender="shop")
        async with asyncio.timeout(20):
            while not (found := await hub.transfers(key, recipient=recipient)):
                await hub.wait_for_change(1)
        assert [(one.tx_id, one.amount) for one in found] == [(paid, Decimal(2))]
        assert await hub.balance(key, recipient) == 2
        details = await hub.transaction(key, paid)
        assert details is not None
        assert details[0].status == "Succeeded"
    finally:
        await hub.close()
