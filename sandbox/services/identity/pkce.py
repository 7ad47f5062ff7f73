"""Proof of who asked for a code (RFC 7636)."""

import base64
import hashlib
import hmac


def proves(verifier: str, challenge: str | None) -> bool:
    """Say whether a verifier is the one a challenge was made of; without a challenge there must be none."""
    if challenge is None:
        return not verifier
    digest = hashlib.sha256(verifier.encode("utf-8", "replace")).digest()
    computed = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    return 43 <= len(verifier) <= 128 and hmac.compare_digest(computed, challenge)
