"""The signature over a transaction."""

from __future__ import annotations

import base64
import binascii

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from sandbox.services.chain.errors import IOTA_TRANSACTION_REFUSED, RpcError, invalid_params
from sandbox.services.chain.iota import digests
from sandbox.services.chain.keys import IotaAccount

ED25519_FLAG = 0
SIGNATURE_BYTES = 97


def verify(transaction: bytes, signatures: list[str], sender: bytes) -> None:
    """RpcError unless the one signature is the sender's over these bytes."""
    if len(signatures) != 1:
        raise _refused(f"Invalid user signature: Expect 1 signer signatures but got {len(signatures)}.")
    try:
        raw = base64.b64decode(signatures[0], validate=True)
    except (binascii.Error, ValueError):
        raise invalid_params("Invalid params: the signature is no base64") from None
    if len(raw) != SIGNATURE_BYTES or raw[0] != ED25519_FLAG:
        raise invalid_params(
            "Invalid params: only Ed25519 signatures of 97 bytes (flag 0) are supported here"
        )
    signature, public_key = raw[1:65], raw[65:]
    if digests.address_of(public_key) != sender:
        wanted = digests.hex_text(sender)
        raise _refused(f"Invalid user signature: Required Signature from {wanted} is absent [].")
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, digests.signing_digest(transaction))
    except (InvalidSignature, ValueError):
        raise _refused("Invalid user signature: Signature is not valid: Fail to verify user sig.") from None


def sign(transaction: bytes, account: IotaAccount) -> str:
    """Base64 of flag, signature and public key."""
    signature = account.key.sign(digests.signing_digest(transaction))
    return base64.b64encode(bytes([ED25519_FLAG]) + signature + account.public_key).decode()


def _refused(message: str) -> RpcError:
    return RpcError(IOTA_TRANSACTION_REFUSED, message)
