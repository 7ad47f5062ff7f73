"""Questions about blocks, transactions, receipts and logs."""

from __future__ import annotations

import json
from typing import Any

from sandbox.services.chain.errors import RpcError, invalid_params
from sandbox.services.chain.evm import params, views
from sandbox.services.chain.evm.chain import EvmChain
from sandbox.services.chain.evm.params import BlockReference

Json = dict[str, Any]


class EvmReader:
    """Reads what the chain has stored."""

    def __init__(self, chain: EvmChain) -> None:
        self._chain = chain
        self._database = chain.database

    def block_number(self, reference: BlockReference) -> int | None:
        """The number of a block that exists, else None."""
        if isinstance(reference, str):
            if reference in params.HEAD_TAGS:
                return self._chain.head().number
            row = self._database.one("SELECT number FROM block WHERE hash = ?", reference)
        else:
            row = self._database.one("SELECT number FROM block WHERE number = ?", reference)
        return int(row[0]) if row else None

    def require_newest_state(self, reference: BlockReference) -> None:
        """Refuses references to any state but the newest."""
        number = self.block_number(reference)
        if number is None:
            raise RpcError(-32000, "header not found")
        if number != self._chain.head().number:
            raise params.state_error(number)

    def block(self, reference: BlockReference, *, full: bool) -> Json | None:
        """A block with the hashes of its transactions, or with them whole."""
        number = self.block_number(reference)
        if number is None:
            return None
        row = self._database.one("SELECT body FROM block WHERE number = ?", number)
        column = "body" if full else "hash"
        found = self._database.all(f"SELECT {column} FROM tx WHERE block = ? ORDER BY position", number)  # noqa: S608 - constants
        body: Json = json.loads(row[0]) if row else {}
        return {**body, "transactions": [json.loads(one) if full else one for (one,) in found]}

    def transaction(self, tx_hash: str) -> Json | None:
        """A transaction that is mined or waits."""
        row = self._database.one("SELECT body FROM tx WHERE hash = ?", tx_hash)
        if row:
            return _object(row[0])
        waiting = self._chain.pool.find(tx_hash)
        return None if waiting is None else views.transaction_view(waiting.transaction)

    def raw_transaction(self, tx_hash: str) -> bytes | None:
        """The signed bytes of a mined transaction."""
        row = self._database.one("SELECT raw FROM tx WHERE hash = ?", tx_hash)
        return bytes(row[0]) if row else None

    def transaction_in(self, reference: BlockReference, index: int) -> Json | None:
        """The transaction at a place of a block."""
        number = self.block_number(reference)
        row = self._database.one(
            "SELECT body FROM tx WHERE block = ? AND position = ?", number, min(index, 2**62)
        )
        return _object(row[0]) if row else None

    def transaction_count(self, reference: BlockReference) -> int | None:
        """How many transactions a block has."""
        number = self.block_number(reference)
        return (
            None
            if number is None
            else self._database.number("SELECT count(*) FROM tx WHERE block = ?", number)
        )

    def receipt(self, tx_hash: str) -> Json | None:
        """Receipt of a mined transaction."""
        row = self._database.one("SELECT receipt FROM tx WHERE hash = ?", tx_hash)
        return _object(row[0]) if row else None

    def receipts(self, reference: BlockReference) -> list[Json] | None:
        """All receipts of a block."""
        number = self.block_number(reference)
        if number is None:
            return None
        rows = self._database.all("SELECT receipt FROM tx WHERE block = ? ORDER BY position", number)
        return [_object(row[0]) for row in rows]

    def logs(self, query: Json) -> list[Json]:
        """Logs that match a filter of eth_getLogs."""
        first, last = self._range(query)
        addresses = _addresses(query.get("address"))
        topics = _topics(query.get("topics"))
        rows = self._database.all(
            "SELECT address, body FROM log WHERE block BETWEEN ? AND ? ORDER BY block, position", first, last
        )
        found = [_object(body) for address, body in rows if not addresses or address in addresses]
        return [log for log in found if _matches(log["topics"], topics)]

    def _range(self, query: Json) -> tuple[int, int]:
        if query.get("blockHash") is not None:
            if query.get("fromBlock") is not None or query.get("toBlock") is not None:
                raise invalid_params(
                    "invalid argument 0: cannot specify both BlockHash and FromBlock/ToBlock,"
                    " choose one or the other"
                )
            number = self.block_number(params.hash32(query["blockHash"], "blockHash"))
            if number is None:
                raise RpcError(-32000, "unknown block")
            return number, number
        first, last = (self._edge(query.get(name), name) for name in ("fromBlock", "toBlock"))
        if first > last:
            raise RpcError(-32000, "invalid block range params")
        return first, last

    def _edge(self, value: Any, name: str) -> int:
        reference = "latest" if value is None else params.block_reference(value, name)
        if isinstance(reference, int):
            return reference
        number = self.block_number(reference)
        if number is None:
            raise RpcError(-32000, "unknown block")
        return number


def _object(text: str) -> Json:
    value: Json = json.loads(text)
    return value


def _addresses(value: Any) -> set[str]:
    if value is None:
        return set()
    values = value if isinstance(value, list) else [value]
    return {params.address(one, "address") for one in values}


def _topics(value: Any) -> list[set[str]]:
    if value is None:
        return []
    if not isinstance(value, list) or len(value) > 4:
        raise invalid_params("invalid argument 0: at most four topics are expected")
    wanted = []
    for one in value:
        choices = one if isinstance(one, list) else [one]
        # null matches any topic at its place, alone as well as among others
        free = not choices or None in choices
        wanted.append(set() if free else {params.hash32(choice, "topic") for choice in choices})
    return wanted


def _matches(topics: list[str], wanted: list[set[str]]) -> bool:
    if len(wanted) > len(topics):
        return False
    return all(not choices or topic in choices for choices, topic in zip(wanted, topics, strict=False))
