"""Access and id tokens: issuing them, and judging the ones that come back."""

import base64
import hashlib
from dataclasses import dataclass
from typing import Any

from joserfc import jws, jwt
from joserfc.errors import JoseError

from sandbox.core.clock import Clock
from sandbox.core.db import Database
from sandbox.core.errors import UnauthorizedError
from sandbox.core.ids import new_id
from sandbox.core.ports import Principal
from sandbox.core.settings import Settings
from sandbox.services.identity.clients import ClientRegistry
from sandbox.services.identity.keys import KeyRing
from sandbox.services.identity.naming import stable_id
from sandbox.services.identity.tables import Account, Grant

_ACCESS_TYPE = "at+jwt"
_ACTION_TYPE = "action+jwt"
"""Of its own, so that a link in a mail is never taken for a token that opens anything, nor the other way."""

_LOGOUT_SECONDS = 120
_CHALLENGE = {"WWW-Authenticate": 'Bearer error="invalid_token"'}


@dataclass(frozen=True)
class AccessClaims:
    """What a good access token says."""

    subject: str
    grant_id: str
    client_id: str
    username: str
    scope: str
    session_id: str


class Tokens:
    """Signs tokens and verifies them."""

    def __init__(
        self,
        settings: Settings,
        db: Database,
        clock: Clock,
        *,
        keys: KeyRing,
        clients: ClientRegistry,
    ) -> None:
        self._settings = settings
        self._db = db
        self._clock = clock
        self._keys = keys
        self._clients = clients

    @property
    def issuer_key(self) -> str:
        """Return the lasting name of the realm."""
        return f"realm:{self._settings.realm}"

    def access_token(self, account: Account, grant: Grant, seconds: int) -> str:
        """Issue an access token that is good for so long."""
        claims = {
            **self._common(account, grant, seconds),
            **identity_claims(account, grant.scope),
            "aud": self._settings.audience,
            "jti": new_id(),
            "typ": "Bearer",
            "acr": "1",
            "scope": grant.scope,
            "preferred_username": account.username,
            "gid": grant.id,
        }
        return self._sign(claims, _ACCESS_TYPE)

    def id_token(
        self, account: Account, grant: Grant, access_token: str, seconds: int, nonce: str | None
    ) -> str:
        """Issue an id token that belongs to an access token, and is good for as long."""
        half = hashlib.sha256(access_token.encode()).digest()[:16]
        claims = {
            **self._common(account, grant, seconds),
            **identity_claims(account, grant.scope),
            "aud": grant.client_id,
            "jti": new_id(),
            "typ": "ID",
            "acr": "1",
            "auth_time": int(grant.signed_in_at.timestamp()),
            "at_hash": base64.urlsafe_b64encode(half).rstrip(b"=").decode(),
        }
        if nonce is not None:
            claims["nonce"] = nonce
        return self._sign(claims, "JWT")

    def _common(self, account: Account, grant: Grant, seconds: int) -> dict[str, Any]:
        now = int(self._clock.now().timestamp())
        return {
            "iss": self._settings.issuer,
            "sub": account.id,
            "iat": now,
            "exp": now + seconds,
            "azp": grant.client_id,
            "sid": grant.session_id,
        }

    def _sign(self, claims: dict[str, Any], kind: str) -> str:
        kid, key = self._keys.signing_key()
        header = {"alg": self._keys.algorithm, "kid": kid, "typ": kind}
        return jwt.encode(header, claims, key, algorithms=[self._keys.algorithm])

    def _claims(self, token: str, kind: str) -> dict[str, Any] | None:
        try:
            header = jws.extract_compact(token.encode("ascii")).headers()
            algorithm, kid = header.get("alg"), header.get("kid")
            if header.get("typ") != kind or not isinstance(algorithm, str) or not isinstance(kid, str):
                return None
            key = self._keys.find(kid, algorithm)
            if key is None:
                return None
            claims = jwt.decode(token, key, algorithms=[algorithm]).claims
        except (JoseError, ValueError, TypeError, KeyError):
            return None
        return claims if claims.get("iss") == self._settings.issuer else None

    def read_access(self, token: str) -> AccessClaims:
        """Return what a good access token of this realm says, or raise UnauthorizedError."""
        claims = self._claims(token, _ACCESS_TYPE)
        if claims is None or claims.get("aud") != self._settings.audience:
            raise UnauthorizedError("The access token is not one of this realm.", headers=_CHALLENGE)
        now = self._clock.now().timestamp()
        if claims["exp"] <= now or claims["iat"] > now + 60:
            raise UnauthorizedError("The access token has expired.", headers=_CHALLENGE)
        with self._db.read() as session:
            grant = session.get(Grant, claims["gid"])
            account = session.get(Account, claims["sub"])
            if grant is None or grant.revoked_at or account is None or not account.enabled:
                raise UnauthorizedError("The session of this access token has ended.", headers=_CHALLENGE)
            return AccessClaims(
                account.id, grant.id, grant.client_id, account.username, grant.scope, grant.session_id
            )

    def introspect(self, token: str) -> dict[str, Any] | None:
        """Return all that a living access token says, None for anything else (RFC 7662)."""
        try:
            claims = self._claims(token, _ACCESS_TYPE)
            living = self.read_access(token)
        except UnauthorizedError:
            return None
        more = {"client_id": living.client_id, "username": living.username, "token_type": "Bearer"}
        return {**(claims or {}), **more, "active": True}

    def grant_of(self, token: str) -> str | None:
        """Return the grant of an access token we issued, expired or not."""
        claims = self._claims(token, _ACCESS_TYPE)
        return str(claims["gid"]) if claims else None

    def read_id_hint(self, token: str) -> dict[str, Any] | None:
        """Return the claims of an id token we issued, expired or not."""
        return self._claims(token, "JWT")

    def action_token(self, claims: dict[str, Any]) -> str:
        """Sign what a link in a mail says."""
        issuer = self._settings.issuer
        return self._sign({"iss": issuer, "aud": issuer, **claims}, _ACTION_TYPE)

    def logout_token(self, client_id: str, subject: str, session_id: str) -> str:
        """Sign what a client is told when a session ends (OpenID Connect Back-Channel Logout)."""
        now = int(self._clock.now().timestamp())
        claims = {
            "iss": self._settings.issuer,
            "sub": subject,
            "aud": client_id,
            "iat": now,
            "exp": now + _LOGOUT_SECONDS,
            "jti": new_id(),
            "typ": "Logout",
            "sid": session_id,
            "events": {"http://schemas.openid.net/event/backchannel-logout": {}},
        }
        return self._sign(claims, "logout+jwt")

    def read_action(self, token: str) -> dict[str, Any] | None:
        """Return what a link we signed says, expired or not."""
        return self._claims(token, _ACTION_TYPE)

    def verify(self, token: str) -> Principal:
        """Return whom an access token speaks for at the backend, or raise UnauthorizedError."""
        claims = self.read_access(token)
        client = self._clients.find(claims.client_id)
        if client is None or not client.backend:
            raise UnauthorizedError("This client's tokens do not open the backend.", headers=_CHALLENGE)
        return Principal(
            issuer_key=self.issuer_key,
            subject=claims.subject,
            username=claims.username,
            client_id=claims.client_id,
            session_id=claims.grant_id,
        )


def identity_claims(account: Account, scope: str) -> dict[str, Any]:
    """Return the claims about the person that a scope opens."""
    wanted = scope.split()
    claims: dict[str, Any] = {}
    if "profile" in wanted:
        first, last = account.names
        claims |= {
            "preferred_username": account.username,
            "name": account.name or account.username,
            "given_name": first,
            "family_name": last,
        }
    if "email" in wanted and account.email:
        claims |= {"email": account.email, "email_verified": account.email_verified}
    return claims


def refresh_claims(issuer: str, account: Account, grant: Grant, token_hash: str) -> dict[str, Any]:
    """Return what a living refresh token stands for, as introspection tells it."""
    kind = "Offline" if grant.offline else "Refresh"
    return {
        **identity_claims(account, grant.scope),
        "active": True,
        "typ": kind,
        "token_type": kind,
        "iss": issuer,
        "iat": int((grant.used_at or grant.signed_in_at).timestamp()),
        "jti": stable_id("token", token_hash),
        "acr": "1",
        "sub": account.id,
        "azp": grant.client_id,
        "client_id": grant.client_id,
        "username": account.username,
        "preferred_username": account.username,
        "sid": grant.session_id,
        "scope": grant.scope,
    }
