"""Two tiny ledgers that answer like nodes, as far as the binding's own tests need it."""

from __future__ import annotations

import base64
import hashlib
import time
from dataclasses import dataclass, field
from typing import Any

import base58
from Crypto.Hash import keccak

COIN = "0x2::iota::IOTA"
CONTRACT = "0x5fbdb2315678afecb367f032d93f642f64180aa3"
TRANSFER = "0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef"


class RpcError(Exception):
    """A JSON-RPC error answer."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


def _item(raw: bytes, at: int) -> tuple[Any, int]:
    head = raw[at]
    if head < 0x80:
        return raw[at : at + 1], at + 1
    is_list = head >= 0xC0
    base = 0xC0 if is_list else 0x80
    length, start = head - base, at + 1
    if length > 55:
        width = length - 55
        length = int.from_bytes(raw[start : start + width])
        start += width
    if not is_list:
        return raw[start : start + length], start + length
    items, place = [], start
    while place < start + length:
        item, place = _item(raw, place)
        items.append(item)
    return items, place


@dataclass
class EvmChain:
    """Mines every transaction at once, all of them sent by `account`."""

    account: str
    balance: int = 10**20
    blocks: list[dict[str, Any]] = field(default_factory=list)
    mine: bool = True
    waiting: list[dict[str, Any]] = field(default_factory=list)
    serves_logs: bool = True
    finality: int | None = 0
    """Blocks below the head that are final by the node's word; None: it has no such word."""

    def __post_init__(self) -> None:
        self.add_block([])

    @property
    def sent(self) -> list[dict[str, Any]]:
        """Transactions of the account, in blocks."""
        return [
            tx for block in self.blocks for tx in block["transactions"] if tx["from"] == self.account.lower()
        ]

    def add_block(self, transactions: list[dict[str, Any]]) -> None:
        """Append a block."""
        number = len(self.blocks)
        name = "0x" + hashlib.sha256(f"block {number}".encode()).hexdigest()
        for position, tx in enumerate(transactions):
            tx |= {"blockNumber": hex(number), "blockHash": name, "transactionIndex": hex(position)}
        zero = "0x" + "00" * 32
        self.blocks.append(
            {
                "number": hex(number),
                "hash": name,
                "parentHash": zero,
                "timestamp": hex(int(time.time())),
                "transactions": transactions,
                "baseFeePerGas": hex(10**9),
                "difficulty": "0x0",
                "extraData": "0x",
                "gasLimit": hex(30_000_000),
                "gasUsed": hex(21_000),
                "logsBloom": "0x" + "00" * 256,
                "miner": "0x" + "00" * 20,
                "mixHash": zero,
                "nonce": "0x" + "00" * 8,
                "receiptsRoot": zero,
                "sha3Uncles": zero,
                "stateRoot": zero,
                "transactionsRoot": zero,
                "uncles": [],
                "size": "0x1",
            }
        )

    def receive(self, value: int, sender: str = "0x" + "ab" * 20) -> str:
        """A transfer from somebody else."""
        name = "0x" + hashlib.sha256(f"in {len(self.blocks)} {value}".encode()).hexdigest()
        self.add_block([self._tx(name, 0, sender, self.account.lower(), value, "0x")])
        self.balance += value
        return name

    def _tx(self, name: str, nonce: int, sender: str, to: str, value: int, data: str) -> dict[str, Any]:
        return {
            "hash": name,
            "nonce": hex(nonce),
            "from": sender,
            "to": to,
            "value": hex(value),
            "input": data,
            "gas": hex(21_000),
            "type": "0x2",
            "chainId": hex(31337),
            "accessList": [],
            "yParity": "0x0",
            "maxFeePerGas": hex(3 * 10**9),
            "maxPriorityFeePerGas": hex(10**9),
            "gasPrice": hex(2 * 10**9),
            "v": "0x0",
            "r": "0x1",
            "s": "0x1",
            "blockNumber": None,
            "blockHash": None,
            "transactionIndex": None,
        }

    def take(self, raw: str) -> str:
        """Accept a signed transaction; the signature is not looked at."""
        data = bytes.fromhex(raw[2:])
        fields, _ = _item(data[1:], 0)
        name = "0x" + keccak.new(digest_bits=256, data=data).hexdigest()
        nonce = int.from_bytes(fields[1])
        if nonce != len(self.sent) + len(self.waiting):
            raise RpcError(-32000, "nonce too low")
        tx = self._tx(
            name,
            nonce,
            self.account.lower(),
            "0x" + fields[5].hex(),
            int.from_bytes(fields[6]),
            "0x" + fields[7].hex(),
        )
        if self.mine:
            self.balance -= int(tx["value"], 16) + 21_000 * 2 * 10**9
            self.add_block([tx])
        else:
            self.waiting.append(tx)
        return name

    def mine_waiting(self) -> None:
        """Put what waits into a block."""
        self.add_block(self.waiting)
        self.waiting = []

    def _find(self, name: str) -> dict[str, Any] | None:
        everything = [tx for block in self.blocks for tx in block["transactions"]] + self.waiting
        return next((tx for tx in everything if tx["hash"] == name), None)

    def _receipt(self, name: str) -> dict[str, Any] | None:
        tx = self._find(name)
        if tx is None or tx["blockNumber"] is None:
            return None
        return {
            "transactionHash": name,
            "blockNumber": tx["blockNumber"],
            "blockHash": tx["blockHash"],
            "transactionIndex": "0x0",
            "from": tx["from"],
            "to": tx["to"],
            "status": "0x1",
            "type": "0x2",
            "gasUsed": hex(21_000),
            "cumulativeGasUsed": hex(21_000),
            "effectiveGasPrice": hex(2 * 10**9),
            "logs": [],
            "logsBloom": "0x" + "00" * 256,
            "contractAddress": None,
        }

    def _logs(self, query: dict[str, Any]) -> list[dict[str, Any]]:
        if not self.serves_logs:
            raise RpcError(-32601, "the method eth_getLogs does not exist")
        topics = [*query["topics"], None, None][:3]
        first, last = int(query["fromBlock"], 16), int(query["toBlock"], 16)
        found = []
        for block in self.blocks[first : last + 1]:
            for tx in block["transactions"]:
                if tx["to"] == query["address"].lower() and tx["input"].startswith("0xa9059cbb"):
                    own = [TRANSFER, "0x" + tx["from"][2:].rjust(64, "0"), "0x" + tx["input"][10:74]]
                    if all(want in (None, have) for want, have in zip(topics, own, strict=True)):
                        found.append(
                            {
                                "topics": own,
                                "data": "0x" + tx["input"][74:],
                                "address": tx["to"],
                                "blockNumber": block["number"],
                                "transactionHash": tx["hash"],
                            }
                        )
        return found

    def answer(self, method: str, params: list[Any]) -> Any:
        """Answer one request."""
        head = len(self.blocks) - 1
        match method:
            case "eth_chainId":
                return hex(31337)
            case "eth_blockNumber":
                return hex(head)
            case "eth_getBalance":
                return hex(self.balance)
            case "eth_call":
                return "0x" + f"{self.balance:064x}"
            case "eth_estimateGas":
                if int(params[0].get("value") or "0x0", 16) + 21_000 * 3 * 10**9 > self.balance:
                    raise RpcError(-32000, "insufficient funds for gas * price + value")
                return hex(21_000)
            case "eth_feeHistory":
                return {
                    "oldestBlock": "0x0",
                    "baseFeePerGas": [hex(10**9)] * 3,
                    "gasUsedRatio": [0.5] * 2,
                    "reward": [[hex(10**9)]] * 2,
                }
            case "eth_getTransactionCount":
                return hex(len(self.sent) + (len(self.waiting) if params[1] == "pending" else 0))
            case "eth_sendRawTransaction":
                return self.take(params[0])
            case "eth_getTransactionByHash":
                return self._find(params[0])
            case "eth_getTransactionReceipt":
                return self._receipt(params[0])
            case "eth_getLogs":
                return self._logs(params[0])
            case "eth_getBlockByNumber":
                if params[0] == "pending":
                    return {**self.blocks[-1], "number": None, "transactions": self.waiting}
                if params[0] == "finalized":
                    if self.finality is None:
                        raise RpcError(-32601, "the block finalized is not known")
                    number = max(head - self.finality, 0)
                else:
                    number = head if params[0] == "latest" else int(params[0], 16)
                if number > head:
                    return None
                block = self.blocks[number]
                names = [tx["hash"] for tx in block["transactions"]]
                return block if params[1] else {**block, "transactions": names}
        raise RpcError(-32601, f"the method {method} does not exist")


