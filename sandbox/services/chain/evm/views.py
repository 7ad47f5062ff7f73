"""Blocks, transactions, receipts and logs as JSON-RPC shows them."""

from __future__ import annotations

from typing import Any

from etopay_sandbox_evm import Outcome, SealedBlock, Transaction

Json = dict[str, Any]


def hex_data(raw: bytes) -> str:
    """Bytes in hex."""
    return "0x" + raw.hex()


def transaction_view(transaction: Transaction) -> Json:
    """A transaction that is in no block yet."""
    view: Json = {
        "blockHash": None,
        "blockNumber": None,
        "transactionIndex": None,
        "hash": transaction.hash,
        "type": hex(transaction.transaction_type),
        "chainId": hex(transaction.chain_id or 0),
        "nonce": hex(transaction.nonce),
        "from": transaction.sender,
        "to": transaction.to,
        "value": hex(transaction.value),
        "gas": hex(transaction.gas_limit),
        "gasPrice": hex(transaction.max_fee_per_gas),
        "input": hex_data(transaction.data),
        "r": hex(transaction.r),
        "s": hex(transaction.s),
    }
    parity = int(transaction.y_parity)
    if transaction.access_list is None:
        return {**view, "v": hex(parity + 35 + 2 * (transaction.chain_id or 0))}
    view |= {
        "v": hex(parity),
        "yParity": hex(parity),
        "accessList": [{"address": item, "storageKeys": keys} for item, keys in transaction.access_list],
    }
    if transaction.max_priority_fee_per_gas is not None:
        view |= {
            "maxFeePerGas": hex(transaction.max_fee_per_gas),
            "maxPriorityFeePerGas": hex(transaction.max_priority_fee_per_gas),
        }
    return view


def mined_view(transaction: Transaction, place: Json, base_fee: int) -> Json:
    """A transaction inside a block; the gas price is then what was paid."""
    price = transaction.effective_gas_price(base_fee)
    return {**transaction_view(transaction), **place, "gasPrice": hex(price)}


def place_view(block_hash: str, number: int, index: int) -> Json:
    """Where a transaction is."""
    return {"blockHash": block_hash, "blockNumber": hex(number), "transactionIndex": hex(index)}


def log_views(transaction: Transaction, outcome: Outcome, place: Json, first: int) -> list[Json]:
    """The logs of a transaction, counted on from `first` within the block."""
    return [
        {
            "address": log.address,
            "topics": log.topics,
            "data": hex_data(log.data),
            **place,
            "transactionHash": transaction.hash,
            "logIndex": hex(first + index),
            "removed": False,
        }
        for index, log in enumerate(outcome.logs)
    ]


def receipt_view(
    transaction: Transaction,
    outcome: Outcome,
    place: Json,
    *,
    logs: list[Json],
    cumulative: int,
    base_fee: int,
) -> Json:
    """The receipt of a mined transaction."""
    return {
        **place,
        "transactionHash": transaction.hash,
        "type": hex(transaction.transaction_type),
        "from": transaction.sender,
        "to": transaction.to,
        "contractAddress": transaction.created_address,
        "status": "0x1" if outcome.success else "0x0",
        "gasUsed": hex(outcome.gas_used),
        "cumulativeGasUsed": hex(cumulative),
        "effectiveGasPrice": hex(transaction.effective_gas_price(base_fee)),
        "logs": logs,
        "logsBloom": hex_data(outcome.logs_bloom),
    }


def block_view(sealed: SealedBlock, fields: Json) -> Json:
    """A block without its transactions; `fields` adds what it was made from."""
    return {
        "hash": sealed.hash,
        "stateRoot": sealed.state_root,
        "transactionsRoot": sealed.transactions_root,
        "receiptsRoot": sealed.receipts_root,
        "withdrawalsRoot": sealed.withdrawals_root,
        "requestsHash": sealed.requests_hash,
        "sha3Uncles": sealed.ommers_hash,
        "mixHash": sealed.mix_hash,
        "logsBloom": hex_data(sealed.logs_bloom),
        "gasUsed": hex(sealed.gas_used),
        "size": hex(sealed.size),
        **fields,
        "nonce": "0x0000000000000000",
        "difficulty": "0x0",
        "extraData": "0x",
        "blobGasUsed": "0x0",
        "excessBlobGas": "0x0",
        "parentBeaconBlockRoot": "0x" + "00" * 32,
        "uncles": [],
        "withdrawals": [],
    }
