"""Endpoints for programs: discovery, keys, tokens, user info."""

import base64
from typing import Any
from urllib.parse import unquote_plus

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse

from sandbox.core.auth import bearer_token
from sandbox.core.errors import UnauthorizedError
from sandbox.core.ids import fingerprint
from sandbox.services.identity.accounts import LOCKED
from sandbox.services.identity.actions import pending_actions
from sandbox.services.identity.clients import Client
from sandbox.services.identity.errors import OAuthError, TooManyFailuresError
from sandbox.services.identity.forms import Form
from sandbox.services.identity.grants import KNOWN_SCOPES, clean_scope
from sandbox.services.identity.pages import LANGUAGES
from sandbox.services.identity.schemas import TokenAnswer
from sandbox.services.identity.service import Identity, IdentityService
from sandbox.services.identity.tokens import identity_claims

router = APIRouter(tags=["identity"])
_OIDC = "/protocol/openid-connect"


@router.get("/.well-known/openid-configuration")
def discovery(identity: Identity) -> dict[str, Any]:
    """Describe the provider (OpenID Connect Discovery)."""
    issuer = identity.settings.issuer
    return {
        "issuer": issuer,
        "authorization_endpoint": f"{issuer}{_OIDC}/auth",
        "token_endpoint": f"{issuer}{_OIDC}/token",
        "userinfo_endpoint": f"{issuer}{_OIDC}/userinfo",
        "end_session_endpoint": f"{issuer}{_OIDC}/logout",
        "revocation_endpoint": f"{issuer}{_OIDC}/revoke",
        "introspection_endpoint": f"{issuer}{_OIDC}/token/introspect",
        "jwks_uri": f"{issuer}{_OIDC}/certs",
        "scopes_supported": list(KNOWN_SCOPES),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "refresh_token", "password"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": [identity.keys.algorithm],
        "token_endpoint_auth_methods_supported": ["none", "client_secret_post", "client_secret_basic"],
        "revocation_endpoint_auth_methods_supported": ["none", "client_secret_post", "client_secret_basic"],
        "introspection_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
        "code_challenge_methods_supported": ["S256"],
        "prompt_values_supported": ["none", "login", "create", "select_account", "consent"],
        "ui_locales_supported": list(LANGUAGES),
        "claims_supported": [
            *("iss", "sub", "aud", "azp", "exp", "iat", "acr", "sid", "auth_time", "nonce"),
            *("preferred_username", "name", "given_name", "family_name", "email", "email_verified"),
        ],
        "claims_parameter_supported": False,
        "request_parameter_supported": False,
        "request_uri_parameter_supported": False,
        "authorization_response_iss_parameter_supported": True,
        "backchannel_logout_supported": True,
        "backchannel_logout_session_supported": True,
    }


@router.get(_OIDC + "/certs")
def keys(identity: Identity) -> dict[str, Any]:
    """Return the public keys."""
    return identity.keys.jwks()


@router.post(_OIDC + "/token", response_model_exclude_none=True)
def token(request: Request, response: Response, form: Form, identity: Identity) -> TokenAnswer:
    """Exchange a code, a refresh token or (marked clients only) a password for tokens."""
    response.headers["Pragma"] = "no-cache"
    client = client_of(request, form, identity)
    kind = form.get("grant_type", "")
    if not kind:
        raise OAuthError("invalid_request", "Missing form parameter: grant_type")
    if kind == "authorization_code":
        return identity.grants.redeem_code(
            client, need(form, "code"), form.get("redirect_uri", ""), form.get("code_verifier", "")
        )
    if kind == "refresh_token":
        return identity.grants.refresh(client, need(form, "refresh_token"), form.get("scope", ""))
    if kind == "password":
        return _password(request, form, client, identity)
    raise OAuthError("unsupported_grant_type", "Unsupported grant_type")


