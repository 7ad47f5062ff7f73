"""Wallets of tests: they sign what they are told to, right or wrong."""

import base64
import hashlib
from typing import Any

import base58
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from etopay_sandbox_evm import Transaction, address_of_key

from sandbox.services.chain.evm.node import EvmNode
from sandbox.services.chain.iota.node import IotaNode
from sandbox.services.chain.iota.transaction import ObjectRef, encode_transfer

GWEI = 10**9
ETHER = 10**18
IOTA = 10**9
HARDHAT_KEY = bytes.fromhex("ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80")
BOB = "0x" + "b0" * 20


class FakeClock:
    """A clock that tests move."""

    def __init__(self) -> None:
        self.now = 1_700_000_000.0

    def __call__(self) -> float:
        return self.now


class EvmWallet:
    """Signs EIP-1559 transactions with good defaults."""

    def __init__(self, node: EvmNode, key: bytes = HARDHAT_KEY) -> None:
        self.node = node
        self.key = key
        self.address = address_of_key(key)

    def sign(self, **changes: Any) -> Transaction:
        fields: dict[str, Any] = {
            "chain_id": 31337,
            "nonce": int(self.node.call("eth_getTransactionCount", [self.address, "pending"]), 16),
            "to": BOB,
            "value": 1,
            "data": b"",
            "gas_limit": 21_000,
            "max_fee_per_gas": 5 * GWEI,
            "max_priority_fee_per_gas": GWEI,
        }
        return Transaction.sign(key=self.key, **(fields | changes))

    def send(self, **changes: Any) -> str:
        raw = self.sign(**changes).encode()
        tx_hash: str = self.node.call("eth_sendRawTransaction", ["0x" + raw.hex()])
        return tx_hash

    def receipt(self, tx_hash: str) -> dict[str, Any]:
        receipt: dict[str, Any] = self.node.call("eth_getTransactionReceipt", [tx_hash])
        return receipt


class IotaWallet:
    """Builds and signs transfers out of what the node lists."""

    def __init__(self, node: IotaNode, name: str = "alice") -> None:
        self.node = node
        self.key = Ed25519PrivateKey.from_private_bytes(hashlib.sha256(name.encode()).digest())
        self.public_key = self.key.public_key().public_bytes_raw()
        self.address_bytes = hashlib.blake2b(self.public_key, digest_size=32).digest()
        self.address = "0x" + self.address_bytes.hex()

    def coins(self) -> list[ObjectRef]:
        page = self.node.call("iotax_getCoins", [self.address, None, None, None])
        return [
            ObjectRef(
                bytes.fromhex(coin["coinObjectId"][2:]),
                int(coin["version"]),
                base58.b58decode(coin["digest"]),
            )
            for coin in page["data"]
        ]

    def balance(self) -> int:
        return int(self.node.call("iotax_getBalance", [self.address, None])["totalBalance"])

    def transfer(self, recipient: bytes, amount: int, **changes: Any) -> bytes:
        fields: dict[str, Any] = {
            "sender": self.address_bytes,
            "payment": self.coins()[:1],
            "gas_price": 1000,
            "gas_budget": 5_000_000,
        }
        return encode_transfer(recipient=recipient, amount=amount, **(fields | changes))

    def signature(self, raw: bytes) -> str:
        message = hashlib.blake2b(b"\0\0\0" + raw, digest_size=32).digest()
        return base64.b64encode(b"\0" + self.key.sign(message) + self.public_key).decode()

    def execute(self, raw: bytes, signature: str | None = None) -> str:
        signature = self.signature(raw) if signature is None else signature
        answer = self.node.call(
            "iota_executeTransactionBlock", [base64.b64encode(raw).decode(), [signature], {}, None]
        )
        digest: str = answer["digest"]
        return digest

    def details(self, digest: str) -> dict[str, Any]:
        options = {"showEffects": True, "showBalanceChanges": True, "showObjectChanges": True}
        block: dict[str, Any] = self.node.call("iota_getTransactionBlock", [digest, options])
        return block
