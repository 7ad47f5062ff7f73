"""Transactions of the older types, signed by another library than ours."""

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed, decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from etopay_sandbox_evm import DecodeError, Transaction, keccak256

from sandbox.services.chain.errors import RpcError
from sandbox.services.chain.evm.node import EvmNode
from tests.sandbox.chain.makers import BOB, ETHER, GWEI, HARDHAT_KEY, EvmWallet

ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
Item = int | bytes | list["Item"]


def rlp(item: Item) -> bytes:
    if isinstance(item, list):
        return with_length(b"".join(rlp(one) for one in item), 0xC0)
    data = item.to_bytes((item.bit_length() + 7) // 8) if isinstance(item, int) else item
    return data if len(data) == 1 and data[0] < 0x80 else with_length(data, 0x80)


def with_length(data: bytes, offset: int) -> bytes:
    if len(data) < 56:
        return bytes([offset + len(data)]) + data
    size = len(data).to_bytes((len(data).bit_length() + 7) // 8)
    return bytes([offset + 55 + len(size)]) + size + data


def sign(digest: bytes) -> tuple[int, int]:
    key = ec.derive_private_key(int.from_bytes(HARDHAT_KEY), ec.SECP256K1())
    r, s = decode_dss_signature(key.sign(digest, ec.ECDSA(Prehashed(SHA256()))))
    return r, min(s, ORDER - s)


def first_of(sender: str, candidates: list[bytes]) -> bytes:
    """The bytes from which this sender is recovered; the parity is not known to the signer above."""
    for raw in candidates:
        try:
            if Transaction.decode(raw).sender == sender:
                return raw
        except DecodeError:
            continue
    raise AssertionError("no parity fits")


def legacy(wallet: EvmWallet, *, chain_id: int | None = 31337, gas_price: int = 5 * GWEI) -> bytes:
    fields: list[Item] = [0, gas_price, 21_000, bytes.fromhex(BOB[2:]), ETHER, b""]
    protected: list[Item] = [] if chain_id is None else [chain_id, 0, 0]
    r, s = sign(keccak256(rlp(fields + protected)))
    base = 27 if chain_id is None else 35 + 2 * chain_id
    return first_of(wallet.address, [rlp([*fields, base + parity, r, s]) for parity in (0, 1)])


def access_list(wallet: EvmWallet) -> bytes:
    listed: list[Item] = [[bytes.fromhex(BOB[2:]), [bytes(32)]]]
    fields: list[Item] = [31337, 0, 5 * GWEI, 25_300, bytes.fromhex(BOB[2:]), ETHER, b"", listed]
    r, s = sign(keccak256(b"\x01" + rlp(fields)))
    return first_of(wallet.address, [b"\x01" + rlp([*fields, parity, r, s]) for parity in (0, 1)])


def test_legacy(evm: EvmNode, wallet: EvmWallet) -> None:
    raw = legacy(wallet)
    tx_hash = evm.call("eth_sendRawTransaction", ["0x" + raw.hex()])
    assert tx_hash == "0x" + keccak256(raw).hex()
    receipt = wallet.receipt(tx_hash)
    assert (receipt["status"], receipt["type"], receipt["gasUsed"]) == ("0x1", "0x0", "0x5208")
    assert int(receipt["effectiveGasPrice"], 16) == 5 * GWEI
    shown = evm.call("eth_getTransactionByHash", [tx_hash])
    assert int(shown["v"], 16) in {2 * 31337 + 35, 2 * 31337 + 36}
    assert "yParity" not in shown
    assert "maxFeePerGas" not in shown
    assert shown["gasPrice"] == hex(5 * GWEI)
    assert evm.call("eth_getRawTransactionByHash", [tx_hash]) == "0x" + raw.hex()
    block = evm.call("eth_getBlockByNumber", ["latest", False])
    reward = evm.call("eth_feeHistory", [1, "latest", [50]])["reward"]
    assert reward == [[hex(5 * GWEI - int(block["baseFeePerGas"], 16))]]


def test_access_list(evm: EvmNode, wallet: EvmWallet) -> None:
    tx_hash = evm.call("eth_sendRawTransaction", ["0x" + access_list(wallet).hex()])
    receipt = wallet.receipt(tx_hash)
    assert (receipt["status"], receipt["type"], int(receipt["gasUsed"], 16)) == ("0x1", "0x1", 25_300)
    shown = evm.call("eth_getTransactionByHash", [tx_hash])
    assert shown["accessList"] == [{"address": BOB, "storageKeys": ["0x" + "00" * 32]}]
    assert shown["v"] == shown["yParity"]


@pytest.mark.parametrize(
    ("chain_id", "gas_price", "message"),
    [
        (None, 5 * GWEI, "only replay-protected (EIP-155) transactions allowed over RPC"),
        (1, 5 * GWEI, "invalid chain id for signer: have 1 want 31337"),
        (31337, 1, "max fee per gas less than block base fee"),
    ],
)
def test_refused(evm: EvmNode, wallet: EvmWallet, chain_id: int | None, gas_price: int, message: str) -> None:
    raw = legacy(wallet, chain_id=chain_id, gas_price=gas_price)
    with pytest.raises(RpcError) as caught:
        evm.call("eth_sendRawTransaction", ["0x" + raw.hex()])
    assert caught.value.code == -32000
    assert message in caught.value.message
