"""Effects, changes and transactions as JSON-RPC shows them."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from typing import Any

from sandbox.services.chain.iota import bcs
from sandbox.services.chain.iota.digests import DELETED_DIGEST, base58_text, hex_text
from sandbox.services.chain.iota.execution import Coin, GasUsed
from sandbox.services.chain.iota.transaction import OwnedInput, PureInput, TransactionData
from sandbox.services.chain.model import IOTA_COIN_TYPE

Json = dict[str, Any]
COIN_OBJECT_TYPE = f"0x2::coin::Coin<{IOTA_COIN_TYPE}>"


def gas_view(gas: GasUsed) -> Json:
    """Summary of costs; every number is text."""
    return {
        "computationCost": str(gas.computation),
        "computationCostBurned": str(gas.computation),
        "storageCost": str(gas.storage),
        "storageRebate": str(gas.rebate),
        "nonRefundableStorageFee": str(gas.kept),
    }


def reference_view(coin: Coin) -> Json:
    """An owned object by its reference."""
    return {
        "owner": owner_view(coin),
        "reference": {
            "objectId": hex_text(coin.id),
            "version": coin.version,
            "digest": base58_text(coin.digest),
        },
    }


def owner_view(coin: Coin) -> Json:
    """Owner of a coin."""
    return {"AddressOwner": hex_text(coin.owner or b"")}


def effects_view(
    *,
    digest: bytes,
    error: str | None,
    gas: GasUsed,
    before: dict[bytes, Coin],
    after: dict[bytes, Coin],
    created: list[bytes],
    deleted: list[bytes],
    gas_coin: bytes,
    version: int,
) -> Json:
    """TransactionBlockEffects, version v1."""
    status: Json = {"status": "success"} if error is None else {"status": "failure", "error": error}
    return {
        "messageVersion": "v1",
        "status": status,
        "executedEpoch": "0",
        "gasUsed": gas_view(gas),
        "modifiedAtVersions": [
            {"objectId": hex_text(coin.id), "sequenceNumber": str(coin.version)} for coin in before.values()
        ],
        "transactionDigest": base58_text(digest),
        "created": [reference_view(after[one]) for one in created],
        "mutated": [reference_view(coin) for one, coin in after.items() if one in before],
        "deleted": [
            {"objectId": hex_text(one), "version": version, "digest": base58_text(DELETED_DIGEST)}
            for one in deleted
        ],
        "gasObject": reference_view(after[gas_coin]),
        "dependencies": [base58_text(one) for one in sorted({coin.previous for coin in before.values()})],
    }


def balance_changes(before: Iterable[Coin], after: Iterable[Coin]) -> dict[bytes, int]:
    """Nanos that each address gained or lost, the losers first; who has as much as before is left out."""
    changes: dict[bytes, int] = {}
    for sign, coins in ((-1, before), (1, after)):
        for coin in coins:
            owner = coin.owner or b""
            changes[owner] = changes.get(owner, 0) + sign * coin.balance
    ordered = sorted(changes.items(), key=lambda change: change[1] > 0)
    return {owner: amount for owner, amount in ordered if amount}


def balance_changes_view(changes: dict[bytes, int]) -> list[Json]:
    """Balance changes; amounts are signed text."""
    return [
        {"owner": {"AddressOwner": hex_text(owner)}, "coinType": IOTA_COIN_TYPE, "amount": str(amount)}
        for owner, amount in changes.items()
    ]


def object_changes_view(
    sender: bytes, before: dict[bytes, Coin], after: dict[bytes, Coin], deleted: list[bytes], version: int
) -> list[Json]:
    """What became of each object."""
    common = {"sender": hex_text(sender), "objectType": COIN_OBJECT_TYPE}
    changes = []
    for identifier, coin in after.items():
        change = {
            **common,
            "type": "mutated" if identifier in before else "created",
            "owner": owner_view(coin),
            "objectId": hex_text(identifier),
            "version": str(coin.version),
            "digest": base58_text(coin.digest),
        }
        if identifier in before:
            change["previousVersion"] = str(before[identifier].version)
        changes.append(change)
    gone = [
        {**common, "type": "deleted", "objectId": hex_text(one), "version": str(version)} for one in deleted
    ]
    return changes + gone


def coin_view(coin: Coin) -> Json:
    """A coin as iotax_getCoins lists it."""
    return {
        "coinType": IOTA_COIN_TYPE,
        "coinObjectId": hex_text(coin.id),
        "version": str(coin.version),
        "digest": base58_text(coin.digest),
        "balance": str(coin.balance),
        "previousTransaction": base58_text(coin.previous),
    }


def input_view(transaction: TransactionData, signatures: list[str]) -> Json:
    """The readable input of a transaction."""
    inputs: list[Json] = []
    for one in transaction.inputs:
        if isinstance(one, PureInput):
            inputs.append({"type": "pure", "value": list(one.value)})
        elif isinstance(one, OwnedInput):
            inputs.append(
                {
                    "type": "object",
                    "objectType": "immOrOwnedObject",
                    "objectId": hex_text(one.ref.id),
                    "version": str(one.ref.version),
                    "digest": base58_text(one.ref.digest),
                }
            )
    payment = [
        {"objectId": hex_text(ref.id), "version": ref.version, "digest": base58_text(ref.digest)}
        for ref in transaction.payment
    ]
    return {
        "data": {
            "messageVersion": "v1",
            "transaction": {
                "kind": "ProgrammableTransaction",
                "inputs": inputs,
                "transactions": [type(command).__name__ for command in transaction.commands],
            },
            "sender": hex_text(transaction.sender),
            "gasData": {
                "payment": payment,
                "owner": hex_text(transaction.gas_owner),
                "price": str(transaction.gas_price),
                "budget": str(transaction.gas_budget),
            },
        },
        "txSignatures": signatures,
    }


def sender_signed_data(raw: bytes, signatures: list[str]) -> str:
    """Base64 of SenderSignedData: one transaction with its intent and its signatures."""
    signed = bcs.write_vector([bcs.write_bytes(base64.b64decode(one)) for one in signatures])
    return base64.b64encode(b"\x01\x00\x00\x00" + raw + signed).decode()
