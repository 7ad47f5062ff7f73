"""Judging authorization requests: who asks, where the answer goes, what is asked for."""

import re
from dataclasses import dataclass
from urllib.parse import urlencode

from sandbox.services.identity.clients import Client, ClientRegistry, may_redirect
from sandbox.services.identity.flows import AuthRequest
from sandbox.services.identity.grants import clean_scope

_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)
_PROMPTS = {"none", "login", "create", "select_account", "consent"}


class RefusedHereError(Exception):
    """The request is not trusted enough to send the browser anywhere: say it on our own page."""


class RefusedThereError(Exception):
    """The client is told what is wrong through its redirect address."""

    def __init__(self, code: str, description: str, redirect_uri: str, state: str | None) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.redirect_uri = redirect_uri
        self.state = state


@dataclass(frozen=True)
class Judged:
    """A good request with what it wants of the sign-in."""

    client: Client
    request: AuthRequest
    prompts: frozenset[str]
    max_age: int | None


def judge(fields: dict[str, str], clients: ClientRegistry, language: str) -> Judged:
    """Check a request in the order that keeps the browser safe: client, redirect address, the rest."""
    client = clients.find(fields.get("client_id", ""))
    if client is None or not client.redirect_uris:
        raise RefusedHereError("unknown_client")
    redirect_uri = fields.get("redirect_uri", "")
    if not may_redirect(client.redirect_uris, redirect_uri):
        raise RefusedHereError("bad_redirect")
    state = fields.get("state")

    def refuse(code: str, description: str) -> RefusedThereError:
        return RefusedThereError(code, description, redirect_uri, state)

    for name in ("request", "request_uri"):
        if name in fields:
            raise refuse(f"{name}_not_supported", "Send the parameters themselves.")
    if fields.get("response_type") != "code":
        raise refuse("unsupported_response_type", "Only response_type=code is offered.")
    if fields.get("response_mode", "query") != "query":
        raise refuse("invalid_request", "Only response_mode=query is offered.")
    challenge = fields.get("code_challenge")
    if challenge is None and (client.secret_hash is None or "code_challenge_method" in fields):
        raise refuse("invalid_request", "PKCE is required: send code_challenge.")
    if challenge is not None:
        if fields.get("code_challenge_method") != "S256":
            raise refuse("invalid_request", "Only code_challenge_method=S256 is offered.")
        if not _CHALLENGE.fullmatch(challenge):
            raise refuse("invalid_request", "code_challenge is not a SHA-256 in base64url.")
    prompts = frozenset(fields.get("prompt", "").split())
    if not prompts <= _PROMPTS or ("none" in prompts and len(prompts) > 1):
        raise refuse("invalid_request", "This prompt is not offered.")
    max_age = fields.get("max_age")
    if max_age is not None and not (max_age.isascii() and max_age.isdigit() and len(max_age) < 10):
        raise refuse("invalid_request", "max_age is not a number of seconds.")
    request = AuthRequest(
        client_id=client.id,
        redirect_uri=redirect_uri,
        state=state,
        scope=clean_scope(fields.get("scope", "openid")),
        nonce=fields.get("nonce"),
        challenge=challenge,
        language=language,
        brand=fields.get("ui_brand", "")[:60],
        login_hint=fields.get("login_hint", "")[:254],
        asks_consent="consent" in prompts,
    )
    return Judged(client, request, prompts, int(max_age) if max_age else None)


def redirect_with(redirect_uri: str, parameters: dict[str, str | None]) -> str:
    """Add parameters to a redirect address."""
    query = urlencode({name: value for name, value in parameters.items() if value is not None})
    return f"{redirect_uri}{'&' if '?' in redirect_uri else '?'}{query}"
