"""Keys of the sandbox's own accounts, all derived from one seed.

They guard play money only: who knows the seed (the default is public) owns the treasury.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from etopay_sandbox_evm import address_of_key, checksummed

from sandbox.services.chain.model import ChainNetwork

TREASURY = "treasury"


@dataclass(frozen=True, slots=True)
class EvmAccount:
    """A secp256k1 key and its address."""

    address: str
    key: bytes

    def __repr__(self) -> str:
        return f"EvmAccount({self.address})"


@dataclass(frozen=True, slots=True)
class IotaAccount:
    """An Ed25519 key, its public key and its address."""

    address: bytes
    public_key: bytes
    key: Ed25519PrivateKey

    def __repr__(self) -> str:
        return f"IotaAccount(0x{self.address.hex()})"


def evm_account(seed: str, name: str) -> EvmAccount:
    """The EVM account of this name."""
    key = _secret(seed, "evm", name)
    return EvmAccount(address_of_key(key), key)


def iota_account(seed: str, network_key: str, name: str) -> IotaAccount:
    """The IOTA account of this name; each network has its own."""
    key = Ed25519PrivateKey.from_private_bytes(_secret(seed, network_key, name))
    public_key = key.public_key().public_bytes_raw()
    return IotaAccount(hashlib.blake2b(public_key, digest_size=32).digest(), public_key, key)


def account_address(seed: str, network: ChainNetwork, name: str) -> str:
    """Address of the account of this name on a network, as users see it."""
    if network.chain_id is not None:
        return checksummed(evm_account(seed, name).address)
    return "0x" + iota_account(seed, network.key, name).address.hex()


def _secret(seed: str, chain: str, name: str) -> bytes:
    text = "\0".join(("etopay sandbox account", seed, chain, name))
    return hashlib.sha256(text.encode()).digest()