def _digest(data: bytes) -> str:
    return base58.b58encode(hashlib.sha256(data).digest()).decode()


@dataclass
class IotaChain:
    """One coin per owner is enough for what the binding asks."""

    account: str
    balance: int = 10 * 10**9
    version: int = 1
    blocks: list[dict[str, Any]] = field(default_factory=list)
    fee: int = 2_000_000
    coin: str = "0x" + "11" * 32

    def _block(
        self, sender: str, changes: list[tuple[str, int]], seed: bytes, digest: str | None = None
    ) -> str:
        number = len(self.blocks) + 1
        zero = "0"
        used = [{"objectId": self.coin, "sequenceNumber": str(self.version)}]
        self.blocks.append(
            {
                "digest": digest or _digest(seed + bytes([number])),
                "timestampMs": str(int(time.time() * 1000) + number),
                "checkpoint": str(number),
                "sender": sender,
                "errors": [],
                "effects": {
                    "messageVersion": "v1",
                    "status": {"status": "success"},
                    "modifiedAtVersions": used if sender == self.account else [],
                    "gasUsed": {
                        "computationCost": str(self.fee),
                        "computationCostBurned": zero,
                        "storageCost": zero,
                        "storageRebate": zero,
                        "nonRefundableStorageFee": zero,
                    },
                },
                "balanceChanges": [
                    {"owner": {"AddressOwner": owner}, "coinType": COIN, "amount": str(amount)}
                    for owner, amount in changes
                ],
            }
        )
        self.version += sender == self.account
        return str(self.blocks[-1]["digest"])

    def receive(self, value: int, sender: str = "0x" + "ab" * 32) -> str:
        """A transfer from somebody else."""
        self.balance += value
        return self._block(sender, [(sender, -value - self.fee), (self.account, value)], b"in")

    @property
    def sent(self) -> list[dict[str, Any]]:
        """Transactions of the account."""
        return [block for block in self.blocks if block["sender"] == self.account]

    def take(self, tx_bytes: str) -> str:
        """Execute a plain transfer; the layout is the one the crate builds from a single coin."""
        data = base64.b64decode(tx_bytes)
        amount = int.from_bytes(data[5:13], "little")
        receiver = "0x" + data[15:47].hex()
        digest = base58.b58encode(
            hashlib.blake2b(b"TransactionData::" + data, digest_size=32).digest()
        ).decode()
        if any(block["digest"] == digest for block in self.blocks):
            return digest
        # Behind the commands: sender, number of gas coins, id of the gas coin, its version.
        version = int.from_bytes(data[-32 - 16 - 1 - 41 :][:8], "little")
        if version != self.version:
            raise RpcError(-32002, "the object is not available for consumption at this version")
        self.balance -= amount + self.fee
        return self._block(
            self.account, [(self.account, -amount - self.fee), (receiver, amount)], data, digest
        )

    def answer(self, method: str, params: list[Any]) -> Any:
        """Answer one request."""
        match method:
            case "iotax_getBalance":
                return {"coinType": COIN, "coinObjectCount": 1, "totalBalance": str(self.balance)}
            case "iotax_getCoins":
                coin = {
                    "coinType": COIN,
                    "coinObjectId": self.coin,
                    "version": str(self.version),
                    "digest": _digest(b"coin"),
                    "balance": str(self.balance),
                    "previousTransaction": _digest(b"before"),
                }
                return {"data": [coin], "nextCursor": None, "hasNextPage": False}
            case "iotax_getReferenceGasPrice":
                return "1000"
            case "iota_dryRunTransactionBlock":
                gas = {
                    "computationCost": "1000000",
                    "computationCostBurned": "0",
                    "storageCost": "2000000",
                    "storageRebate": "1000000",
                    "nonRefundableStorageFee": "0",
                }
                return {"effects": {"messageVersion": "v1", "status": {"status": "success"}, "gasUsed": gas}}
            case "iota_executeTransactionBlock":
                return {"digest": self.take(params[0])}
            case "iota_getTransactionBlock":
                found = next((block for block in self.blocks if block["digest"] == params[0]), None)
                if found is None:
                    raise RpcError(-32602, "Could not find the referenced transaction")
                return {key: value for key, value in found.items() if key != "sender"}
            case "iota_getCheckpoint":
                return {"epoch": "0", "sequenceNumber": params[0], "digest": _digest(params[0].encode())}
            case "iotax_queryTransactionBlocks":
                ((side, owner),) = params[0]["filter"].items()
                mine = [
                    block
                    for block in reversed(self.blocks)
                    if (block["sender"] == owner) == (side == "FromAddress")
                ]
                start = int(params[1] or 0)
                page = mine[start : start + params[2]]
                more = start + params[2] < len(mine)
                return {
                    "data": [
                        {"digest": block["digest"]}
                        | ({"effects": block["effects"]} if params[0]["options"]["showEffects"] else {})
                        for block in page
                    ],
                    "hasNextPage": more,
                    "nextCursor": str(start + params[2]) if more else None,
                }
        raise RpcError(-32601, f"the method {method} does not exist")
