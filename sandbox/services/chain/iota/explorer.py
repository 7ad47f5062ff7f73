"""What the explorer shows of an IOTA network."""

from __future__ import annotations

import json

from sandbox.services.chain.errors import RpcError
from sandbox.services.chain.iota import digests, params, validation
from sandbox.services.chain.iota.ledger import Ledger
from sandbox.services.chain.model import ChainNetwork
from sandbox.services.chain.node import BlockDetails, BlockLine, Fact, Kind, TransactionDetails, WaitingLine
from sandbox.services.chain.storage import Row

GENESIS = "Genesis"
ADDRESS_CHARACTERS = 66
COLUMNS = "number, digest, raw, effects, timestamp, checkpoint"


class IotaExplorer:
    """Checkpoints, transactions and objects of one network."""

    def __init__(self, ledger: Ledger, network: ChainNetwork) -> None:
        self._ledger = ledger
        self._database = ledger.database
        self._network = network

    def details(self, tx_id: str) -> TransactionDetails | None:
        """A transaction, or None if there is none of this id."""
        digest = _digest(tx_id)
        row = None if digest is None else self._row("digest", digest)
        if row is None:
            return None
        number, _, raw, effects_text, timestamp, _ = row
        effects = json.loads(effects_text)
        gas = effects["gasUsed"]
        fee = int(gas["computationCost"]) + int(gas["storageCost"]) - int(gas["storageRebate"])
        failed = effects["status"].get("error")
        facts = [Fact("Reason", failed)] if failed else []
        for title, name in (("Created", "created"), ("Changed", "mutated"), ("Removed", "deleted")):
            for one in effects[name]:
                identifier = one.get("reference", one)["objectId"]
                facts.append(Fact(title, identifier, "object" if name != "deleted" else None))
        confirmed = number <= self._ledger.newest_checkpoint()
        return TransactionDetails(
            digests.base58_text(digest or b""),
            "Failed" if failed else "Succeeded",
            number if confirmed else None,
            timestamp // 1000 if confirmed else None,
            _sender(raw),
            self._network.written(self._network.from_units(fee)),
            facts if confirmed else [*facts, Fact("Checkpoint", "Not yet")],
        )

    def blocks(self, before: int | None, limit: int) -> list[BlockLine]:
        """Checkpoints below a number, the newest first."""
        newest = self._ledger.newest_checkpoint()
        below = newest + 1 if before is None else min(before, newest + 1)
        rows = self._database.all(
            f"SELECT {COLUMNS} FROM tx WHERE number < ? ORDER BY number DESC LIMIT ?",  # noqa: S608 - constants
            below,
            limit,
        )
        return [_line(row) for row in rows]

    def block(self, reference: str) -> BlockDetails | None:
        """A checkpoint by its number or digest."""
        if reference.isascii() and reference.isdecimal() and len(reference) < 19:
            row = self._row("number", int(reference))
        else:
            digest = _digest(reference)
            row = None if digest is None else self._row("checkpoint", digest)
        if row is None or row[0] > self._ledger.newest_checkpoint():
            return None
        facts = [Fact("Epoch", str(validation.EPOCH))]
        previous = self._row("number", row[0] - 1)
        if previous is not None:
            facts.append(Fact("Before it", digests.base58_text(previous[5]), "block"))
        return BlockDetails(_line(row), facts, [digests.base58_text(row[1])])

    def object_facts(self, identifier: str) -> list[Fact] | None:
        """A coin that exists."""
        name = _identifier(identifier)
        coin = None if name is None else self._ledger.coins.get(name)
        if coin is None:
            return None
        return [
            Fact("Type", f"Coin of {self._network.symbol}"),
            Fact("Balance", self._network.written(self._network.from_units(coin.balance))),
            Fact("Owner", digests.hex_text(coin.owner or b""), "address"),
            Fact("Version", str(coin.version)),
            Fact("Digest", digests.base58_text(coin.digest)),
            Fact("Last changed by", digests.base58_text(coin.previous), "tx"),
        ]

    def waiting(self) -> list[WaitingLine]:
        """What was executed and has no checkpoint yet."""
        rows = self._database.all(
            "SELECT digest, raw FROM tx WHERE number > ? ORDER BY number", self._ledger.newest_checkpoint()
        )
        return [
            WaitingLine(digests.base58_text(digest), _sender(raw), "Waits for its checkpoint")
            for digest, raw in rows
        ]

    def find(self, text: str) -> tuple[Kind, str] | None:
        """What a text names: the kind of its page and its name there."""
        name = _identifier(text)
        if name is not None:
            kind: Kind = "object" if self._ledger.coins.get(name) is not None else "address"
            return kind, digests.hex_text(name)
        digest = _digest(text)
        if digest is not None and self._row("digest", digest) is not None:
            return "tx", text
        block = self.block(text)
        return None if block is None else ("block", str(block.line.number))

    def _row(self, column: str, value: object) -> Row | None:
        return self._database.one(f"SELECT {COLUMNS} FROM tx WHERE {column} = ?", value)  # noqa: S608 - constants


def _line(row: Row) -> BlockLine:
    return BlockLine(row[0], digests.base58_text(row[5]), row[4] // 1000, 1)


def _sender(raw: bytes) -> str:
    return digests.hex_text(validation.read(raw).sender) if raw else GENESIS


def _digest(text: str) -> bytes | None:
    try:
        return params.digest(text)
    except RpcError:
        return None


def _identifier(text: str) -> bytes | None:
    try:
        return params.address(text) if len(text) == ADDRESS_CHARACTERS else None
    except RpcError:
        return None
