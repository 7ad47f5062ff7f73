"""What the explorer shows of an EVM chain, out of what its JSON-RPC says."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from etopay_sandbox_evm import checksummed

from sandbox.services.chain.errors import RpcError
from sandbox.services.chain.evm import params
from sandbox.services.chain.evm.params import BlockReference
from sandbox.services.chain.model import ChainNetwork
from sandbox.services.chain.node import BlockDetails, BlockLine, Fact, Kind, TransactionDetails, WaitingLine

Json = dict[str, Any]


class Source(Protocol):
    """Answers of a node, its own or another's."""

    def block(self, reference: BlockReference, *, full: bool) -> Json | None:
        """A block."""

    def transaction(self, tx_hash: str) -> Json | None:
        """A transaction that is mined or waits."""

    def receipt(self, tx_hash: str) -> Json | None:
        """Receipt of a mined transaction."""


class EvmExplorer:
    """Blocks and transactions of one chain."""

    def __init__(
        self, source: Source, ether: ChainNetwork, waiting: Callable[[], list[WaitingLine]] = list
    ) -> None:
        self._source = source
        self._ether = ether
        self._waiting = waiting

    def details(self, tx_id: str) -> TransactionDetails | None:
        """A transaction, or None if there is none of this id."""
        tx_hash = _hash(tx_id)
        found = None if tx_hash is None else self._source.transaction(tx_hash)
        if tx_hash is None or found is None:
            return None
        to = found["to"]
        facts = [
            Fact("To", checksummed(to), "address") if to else Fact("To", "New contract"),
            Fact("Value", self._written(int(found["value"], 16))),
            Fact("Nonce", str(int(found["nonce"], 16))),
            Fact("Data", found["input"]),
        ]
        sender = checksummed(found["from"])
        receipt = self._source.receipt(tx_hash)
        if receipt is None:
            return TransactionDetails(tx_hash, "Waiting", None, None, sender, "", facts)
        number, gas = int(receipt["blockNumber"], 16), int(receipt["gasUsed"], 16)
        block = self._source.block(number, full=False) or {}
        if receipt.get("contractAddress"):
            facts.append(Fact("Contract", checksummed(receipt["contractAddress"]), "address"))
        return TransactionDetails(
            tx_hash,
            "Succeeded" if receipt["status"] == "0x1" else "Failed",
            number,
            int(block.get("timestamp", "0x0"), 16),
            sender,
            self._written(gas * int(receipt["effectiveGasPrice"], 16)),
            [*facts, Fact("Gas used", str(gas))],
        )

    def blocks(self, before: int | None, limit: int) -> list[BlockLine]:
        """Blocks below a number, the newest first."""
        latest = self._source.block("latest", full=False)
        head = -1 if latest is None else int(latest["number"], 16)
        newest = head if before is None else min(before - 1, head)
        numbers = range(newest, max(newest - limit, -1), -1)
        found = (self._source.block(number, full=False) for number in numbers)
        return [_line(one) for one in found if one is not None]

    def block(self, reference: str) -> BlockDetails | None:
        """A block by its number or hash."""
        wanted = _reference(reference)
        found = None if wanted is None else self._source.block(wanted, full=False)
        if found is None:
            return None
        number = int(found["number"], 16)
        facts = [
            Fact("Parent", found["parentHash"], "block" if number else None),
            Fact("Made by", checksummed(found["miner"]), "address"),
            Fact("Gas used", f"{int(found['gasUsed'], 16)} of {int(found['gasLimit'], 16)}"),
        ]
        if found.get("baseFeePerGas"):
            facts.append(Fact("Base fee", f"{int(found['baseFeePerGas'], 16)} wei"))
        return BlockDetails(_line(found), facts, list(found["transactions"]))

    def object_facts(self, identifier: str) -> list[Fact] | None:
        """None: the EVM has accounts only."""
        del identifier
        return None

    def waiting(self) -> list[WaitingLine]:
        """What is in no block yet."""
        return self._waiting()

    def find(self, text: str) -> tuple[Kind, str] | None:
        """What a text names: the kind of its page and its name there."""
        try:
            return "address", checksummed(params.address(text, "address"))
        except RpcError:
            pass
        tx_hash = _hash(text)
        if tx_hash is not None and self._source.transaction(tx_hash) is not None:
            return "tx", tx_hash
        block = self.block(text)
        return None if block is None else ("block", str(block.line.number))

    def _written(self, wei: int) -> str:
        return self._ether.written(self._ether.from_units(wei))


def _line(block: Json) -> BlockLine:
    return BlockLine(
        int(block["number"], 16), block["hash"], int(block["timestamp"], 16), len(block["transactions"])
    )


def _hash(text: str) -> str | None:
    try:
        return params.hash32(text, "hash")
    except RpcError:
        return None


def _reference(text: str) -> BlockReference | None:
    if text.isascii() and text.isdecimal() and len(text) < 19:
        return int(text)
    return _hash(text)
