"""Reads the blocks of an external node into the transfer log."""

from __future__ import annotations

from typing import Any

from sandbox.services.chain.errors import SERVER_ERROR, RpcError
from sandbox.services.chain.evm import token
from sandbox.services.chain.external.rpc import RpcClient
from sandbox.services.chain.model import ETH, EURX
from sandbox.services.chain.storage import Database
from sandbox.services.chain.transfers import TransferLog

SCHEMA = """
CREATE TABLE IF NOT EXISTS followed(number INTEGER PRIMARY KEY, hash TEXT NOT NULL);
"""
BLOCKS_AT_ONCE = 50
REMEMBERED = 256

Json = dict[str, Any]


class Follower:
    """Follows the chain from the block that was newest when it was first seen."""

    def __init__(self, client: RpcClient, database: Database, log: TransferLog) -> None:
        self._client = client
        self._database = database
        self._log = log
        self.contract: str | None = None
        """The euro token's contract, where the chain has one."""

    def follow(self) -> bool:
        """Reads what is new, after taking back what a reorganisation took; True if anything was."""
        changed = self._take_back()
        head = self._client.number("eth_blockNumber")
        last = self._last()
        if last is None:
            newest = self._client.block(head, full=False)
            if newest is not None:
                self._remember(newest)
            return changed
        number, previous = last
        for following in range(number + 1, min(head, number + BLOCKS_AT_ONCE) + 1):
            block = self._client.block(following, full=True)
            if block is None or block["parentHash"] != previous:
                return changed
            self._read(block)
            previous, changed = block["hash"], True
        return changed

    def forget(self) -> None:
        """Starts over, as with another chain."""
        with self._database.transaction():
            self._database.run("DELETE FROM followed")
            self._log.withdraw_above(-1)

    def newest(self) -> int:
        """The newest block that was read."""
        last = self._last()
        return last[0] if last else 0

    def _last(self) -> tuple[int, str] | None:
        row = self._database.one("SELECT number, hash FROM followed ORDER BY number DESC LIMIT 1")
        return None if row is None else (int(row[0]), str(row[1]))

    def _take_back(self) -> bool:
        taken = False
        while (last := self._last()) is not None:
            number, known = last
            block = self._client.block(number, full=False)
            if block is not None and block["hash"] == known:
                break
            with self._database.transaction():
                self._database.run("DELETE FROM followed WHERE number = ?", number)
                self._log.withdraw_above(number - 1)
            taken = True
        return taken

    def _read(self, block: Json) -> None:
        payments = [one for one in block["transactions"] if one["to"] and int(one["value"], 16)]
        succeeded = self._succeeded(block, payments)
        logs = self._token_logs(block)
        with self._database.transaction():
            for one in payments:
                if one["hash"] in succeeded:
                    self._append(block, one, ETH, (one["from"], one["to"]), int(one["value"], 16))
            inputs = {one["hash"]: one for one in block["transactions"]}
            for log in logs:
                sender, recipient = ("0x" + topic[-40:] for topic in log["topics"][1:])
                one = inputs[log["transactionHash"]]
                self._append(block, one, EURX, (sender, recipient), int(log["data"], 16))
            self._remember(block)

    def _append(self, block: Json, one: Json, key: str, parties: tuple[str, str], units: int) -> None:
        sender, recipient = parties
        self._log.append(
            key,
            tx_id=one["hash"],
            sender=sender.lower(),
            recipient=recipient.lower(),
            units=units,
            data=bytes.fromhex(one["input"][2:]),
            block=int(block["number"], 16),
            timestamp=int(block["timestamp"], 16),
        )

    def _remember(self, block: Json) -> None:
        number = int(block["number"], 16)
        self._database.run("INSERT OR REPLACE INTO followed VALUES (?, ?)", number, block["hash"])
        self._database.run("DELETE FROM followed WHERE number <= ?", number - REMEMBERED)

    def _succeeded(self, block: Json, payments: list[Json]) -> set[str]:
        if not payments:
            return set()
        try:
            receipts = self._client.call("eth_getBlockReceipts", [block["number"]])
        except RpcError:
            receipts = [self._client.receipt(one["hash"]) for one in payments]
        known = {one["transactionHash"]: one["status"] for one in receipts or [] if one}
        if any(one["hash"] not in known for one in payments):
            # Behind one URL there may be several nodes, some of which have not seen the block yet.
            raise RpcError(SERVER_ERROR, "the external node has no receipts of its newest block yet")
        return {tx_hash for tx_hash, status in known.items() if status == "0x1"}

    def _token_logs(self, block: Json) -> list[Json]:
        if self.contract is None or not block["transactions"]:
            return []
        wanted = {"blockHash": block["hash"], "address": self.contract, "topics": [token.TRANSFER_TOPIC]}
        found = self._client.call("eth_getLogs", [wanted])
        return [one for one in found if len(one["topics"]) == 3]