def _password(
    request: Request, form: dict[str, str], client: Client, identity: IdentityService
) -> TokenAnswer:
    if not client.password_grant:
        raise OAuthError("unauthorized_client", "Client not allowed for direct access grants")
    rules = identity.client_rules.find(client.id)
    if rules is not None and rules.consent_required:
        raise OAuthError("invalid_client", "Client requires user consent")
    address = request.client.host if request.client else ""
    try:
        account = identity.accounts.authenticate(
            need(form, "username", 401), form.get("password", ""), address, even_disabled=True
        )
    except TooManyFailuresError as error:
        # Keycloak does not tell a guesser that the name is locked; the header is for whoever tests.
        wait = {"Retry-After": str(error.seconds)}
        raise OAuthError("invalid_grant", "Invalid user credentials", 401, wait) from error
    if account is None:
        raise OAuthError("invalid_grant", "Invalid user credentials", 401)
    if account.disabled_reason == LOCKED:
        raise OAuthError("invalid_grant", "Invalid user credentials", 401)
    if not account.enabled:
        raise OAuthError("invalid_grant", "Account disabled")
    if pending_actions(account, identity.realm.rules()):
        raise OAuthError("invalid_grant", "Account is not fully set up")
    scope = clean_scope(form.get("scope", "openid"))
    return identity.grants.password_grant(client, account, scope, address)


@router.post(_OIDC + "/token/introspect")
def introspect(request: Request, form: Form, identity: Identity) -> dict[str, Any]:
    """Tell a client with a secret whether a token is good, and what it says (RFC 7662)."""
    client = client_of(request, form, identity)
    if client.secret_hash is None:
        raise OAuthError("invalid_request", "Client not allowed.", 403)
    return identity.tokens.introspect(need(form, "token")) or identity.grants.introspect(form["token"])


@router.post(_OIDC + "/revoke", response_class=Response)
def revoke(request: Request, form: Form, identity: Identity) -> Response:
    """End what a token belongs to (RFC 7009)."""
    identity.grants.revoke_token(client_of(request, form, identity), need(form, "token"))
    return Response(status_code=200)


@router.get(_OIDC + "/userinfo")
@router.post(_OIDC + "/userinfo")
def user_info(request: Request, identity: Identity) -> dict[str, Any]:
    """Return the claims about the person a token speaks for."""
    claims = identity.tokens.read_access(bearer_token(request))
    if "openid" not in claims.scope.split():
        challenge = {"WWW-Authenticate": 'Bearer error="insufficient_scope", scope="openid"'}
        raise OAuthError("insufficient_scope", "The token was not asked for with openid.", 403, challenge)
    account = identity.accounts.get(claims.subject)
    if account is None:
        raise UnauthorizedError("The account was deleted.")
    return {
        "sub": account.id,
        "preferred_username": account.username,
        **identity_claims(account, claims.scope),
    }


@router.get("/resources/style.css")
def style(identity: Identity) -> Response:
    """Return the pages' stylesheet."""
    headers = {"Cache-Control": "public, max-age=300"}
    return PlainTextResponse(identity.pages.style, media_type="text/css", headers=headers)


@router.get("")
def realm(identity: Identity) -> JSONResponse:
    """Return Keycloak's short description of the realm."""
    settings = identity.settings
    service = f"{settings.issuer}/protocol/openid-connect"
    return JSONResponse(
        {
            "realm": settings.realm,
            "public_key": identity.keys.public_der(),
            "token-service": service,
            "account-service": f"{settings.issuer}/account",
            "tokens-not-before": 0,
        }
    )


def need(form: dict[str, str], name: str, status: int = 400) -> str:
    """Return a parameter that has to be there."""
    value = form.get(name, "")
    if not value:
        raise OAuthError("invalid_request", f"Missing parameter: {name}", status)
    return value


def client_of(request: Request, form: dict[str, str], identity: IdentityService) -> Client:
    """Return the client that calls, or refuse one that is not known or cannot prove it."""
    client_id, secret = form.get("client_id", ""), form.get("client_secret", "")
    basic = _basic(request.headers.get("authorization", ""))
    headers = {}
    if basic:
        if client_id not in {"", basic[0]}:
            raise OAuthError("invalid_request", "Two different clients are named.")
        client_id, secret = basic
        headers = {"WWW-Authenticate": "Basic"}
    client = identity.clients.find(client_id)
    refusal = "Invalid client or Invalid client credentials"
    if client is None:
        raise OAuthError("invalid_client", refusal, 401, headers)
    if client.secret_hash is not None and fingerprint(secret) != client.secret_hash:
        # RFC 6749 has invalid_client for this too; Keycloak's clients look for its own word.
        raise OAuthError("unauthorized_client", refusal, 401, headers)
    return client


def _basic(header: str) -> tuple[str, str] | None:
    scheme, _, value = header.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        name, _, secret = base64.b64decode(value, validate=True).decode().partition(":")
    except ValueError:
        return None
    return unquote_plus(name), unquote_plus(secret)
