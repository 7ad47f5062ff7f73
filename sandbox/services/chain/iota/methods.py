"""The JSON-RPC methods of an IOTA node."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from sandbox.services.chain.errors import METHOD_NOT_FOUND, RpcError, invalid_params
from sandbox.services.chain.iota import digests, params, validation, views
from sandbox.services.chain.iota.execution import REFERENCE_GAS_PRICE, Coin
from sandbox.services.chain.iota.ledger import TOTAL_SUPPLY, Ledger
from sandbox.services.chain.iota.schema import FROM_ADDRESS, TO_ADDRESS
from sandbox.services.chain.model import IOTA_COIN_TYPE
from sandbox.services.chain.storage import Row

COLUMNS = "number, digest, raw, signatures, effects, balance_changes, object_changes, timestamp, checkpoint"
ROLES = {"FromAddress": FROM_ADDRESS, "ToAddress": TO_ADDRESS}

Method = Callable[[list[Any]], Any]


class IotaMethods:
    """Answers one call at a time."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._database = ledger.database
        newest = ledger.newest_checkpoint
        self._methods: dict[str, Method] = {
            "iota_getChainIdentifier": lambda _: ledger.genesis_digest[:4].hex(),
            "iota_getLatestCheckpointSequenceNumber": lambda _: str(newest()),
            "iota_getTotalTransactionBlocks": lambda _: str(newest() + 1),
            "iota_getCheckpoint": self._checkpoint,
            "iota_getTransactionBlock": self._transaction_block,
            "iota_dryRunTransactionBlock": self._dry_run,
            "iota_executeTransactionBlock": self._execute,
            "iotax_getReferenceGasPrice": lambda _: str(REFERENCE_GAS_PRICE),
            "iotax_getTotalSupply": lambda _: {"value": str(TOTAL_SUPPLY)},
            "iotax_getBalance": self._balance,
            "iotax_getAllBalances": self._all_balances,
            "iotax_getCoins": self._coins,
            "iotax_getAllCoins": lambda v: self._coin_page(v, IOTA_COIN_TYPE, 1),
            "iotax_queryTransactionBlocks": self._query,
        }

    def call(self, method: str, values: list[Any]) -> Any:
        """The result of a method; RpcError if it refuses."""
        found = self._methods.get(method)
        if found is None:
            raise RpcError(METHOD_NOT_FOUND, f"Method not found: {method}")
        return found(values)

    def _balance(self, values: list[Any]) -> Any:
        owner = params.address(params.argument(values, 0))
        kind = params.coin_type(params.argument(values, 1)) or IOTA_COIN_TYPE
        count, nanos = self._ledger.coins.balance(owner) if kind == IOTA_COIN_TYPE else (0, 0)
        return {"coinType": kind, "coinObjectCount": count, "totalBalance": str(nanos), "lockedBalance": {}}

    def _all_balances(self, values: list[Any]) -> Any:
        balance = self._balance([params.argument(values, 0)])
        return [balance] if balance["coinObjectCount"] else []

    def _coins(self, values: list[Any]) -> Any:
        kind = params.coin_type(params.argument(values, 1)) or IOTA_COIN_TYPE
        return self._coin_page(values, kind, 2)

    def _coin_page(self, values: list[Any], kind: str, cursor_at: int) -> Any:
        owner = params.address(params.argument(values, 0))
        limit = params.page_size(params.argument(values, cursor_at + 1))
        cursor = params.argument(values, cursor_at)
        after: Coin | None = None
        if cursor is not None:
            after = self._ledger.coins.get(params.address(cursor))
            if after is None or after.owner != owner:
                raise invalid_params(f"Invalid params: cursor {cursor} is no coin of this owner")
        coins = self._ledger.coins.page(owner, after, limit + 1) if kind == IOTA_COIN_TYPE else []
        page = coins[:limit]
        return {
            "data": [views.coin_view(coin) for coin in page],
            "nextCursor": digests.hex_text(page[-1].id) if page else None,
            "hasNextPage": len(coins) > limit,
        }

    def _dry_run(self, values: list[Any]) -> Any:
        effects = self._ledger.dry_run(params.encoded_bytes(params.argument(values, 0)))
        return {
            "effects": effects.view,
            "events": [],
            "objectChanges": effects.object_changes,
            "balanceChanges": views.balance_changes_view(effects.changes),
        }

    def _execute(self, values: list[Any]) -> Any:
        raw = params.encoded_bytes(params.argument(values, 0))
        signatures = params.texts(params.argument(values, 1))
        options = params.options(params.argument(values, 2))
        shown = self._show(self._row(self._ledger.submit(raw, signatures)), options)
        # The answer comes before the checkpoint: where and when is asked for later.
        for name in ("timestampMs", "checkpoint"):
            shown.pop(name, None)
        return {**shown, "confirmedLocalExecution": True}

    def _transaction_block(self, values: list[Any]) -> Any:
        digest = params.digest(params.argument(values, 0))
        return self._show(self._row(digest), params.options(params.argument(values, 1)))

    def _row(self, digest: bytes) -> Row:
        row = self._database.one(f"SELECT {COLUMNS} FROM tx WHERE digest = ?", digest)  # noqa: S608 - constants
        if row is None:
            name = digests.base58_text(digest)
            raise invalid_params(f"Could not find the referenced transaction [TransactionDigest({name})].")
        return row

    def _show(self, row: Row, options: dict[str, bool]) -> views.Json:
        number, digest, raw, signatures, effects, balances, objects, timestamp, _ = row
        shown: views.Json = {"digest": digests.base58_text(digest)}
        if number <= self._ledger.newest_checkpoint():
            shown |= {"timestampMs": str(timestamp), "checkpoint": str(number)}
        if options.get("showInput") and raw:
            shown["transaction"] = views.input_view(validation.read(raw), json.loads(signatures))
        if options.get("showRawInput"):
            shown["rawTransaction"] = views.sender_signed_data(raw, json.loads(signatures)) if raw else ""
        if options.get("showEffects"):
            shown["effects"] = json.loads(effects)
        if options.get("showEvents"):
            shown["events"] = []
        if options.get("showObjectChanges"):
            shown["objectChanges"] = json.loads(objects)
        if options.get("showBalanceChanges"):
            shown["balanceChanges"] = json.loads(balances)
        return shown

    def _query(self, values: list[Any]) -> Any:
        query = params.argument(values, 0)
        if query is not None and not isinstance(query, dict):
            raise invalid_params("Invalid params: the query must be an object")
        query = query or {}
        wanted, bound = _filter(query.get("filter"))
        limit = params.page_size(params.argument(values, 2))
        descending = params.argument(values, 3) is True
        cursor = params.argument(values, 1)
        if cursor is not None:
            wanted.append("number < ?" if descending else "number > ?")
            bound.append(self._row(params.digest(cursor))[0])
        where = " AND ".join(wanted) if wanted else "TRUE"
        order = "DESC" if descending else "ASC"
        rows = self._database.all(
            f"SELECT {COLUMNS} FROM tx WHERE {where} ORDER BY number {order} LIMIT ?",  # noqa: S608 - constants
            *bound,
            limit + 1,
        )
        options = params.options(query.get("options"))
        data = [self._show(row, options) for row in rows[:limit]]
        return {
            "data": data,
            "nextCursor": data[-1]["digest"] if data else None,
            "hasNextPage": len(rows) > limit,
        }

    def _checkpoint(self, values: list[Any]) -> Any:
        wanted = params.argument(values, 0)
        number = params.sequence_number(wanted)
        column, key = ("number", number) if number is not None else ("checkpoint", params.digest(wanted))
        row = self._database.one(
            f"SELECT number, checkpoint, digest, timestamp FROM tx WHERE {column} = ?",  # noqa: S608 - constants
            key,
        )
        if row is None or row[0] > self._ledger.newest_checkpoint():
            raise invalid_params(f"Verified checkpoint not found for {wanted}")
        previous = self._database.one("SELECT checkpoint FROM tx WHERE number = ?", row[0] - 1)
        return {
            "epoch": str(validation.EPOCH),
            "sequenceNumber": str(row[0]),
            "digest": digests.base58_text(row[1]),
            "previousDigest": digests.base58_text(previous[0]) if previous else None,
            "networkTotalTransactions": str(row[0] + 1),
            "timestampMs": str(row[3]),
            "transactions": [digests.base58_text(row[2])],
        }


def _filter(value: Any) -> tuple[list[str], list[object]]:
    if value is None:
        return [], []
    if not isinstance(value, dict) or len(value) != 1:
        raise invalid_params("Invalid params: a filter has exactly one kind")
    kind, wanted = next(iter(value.items()))
    if kind not in ROLES:
        raise invalid_params(
            f"Invalid params: the filter {kind} is not simulated; use FromAddress or ToAddress"
        )
    clause = "number IN (SELECT number FROM party WHERE address = ? AND role = ?)"
    return [clause], [params.address(wanted), ROLES[kind]]
