"""Known bytes: decoding, addresses, hashes and block headers checked by other means."""

from typing import Any

import pytest
from etopay_sandbox_evm import DecodeError, Transaction, address_of_key, checksummed, keccak256

from sandbox.services.chain.evm.node import CONTRACT_ADDRESS, EvmNode
from tests.sandbox.chain.makers import ETHER, GWEI, HARDHAT_KEY, EvmWallet

RAW = bytes.fromhex(
    "02f876827a6905843b9aca0084b2d05e0082520894b0b00000000000000000000000000000000000008814d1120d7b160000"
    "826869c080a005944aa9087d0b30572a63e758df021873ca12552d1b97b5f7b868198700cbcaa019fe31eda9d9b950e9d5c8"
    "3b54c9f927b8827576f1cccd9bc87ad27487195883"
)


def test_the_wallets_own_transaction_is_read() -> None:
    read = Transaction.decode(RAW)
    assert checksummed(read.sender) == "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266"
    assert (read.chain_id, read.nonce, read.gas_limit) == (31337, 5, 21_000)
    assert (read.max_priority_fee_per_gas, read.max_fee_per_gas) == (GWEI, 3 * GWEI)
    assert (read.to, read.value, read.data) == ("0xb0b0" + "0" * 36, 3 * ETHER // 2, b"hi")
    assert read.hash == "0x" + keccak256(RAW).hex()
    assert read.encode() == RAW


def test_signing_makes_the_same_bytes_as_the_wallet() -> None:
    signed = Transaction.sign(
        key=HARDHAT_KEY,
        chain_id=31337,
        nonce=5,
        to="0xb0b0" + "0" * 36,
        value=3 * ETHER // 2,
        data=b"hi",
        gas_limit=21_000,
        max_fee_per_gas=3 * GWEI,
        max_priority_fee_per_gas=GWEI,
    )
    assert signed.encode() == RAW


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\x02",
        RAW[:-1],
        RAW + b"\x00",
        b"\x03" + RAW[1:],
        b"\x05" + RAW[1:],
        RAW.replace(b"\x82\x7a\x69\x05", b"\x82\x7a\x69\x00"),
    ],
    ids=["empty", "type only", "cut", "trailing", "blob type", "unknown type", "leading zero nonce"],
)
def test_other_bytes_are_no_transaction(raw: bytes) -> None:
    with pytest.raises(DecodeError):
        Transaction.decode(raw)


def test_a_high_s_signature_is_refused() -> None:
    order = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
    read = Transaction.decode(RAW)
    mirrored = RAW.replace(read.s.to_bytes(32), (order - read.s).to_bytes(32))
    with pytest.raises(DecodeError, match="invalid signature"):
        Transaction.decode(mirrored)


def test_keccak_and_address() -> None:
    assert keccak256(b"").hex() == "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470"
    assert checksummed(address_of_key(HARDHAT_KEY)) == "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266"
    with pytest.raises(ValueError, match="32-byte secp256k1"):
        address_of_key(b"\x00" * 32)


def test_the_token_is_where_the_chain_put_it(evm: EvmNode) -> None:
    block = evm.call("eth_getBlockByNumber", ["0x1", True])
    receipt = evm.call("eth_getTransactionReceipt", [block["transactions"][0]["hash"]])
    assert receipt["contractAddress"] == CONTRACT_ADDRESS
    assert len(evm.call("eth_getCode", [CONTRACT_ADDRESS, "latest"])) > 1000


def test_block_hash_is_the_keccak_of_its_header(evm: EvmNode, wallet: EvmWallet) -> None:
    receipt = wallet.receipt(wallet.send())
    block = evm.call("eth_getBlockByHash", [receipt["blockHash"], False])
    assert block["hash"] == "0x" + keccak256(header_rlp(block)).hex()
    parent = evm.call("eth_getBlockByHash", [block["parentHash"], False])
    assert int(parent["number"], 16) == int(block["number"], 16) - 1


def test_bloom_of_a_token_transfer(evm: EvmNode) -> None:
    block = evm.call("eth_getBlockByNumber", ["0x1", False])
    receipt = evm.call("eth_getTransactionReceipt", [block["transactions"][0]])
    (log,) = receipt["logs"]
    expected = 0
    for item in (log["address"], *log["topics"]):
        digest = keccak256(bytes.fromhex(item[2:]))
        for offset in (0, 2, 4):
            expected |= 1 << (int.from_bytes(digest[offset : offset + 2]) % 2048)
    assert int(receipt["logsBloom"], 16) == expected
    assert block["logsBloom"] == receipt["logsBloom"]


def header_rlp(block: dict[str, Any]) -> bytes:
    numbers = ("difficulty", "number", "gasLimit", "gasUsed", "timestamp")
    fields: list[bytes] = [
        bytes.fromhex(block[name][2:])
        for name in (
            "parentHash",
            "sha3Uncles",
            "miner",
            "stateRoot",
            "transactionsRoot",
            "receiptsRoot",
            "logsBloom",
        )
    ]
    fields += [integer(block[name]) for name in numbers]
    fields += [bytes.fromhex(block[name][2:]) for name in ("extraData", "mixHash", "nonce")]
    fields += [integer(block["baseFeePerGas"]), bytes.fromhex(block["withdrawalsRoot"][2:])]
    fields += [integer(block["blobGasUsed"]), integer(block["excessBlobGas"])]
    fields += [bytes.fromhex(block[name][2:]) for name in ("parentBeaconBlockRoot", "requestsHash")]
    body = b"".join(rlp(field) for field in fields)
    return prefix(len(body), 0xC0) + body


def integer(text: str) -> bytes:
    value = int(text, 16)
    return value.to_bytes((value.bit_length() + 7) // 8)


def rlp(data: bytes) -> bytes:
    return data if len(data) == 1 and data[0] < 0x80 else prefix(len(data), 0x80) + data


def prefix(length: int, offset: int) -> bytes:
    if length < 56:
        return bytes([offset + length])
    size = length.to_bytes((length.bit_length() + 7) // 8)
    return bytes([offset + 55 + len(size)]) + size
