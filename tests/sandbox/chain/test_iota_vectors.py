"""Known bytes of IOTA Rebased, and the strict reading of BCS."""

import base64

import pytest

from sandbox.services.chain.errors import RpcError
from sandbox.services.chain.iota import digests, signature
from sandbox.services.chain.iota.bcs import BcsError, BcsReader, write_uleb128
from sandbox.services.chain.iota.transaction import (
    GasCoin,
    InputArgument,
    ObjectRef,
    PureInput,
    ResultArgument,
    SplitCoins,
    TransferObjects,
    decode_transaction,
    encode_transfer,
)

RAW = bytes.fromhex(
    "0000020008002f6859000000000020eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee"
    "020200010100000101030000000001010017e610f1a9d4a5daec4355eecd711a5ab99c6bcb0cfd898c51b2645219947059"
    "0111111111111111111111111111111111111111111111111111111111111111110700000000000000200707070707070707"
    "07070707070707070707070707070707070707070707070717e610f1a9d4a5daec4355eecd711a5ab99c6bcb0cfd898c51b2"
    "645219947059e803000000000000404b4c000000000000"
)
SIGNATURE = (
    "AOgZJW9Y5PkqG7rPjOTQ6D+TV3H61D0kfatyuNSf6dpXvBwfo2FxuWRuowBCaPN4Y/wA+CXWbe5bSAaX5lfnpwwmnc4KVJeiSB+T"
    "aZZkdso/jzB7dmQRxLowIINajLJq/g=="
)
SENDER = bytes.fromhex("17e610f1a9d4a5daec4355eecd711a5ab99c6bcb0cfd898c51b2645219947059")
GAS = ObjectRef(b"\x11" * 32, 7, b"\x07" * 32)


def test_the_wallets_own_transaction_is_read() -> None:
    read = decode_transaction(RAW)
    assert read.inputs == (PureInput((1_500_000_000).to_bytes(8, "little")), PureInput(b"\xee" * 32))
    assert read.commands == (
        SplitCoins(GasCoin(), (InputArgument(0),)),
        TransferObjects((ResultArgument(0, 0),), InputArgument(1)),
    )
    assert (read.sender, read.gas_owner, read.payment) == (SENDER, SENDER, (GAS,))
    assert (read.gas_price, read.gas_budget, read.expiration_epoch) == (1000, 5_000_000, None)


def test_our_own_transfers_have_the_same_bytes() -> None:
    made = encode_transfer(
        sender=SENDER,
        payment=[GAS],
        recipient=b"\xee" * 32,
        amount=1_500_000_000,
        gas_price=1000,
        gas_budget=5_000_000,
    )
    assert made == RAW


def test_digest_and_signature() -> None:
    assert (
        digests.base58_text(digests.transaction_digest(RAW)) == "GwxLVnK4vfxUr7NQaSEGwtrG4UPiHbqrCRCoYuc8CXjG"
    )
    signature.verify(RAW, [SIGNATURE], SENDER)


def flipped(position: int) -> str:
    raw = bytearray(base64.b64decode(SIGNATURE))
    raw[position] ^= 1
    return base64.b64encode(bytes(raw)).decode()


@pytest.mark.parametrize(
    ("signatures", "sender", "code", "message"),
    [
        ([flipped(5)], SENDER, -32002, "Signature is not valid"),
        ([flipped(96)], SENDER, -32002, "is absent"),
        ([flipped(0)], SENDER, -32602, "only Ed25519"),
        ([SIGNATURE], b"\x01" * 32, -32002, "Required Signature from 0x01"),
        ([], SENDER, -32002, "Expect 1 signer signatures but got 0"),
        ([SIGNATURE, SIGNATURE], SENDER, -32002, "but got 2"),
        ([SIGNATURE[:-4]], SENDER, -32602, "97 bytes"),
        (["not base64!"], SENDER, -32602, "no base64"),
    ],
)
def test_other_signatures(signatures: list[str], sender: bytes, code: int, message: str) -> None:
    with pytest.raises(RpcError) as caught:
        signature.verify(RAW, signatures, sender)
    assert caught.value.code == code
    assert message in caught.value.message


def test_every_cut_and_every_extra_byte_is_refused() -> None:
    for length in range(len(RAW)):
        with pytest.raises(BcsError):
            decode_transaction(RAW[:length])
    with pytest.raises(BcsError, match="remaining input"):
        decode_transaction(RAW + b"\0")


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"\x01" + RAW[1:], "TransactionData"),
        (b"\x00\x01" + RAW[2:], "ProgrammableTransaction"),
        (b"\x00\x00\x82\x00" + RAW[3:], "not canonical"),
        (RAW[:3] + b"\x02" + RAW[4:], "CallArg"),
        (RAW[:-1] + b"\x02", "TransactionExpiration"),
        (RAW.replace(b"\x20" + b"\x07" * 32, b"\x1f" + b"\x07" * 31), "32 bytes"),
    ],
)
def test_wrong_forms(raw: bytes, message: str) -> None:
    with pytest.raises(BcsError, match=message):
        decode_transaction(raw)


def test_commands_we_do_not_execute_are_still_read() -> None:
    name = b"\x01m\x01f"
    move_call = b"\x00" + b"\x02" * 32 + name + b"\x01\x06\x07" + b"\x02" * 32 + name + b"\x00" + b"\x01\x00"
    commands = [
        move_call,
        b"\x04\x01\x02ab\x01" + b"\x03" * 32,
        b"\x05\x01\x02\x01\x00",
        b"\x06\x00\x00" + b"\x04" * 32 + b"\x00",
    ]
    shared = b"\x01\x01" + b"\x05" * 32 + bytes(8) + b"\x01"
    receiving = b"\x01\x02" + b"\x05" * 32 + bytes(8) + b"\x20" + bytes(32)
    head = b"\x00\x00\x02" + shared + receiving + b"\x04" + b"".join(commands)
    read = decode_transaction(head + RAW[RAW.index(SENDER) :])
    kinds = [command.kind for command in read.commands]  # type: ignore[union-attr]
    assert kinds == ["MoveCall", "Publish", "MakeMoveVec", "Upgrade"]


@pytest.mark.parametrize("value", [0, 1, 127, 128, 300, 2**21, 2**32 - 1])
def test_uleb128_both_ways(value: int) -> None:
    assert BcsReader(write_uleb128(value)).uleb128() == value


@pytest.mark.parametrize("raw", [b"\x80\x00", b"\xff\xff\xff\xff\x1f", b"\x80" * 6, b"\x80"])
def test_uleb128_refuses(raw: bytes) -> None:
    with pytest.raises(BcsError):
        BcsReader(raw).uleb128()
