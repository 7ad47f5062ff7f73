"""First addresses of a recovery phrase, the way wallets derive them (BIP-39, BIP-32, SLIP-10)."""

import hashlib
import hmac
import unicodedata
from collections.abc import Sequence

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from etopay_sandbox_evm import address_of_key, checksummed

_ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
_HARD = 0x80000000
_EVM_PATH = (44 | _HARD, 60 | _HARD, 0 | _HARD, 0, 0)
_IOTA_PATH = (44, 4218, 0, 0, 0)
PHRASE_LENGTHS = (12, 15, 18, 21, 24)


def derive_address(network_key: str, phrase: str) -> str:
    """Return the address of account 0, index 0 of a phrase with an empty passphrase."""
    words = unicodedata.normalize("NFKD", " ".join(phrase.split()))
    seed = hashlib.pbkdf2_hmac("sha512", words.encode(), b"mnemonic", 2048)
    return _iota(seed) if network_key.startswith("iota") else _evm(seed)


def ed25519_key(seed: bytes, path: Sequence[int]) -> bytes:
    """Return the private key of a path whose steps are all hardened (SLIP-10)."""
    key, chain = _split(_hmac(b"ed25519 seed", seed))
    for step in path:
        key, chain = _split(_hmac(chain, b"\x00" + key + (step | _HARD).to_bytes(4, "big")))
    return key


def _iota(seed: bytes) -> str:
    key = Ed25519PrivateKey.from_private_bytes(ed25519_key(seed, _IOTA_PATH))
    public = key.public_key().public_bytes_raw()
    return "0x" + hashlib.blake2b(public, digest_size=32).hexdigest()


def _evm(seed: bytes) -> str:
    key, chain = _split(_hmac(b"Bitcoin seed", seed))
    for step in _EVM_PATH:
        own = b"\x00" + key if step & _HARD else _public(key)
        left, chain = _split(_hmac(chain, own + step.to_bytes(4, "big")))
        key = ((int.from_bytes(left, "big") + int.from_bytes(key, "big")) % _ORDER).to_bytes(32, "big")
    return checksummed(address_of_key(key))


def _public(key: bytes) -> bytes:
    private = ec.derive_private_key(int.from_bytes(key, "big"), ec.SECP256K1())
    return private.public_key().public_bytes(Encoding.X962, PublicFormat.CompressedPoint)


def _hmac(key: bytes, message: bytes) -> bytes:
    return hmac.new(key, message, hashlib.sha512).digest()


def _split(both: bytes) -> tuple[bytes, bytes]:
    return both[:32], both[32:]
