"""Access tokens of an OpenID Connect provider elsewhere, checked with the keys it publishes."""

import time
from collections.abc import Callable
from datetime import datetime
from threading import Lock
from typing import Any
from urllib.parse import urlsplit

import httpx
from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from sandbox.core.errors import StartError, UnauthorizedError, UnavailableError
from sandbox.core.ports import Principal, TokenVerifier
from sandbox.core.settings import Settings

_CHALLENGE = {"WWW-Authenticate": 'Bearer error="invalid_token"'}
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}
_KEYS_KEPT = 300.0
_NOT_AGAIN_FOR = 5.0
_LEEWAY = 30.0
_LARGEST = 256 * 1024
_ALGORITHMS = {
    *("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "Ed25519", "EdDSA"),
}


class ProviderKeys:
    """The provider's public keys."""

    def __init__(self, issuer: str, timeout: float, transport: httpx.BaseTransport | None = None) -> None:
        self._issuer = issuer
        host = urlsplit(issuer).hostname
        self._http = httpx.Client(timeout=timeout, trust_env=host not in _LOOPBACK, transport=transport)
        self._lock = Lock()
        self._keys: dict[str, Any] = {}
        self._fetched = self._tried = float("-inf")

    def find(self, kid: str) -> Any:
        """Return the key of an id, None if the provider has none; UnavailableError if it cannot be asked."""
        with self._lock:
            now = time.monotonic()
            stale = now - self._fetched > _KEYS_KEPT or kid not in self._keys
            if stale and now - self._tried > _NOT_AGAIN_FOR:
                self._tried = now
                try:
                    self._keys = self._fetch()
                    self._fetched = now
                except (httpx.HTTPError, JoseError, ValueError, KeyError, TypeError) as error:
                    if not self._keys:
                        self._tried = float("-inf")
                        text = f"The identity provider gives no keys ({type(error).__name__}). Try again."
                        raise UnavailableError(text) from error
            return self._keys.get(kid)

    def _fetch(self) -> dict[str, Any]:
        about = self._get(f"{self._issuer}/.well-known/openid-configuration")
        if about["issuer"] != self._issuer:
            raise ValueError("the provider names another issuer")
        where = str(about["jwks_uri"])
        _require_safe(where)
        found = [key for key in self._get(where)["keys"] if key.get("use", "sig") == "sig" and "kid" in key]
        usable = [key for key in found if key.get("kty") in {"RSA", "EC", "OKP"}]
        return {str(key["kid"]): KeySet.import_key_set({"keys": [key]}).keys[0] for key in usable}

    def _get(self, url: str) -> Any:
        answer = self._http.get(url, headers={"Accept": "application/json"})
        answer.raise_for_status()
        if len(answer.content) > _LARGEST:
            raise ValueError("the answer is too large")
        return answer.json()


class ExternalProvider:
    """Judges the tokens of the provider that the settings name."""

    def __init__(self, settings: Settings, keys: ProviderKeys, now: Callable[[], datetime]) -> None:
        unknown = set(settings.oidc_algorithms) - _ALGORITHMS
        if unknown:
            raise StartError(f"OIDC_ALGORITHMS: {', '.join(sorted(unknown))} cannot be used.", 2)
        if not (settings.oidc_audiences or settings.oidc_clients):
            raise StartError("OIDC_ISSUER needs OIDC_AUDIENCES or OIDC_CLIENTS: whose tokens are good?", 2)
        _require_safe(settings.oidc_issuer)
        self._settings = settings
        self._keys = keys
        self._now = now

    def verify(self, token: str) -> Principal:
        """Return whom a token speaks for, or raise UnauthorizedError."""
        claims = self._claims(token)
        name = claims.get(self._settings.oidc_username_claim)
        if not isinstance(name, str) or not 0 < len(name) <= 100:
            claim = self._settings.oidc_username_claim
            raise UnauthorizedError(f"The access token has no claim {claim!r}.", headers=_CHALLENGE)
        return Principal(
            issuer_key=f"oidc:{self._settings.oidc_issuer}"[:100],
            subject=str(claims["sub"])[:100],
            username=name.lower(),
            client_id=str(claims.get("azp", claims.get("client_id", ""))),
            session_id=str(claims.get("sid", "")),
            is_admin=self._is_admin(claims),
        )

    def _claims(self, token: str) -> dict[str, Any]:
        foreign = UnauthorizedError(
            "The access token is not one of the identity provider.", headers=_CHALLENGE
        )
        try:
            header = jws.extract_compact(token.encode("ascii")).headers()
            algorithm, kid = header.get("alg"), header.get("kid")
            if algorithm not in self._settings.oidc_algorithms or not isinstance(kid, str):
                raise foreign
            key = self._keys.find(kid)
            if key is None:
                raise foreign
            claims = dict(jwt.decode(token, key, algorithms=[str(algorithm)]).claims)
        except (JoseError, ValueError, TypeError, KeyError) as error:
            raise foreign from error
        if claims.get("iss") != self._settings.oidc_issuer or claims.get("typ") in {
            "ID",
            "Refresh",
            "Logout",
        }:
            raise foreign
        if not self._is_for_us(claims) or not isinstance(claims.get("sub"), str):
            raise UnauthorizedError("The access token is meant for somebody else.", headers=_CHALLENGE)
        now = self._now().timestamp()
        ends, begins = claims.get("exp"), claims.get("nbf", claims.get("iat", now))
        if not isinstance(ends, int | float) or not isinstance(begins, int | float):
            raise foreign
        if ends <= now or begins > now + _LEEWAY:
            raise UnauthorizedError("The access token has expired.", headers=_CHALLENGE)
        return claims

    def _is_for_us(self, claims: dict[str, Any]) -> bool:
        told = claims.get("aud", [])
        audiences = set(told) if isinstance(told, list) else {told}
        wanted = set(self._settings.oidc_audiences)
        client = claims.get("azp", claims.get("client_id"))
        clients = self._settings.oidc_clients
        return (not wanted or bool(wanted & audiences)) and (not clients or client in clients)

    def _is_admin(self, claims: dict[str, Any]) -> bool:
        path, _, role = self._settings.oidc_admin_role.partition("=")
        found: Any = claims
        for step in path.split("."):
            found = found.get(step) if isinstance(found, dict) else None
        return bool(role) and (role in found if isinstance(found, list) else found == role)


def verifier_of(settings: Settings, own: TokenVerifier, now: Callable[[], datetime]) -> TokenVerifier:
    """Return who judges tokens: the realm here, or the provider that the settings name in its place."""
    if not settings.oidc_issuer:
        return own
    return ExternalProvider(settings, ProviderKeys(settings.oidc_issuer, settings.oidc_timeout_seconds), now)


def _require_safe(url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOOPBACK):
        raise StartError("OIDC_ISSUER and its keys need https (or http on this machine).", 2)
