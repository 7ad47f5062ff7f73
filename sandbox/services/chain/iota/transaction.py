"""TransactionData of IOTA Rebased: every form that the wire knows is read, only V1 programmable ones."""

from __future__ import annotations

from dataclasses import dataclass

from sandbox.services.chain.iota import bcs
from sandbox.services.chain.iota.bcs import BcsError, BcsReader

PRIMITIVE_TAGS = {
    0: "bool",
    1: "u8",
    2: "u64",
    3: "u128",
    4: "address",
    5: "signer",
    8: "u16",
    9: "u32",
    10: "u256",
}
MAX_TYPE_DEPTH = 16


@dataclass(frozen=True, slots=True)
class ObjectRef:
    """One version of an object."""

    id: bytes
    version: int
    digest: bytes


@dataclass(frozen=True, slots=True)
class PureInput:
    """A plain value in BCS."""

    value: bytes


@dataclass(frozen=True, slots=True)
class OwnedInput:
    """An owned or immutable object."""

    ref: ObjectRef


@dataclass(frozen=True, slots=True)
class UnsupportedInput:
    """A shared or receiving object, which this ledger does not have."""

    kind: str


@dataclass(frozen=True, slots=True)
class GasCoin:
    """The coin that pays."""


@dataclass(frozen=True, slots=True)
class InputArgument:
    """An input by its place."""

    index: int


@dataclass(frozen=True, slots=True)
class ResultArgument:
    """A result of a former command; without `nested` its only one."""

    command: int
    nested: int | None


@dataclass(frozen=True, slots=True)
class SplitCoins:
    """Takes amounts out of a coin."""

    coin: Argument
    amounts: tuple[Argument, ...]


@dataclass(frozen=True, slots=True)
class MergeCoins:
    """Pours coins into another one."""

    target: Argument
    sources: tuple[Argument, ...]


@dataclass(frozen=True, slots=True)
class TransferObjects:
    """Gives objects to an address."""

    objects: tuple[Argument, ...]
    recipient: Argument


@dataclass(frozen=True, slots=True)
class UnsupportedCommand:
    """A command that this ledger does not execute."""

    kind: str


Argument = GasCoin | InputArgument | ResultArgument
Input = PureInput | OwnedInput | UnsupportedInput
Command = SplitCoins | MergeCoins | TransferObjects | UnsupportedCommand


@dataclass(frozen=True, slots=True)
class TransactionData:
    """A programmable transaction before its signatures."""

    inputs: tuple[Input, ...]
    commands: tuple[Command, ...]
    sender: bytes
    payment: tuple[ObjectRef, ...]
    gas_owner: bytes
    gas_price: int
    gas_budget: int
    expiration_epoch: int | None


def decode_transaction(data: bytes) -> TransactionData:
    """Reads TransactionData strictly; BcsError if a byte is wrong, missing or left over."""
    reader = _TransactionReader(data)
    if reader.uleb128() != 0:
        raise BcsError("unknown variant of TransactionData")
    if reader.uleb128() != 0:
        raise BcsError("only ProgrammableTransaction may be sent")
    transaction = TransactionData(
        inputs=reader.vector(reader.input),
        commands=reader.vector(reader.command),
        sender=reader.take(32),
        payment=reader.vector(reader.object_ref),
        gas_owner=reader.take(32),
        gas_price=reader.integer(8),
        gas_budget=reader.integer(8),
        expiration_epoch=reader.expiration(),
    )
    reader.finish()
    return transaction


class _TransactionReader(BcsReader):
    def object_ref(self) -> ObjectRef:
        ref = ObjectRef(self.take(32), self.integer(8), self.bytes())
        if len(ref.digest) != 32:
            raise BcsError("an object digest has 32 bytes")
        return ref

    def expiration(self) -> int | None:
        variant = self.uleb128()
        if variant == 0:
            return None
        if variant == 1:
            return self.integer(8)
        raise _unknown("TransactionExpiration")

    def input(self) -> Input:
        variant = self.uleb128()
        if variant == 0:
            return PureInput(self.bytes())
        if variant != 1:
            raise _unknown("CallArg")
        variant = self.uleb128()
        if variant == 0:
            return OwnedInput(self.object_ref())
        if variant == 1:
            self.take(32), self.integer(8), self.boolean()
            return UnsupportedInput("shared")
        if variant == 2:
            self.object_ref()
            return UnsupportedInput("receiving")
        raise _unknown("ObjectArg")

    def argument(self) -> Argument:
        variant = self.uleb128()
        if variant == 0:
            return GasCoin()
        if variant == 1:
            return InputArgument(self.integer(2))
        if variant == 2:
            return ResultArgument(self.integer(2), None)
        if variant == 3:
            return ResultArgument(self.integer(2), self.integer(2))
        raise _unknown("Argument")

    def command(self) -> Command:
        variant = self.uleb128()
        if variant == 1:
            return TransferObjects(self.vector(self.argument), self.argument())
        if variant == 2:
            return SplitCoins(self.argument(), self.vector(self.argument))
        if variant == 3:
            return MergeCoins(self.argument(), self.vector(self.argument))
        return UnsupportedCommand(self._unsupported(variant))

    def _unsupported(self, variant: int) -> str:
        if variant == 0:
            self.take(32), self.text(), self.text()
            self.vector(self.type_tag), self.vector(self.argument)
            return "MoveCall"
        if variant == 4:
            self.vector(self.bytes), self.vector(self.address)
            return "Publish"
        if variant == 5:
            self.option(self.type_tag), self.vector(self.argument)
            return "MakeMoveVec"
        if variant == 6:
            self.vector(self.bytes), self.vector(self.address), self.address(), self.argument()
            return "Upgrade"
        raise _unknown("Command")

    def address(self) -> bytes:
        return self.take(32)

    def type_tag(self, depth: int = 0) -> str:
        if depth > MAX_TYPE_DEPTH:
            raise BcsError("type tag is nested too deeply")
        variant = self.uleb128()
        if variant in PRIMITIVE_TAGS:
            return PRIMITIVE_TAGS[variant]
        if variant == 6:
            return f"vector<{self.type_tag(depth + 1)}>"
        if variant == 7:
            name = f"0x{self.address().hex()}::{self.text()}::{self.text()}"
            self.vector(lambda: self.type_tag(depth + 1))
            return name
        raise _unknown("TypeTag")


def _unknown(name: str) -> BcsError:
    return BcsError(f"unknown variant of {name}")


def encode_transfer(
    *, sender: bytes, payment: list[ObjectRef], recipient: bytes, amount: int, gas_price: int, gas_budget: int
) -> bytes:
    """SplitCoins(GasCoin, [amount]) and TransferObjects to the recipient, in BCS."""
    inputs = [
        b"\x00" + bcs.write_bytes(bcs.write_u64(amount)),
        b"\x00" + bcs.write_bytes(recipient),
    ]
    split = b"\x02\x00" + bcs.write_vector([b"\x01" + bcs.write_u16(0)])
    part = b"\x03" + bcs.write_u16(0) + bcs.write_u16(0)
    transfer = b"\x01" + bcs.write_vector([part]) + b"\x01" + bcs.write_u16(1)
    coins = [ref.id + bcs.write_u64(ref.version) + bcs.write_bytes(ref.digest) for ref in payment]
    return b"".join(
        (
            b"\x00\x00",
            bcs.write_vector(inputs),
            bcs.write_vector([split, transfer]),
            sender,
            bcs.write_vector(coins),
            sender,
            bcs.write_u64(gas_price),
            bcs.write_u64(gas_budget),
            b"\x00",
        )
    )
