"""The parts of OpenID Connect that need no network: URLs, PKCE and the claims of an id token."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from app.core.errors import Action, AppError, ErrorCode
from app.core.model import Identity
from app.core.secret import Secret

CLOCK_SKEW_SECONDS = 600
"""How wrong the clock of a phone may be before a sign-in is refused."""


@dataclass(frozen=True, slots=True)
class Provider:
    """What the discovery document says, as far as the app uses it."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    end_session_endpoint: str | None
    revocation_endpoint: str | None


def failed(reason: str) -> AppError:
    """A sign-in that went wrong for a reason the log may know."""
    return AppError(ErrorCode.SIGN_IN_FAILED, Action.SIGN_IN, reason=reason)


def is_loopback(url: str) -> bool:
    """Whether a URL stays on this machine."""
    host = urlsplit(url).hostname or ""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def secure_url(url: object) -> str:
    """The URL itself if it is https or stays on this machine."""
    if isinstance(url, str) and (urlsplit(url).scheme == "https" or is_loopback(url)):
        return url
    raise failed("insecure_url")


def read_provider(document: Mapping[str, Any], issuer: str) -> Provider:
    """Check a discovery document against the issuer it was asked from."""
    if document.get("issuer") != issuer:
        raise failed("issuer")
    end_session, revocation = document.get("end_session_endpoint"), document.get("revocation_endpoint")
    return Provider(
        issuer=issuer,
        authorization_endpoint=secure_url(document.get("authorization_endpoint")),
        token_endpoint=secure_url(document.get("token_endpoint")),
        end_session_endpoint=secure_url(end_session) if end_session else None,
        revocation_endpoint=secure_url(revocation) if revocation else None,
    )


def new_verifier() -> Secret:
    """A PKCE code verifier."""
    return Secret(secrets.token_urlsafe(64))


def challenge_of(verifier: Secret) -> str:
    """The S256 challenge of a verifier."""
    digest = hashlib.sha256(verifier.reveal().encode("ascii")).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")


def claims_of(token: Secret) -> dict[str, Any]:
    """The claims of a compact JWT, unverified: see the ADR on id tokens for why that is enough here."""
    parts = token.reveal().split(".")
    if len(parts) != 3:
        raise failed("id_token")
    try:
        padded = parts[1] + "=" * (-len(parts[1]) % 4)
        claims = json.loads(base64.urlsafe_b64decode(padded))
    except ValueError:
        raise failed("id_token") from None
    if not isinstance(claims, dict):
        raise failed("id_token")
    return claims


def check_claims(
    claims: Mapping[str, Any], *, issuer: str, client_id: str, nonce: str | None, now: datetime
) -> None:
    """OpenID Connect Core 3.1.3.7 for a token that came straight from the token endpoint.

    ``nonce`` is None for the token of a refresh, which need not carry one.
    """
    audience = claims.get("aud")
    audiences = audience if isinstance(audience, list) else [audience]
    if claims.get("iss") != issuer:
        raise failed("issuer")
    if client_id not in audiences or claims.get("azp", client_id) != client_id:
        raise failed("audience")
    if nonce is not None and not secrets.compare_digest(
        str(claims.get("nonce", "")).encode(), nonce.encode()
    ):
        raise failed("nonce")
    expires, issued = claims.get("exp"), claims.get("iat")
    if not isinstance(expires, int | float) or not isinstance(issued, int | float):
        raise failed("id_token")
    moment = now.timestamp()
    if expires + CLOCK_SKEW_SECONDS < moment or issued - CLOCK_SKEW_SECONDS > moment:
        raise failed("clock")
    if not claims.get("sub"):
        raise failed("id_token")


def identity_of(claims: Mapping[str, Any]) -> Identity:
    """Who the claims are about."""
    username = claims.get("preferred_username")
    if not isinstance(username, str) or not username:
        raise failed("username")
    name, email = claims.get("name"), claims.get("email")
    return Identity(
        username=username,
        name=name if isinstance(name, str) and name else username,
        email=email if isinstance(email, str) and email else None,
    )
