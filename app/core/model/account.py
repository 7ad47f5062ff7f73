"""Who uses the app: accounts on this device, their identity and tokens."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.core.secret import Secret


@dataclass(frozen=True, slots=True)
class Account:
    """An account kept on this device; all of it may be shown before unlocking.

    ``secured``: a PIN and a wallet password were chosen. ``has_wallet``: a wallet was created or restored.
    """

    username: str
    display_name: str
    secured: bool
    has_wallet: bool


@dataclass(frozen=True, slots=True)
class Identity:
    """What the identity provider says about the person; ``username`` is the token's preferred_username."""

    username: str
    name: str
    email: str | None


@dataclass(frozen=True, slots=True)
class Tokens:
    """Tokens of one sign-in; ``expires_at`` (UTC) is that of the access token."""

    access_token: Secret
    refresh_token: Secret | None
    id_token: Secret | None
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A finished sign-in."""

    identity: Identity
    tokens: Tokens


@dataclass(frozen=True, slots=True)
class SignInRequest:
    """A sign-in that waits for the browser: open ``url``, then hand back what arrives at ``redirect_uri``."""

    url: str
    state: str
    nonce: str
    verifier: Secret
    redirect_uri: str


@dataclass(frozen=True, slots=True)
class PasswordStrength:
    """Strength by the SDK's own rule: ``score`` 0–4, ``accepted`` from 3 on."""

    score: int
    accepted: bool
