"""The euro token: its code, its address, and the bytes that call it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from etopay_sandbox_evm import Log, keccak256

CREATION_CODE = Path(__file__).parent.parent / "contracts" / "EuroToken.hex"
TOTAL_SUPPLY = 1_000_000_000 * 10**6

BALANCE_OF = bytes.fromhex("70a08231")
TRANSFER = bytes.fromhex("a9059cbb")
TRANSFER_TOPIC = "0x" + keccak256(b"Transfer(address,address,uint256)").hex()


@dataclass(frozen=True, slots=True)
class TokenTransfer:
    """A Transfer event."""

    sender: str
    recipient: str
    units: int


def creation_code(holder: str) -> bytes:
    """Code that deploys the token and gives its whole supply to the holder."""
    code = bytes.fromhex(CREATION_CODE.read_text(encoding="ascii"))
    return code + _word(holder) + TOTAL_SUPPLY.to_bytes(32)


def first_contract_address(creator: str) -> str:
    """Address of the contract that an account creates with nonce 0."""
    encoded = b"\xd6\x94" + bytes.fromhex(creator[2:]) + b"\x80"
    return "0x" + keccak256(encoded)[12:].hex()


def transfer_call(recipient: str, units: int) -> bytes:
    """Calldata of transfer(recipient, units)."""
    return TRANSFER + _word(recipient) + units.to_bytes(32)


def balance_call(owner: str) -> bytes:
    """Calldata of balanceOf(owner)."""
    return BALANCE_OF + _word(owner)


def read_transfer(log: Log) -> TokenTransfer | None:
    """The transfer that a log tells of, None if it tells of something else."""
    if len(log.topics) != 3 or log.topics[0] != TRANSFER_TOPIC:
        return None
    sender, recipient = ("0x" + topic[-40:] for topic in log.topics[1:])
    return TokenTransfer(sender, recipient, int.from_bytes(log.data))


def _word(address: str) -> bytes:
    return bytes.fromhex(address[2:].rjust(64, "0"))
