"""Identifiers and random secrets."""

import hashlib
import secrets
import uuid


def new_id() -> str:
    """Return a fresh opaque identifier."""
    return str(uuid.uuid4())


def new_secret() -> str:
    """Return 256 random bits, safe in URLs and cookies."""
    return secrets.token_urlsafe(32)


def fingerprint(secret: str) -> str:
    """Return what may be stored of a random secret: enough to recognise it, useless to whoever reads it."""
    return hashlib.sha256(secret.encode()).hexdigest()
