"""The identity provider over HTTP: authorization code with PKCE, refresh and sign-out."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

import httpx

from app.core.errors import Action, AppError, ErrorCode
from app.core.model import SignedIn, SignInRequest, Tokens
from app.core.secret import Secret
from app.gateway.etopay import oidc

_log = logging.getLogger(__name__)
_TIMEOUT: Final = httpx.Timeout(10, connect=5)
_SCOPE: Final = "openid profile email"
_CANCELLED: Final = frozenset({"access_denied", "interaction_required", "login_required"})
_DEFAULT_LIFETIME: Final = 60


def _now() -> datetime:
    return datetime.now(UTC)


class OidcIdentity:
    """Implements :class:`app.gateway.protocol.IdentityGateway`."""

    def __init__(
        self,
        issuer: str,
        client_id: str,
        *,
        transport: httpx.AsyncBaseTransport | None = None,
        clock: Callable[[], datetime] = _now,
    ) -> None:
        self._issuer: Final = issuer.rstrip("/")
        self._client_id: Final = client_id
        self._transport = transport
        self._clock = clock
        self._client: httpx.AsyncClient | None = None
        self._provider: oidc.Provider | None = None
        self._refreshes: dict[str, asyncio.Task[SignedIn]] = {}

    async def start_sign_in(
        self,
        redirect_uri: str,
        *,
        register: bool = False,
        login_hint: str | None = None,
        language: str = "en",
    ) -> SignInRequest:
        """Prepare a sign-in or, with ``register``, a registration."""
        provider = await self._discover()
        state, nonce = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
        verifier = oidc.new_verifier()
        query = {
            "response_type": "code",
            "client_id": self._client_id,
            "redirect_uri": redirect_uri,
            "scope": _SCOPE,
            "state": state,
            "nonce": nonce,
            "code_challenge": oidc.challenge_of(verifier),
            "code_challenge_method": "S256",
            "ui_locales": language,
        }
        # The browser may still be signed in as somebody else who uses this device: always ask who it is.
        query["prompt"] = "create" if register else "login"
        if login_hint:
            query["login_hint"] = login_hint
        joint = "&" if urlsplit(provider.authorization_endpoint).query else "?"
        url = f"{provider.authorization_endpoint}{joint}{urlencode(query)}"
        return SignInRequest(url=url, state=state, nonce=nonce, verifier=verifier, redirect_uri=redirect_uri)

    async def finish_sign_in(self, request: SignInRequest, answer: Mapping[str, str]) -> SignedIn:
        """Exchange what arrived at the redirect for tokens."""
        if not secrets.compare_digest(answer.get("state", "").encode(), request.state.encode()):
            raise oidc.failed("state")
        if error := answer.get("error"):
            if error in _CANCELLED:
                raise AppError(ErrorCode.SIGN_IN_CANCELLED, Action.SIGN_IN)
            raise oidc.failed("refused")
        # RFC 9207: a provider that names itself in the answer must be the one that was asked.
        if answer.get("iss", self._issuer) != self._issuer:
            raise oidc.failed("issuer")
        if not (code := answer.get("code")):
            raise oidc.failed("code")
        body = await self._token(
            {
                "grant_type": "authorization_code",
                "code": code,
                "redirect_uri": request.redirect_uri,
                "code_verifier": request.verifier.reveal(),
            },
            refused=oidc.failed("code"),
        )
        if not isinstance(body.get("id_token"), str):
            raise oidc.failed("id_token")
        return self._signed_in(body, nonce=request.nonce, previous=None)

    async def refresh(self, tokens: Tokens) -> SignedIn:
        """New tokens; callers that ask at the same time share one request."""
        if tokens.refresh_token is None:
            raise AppError(ErrorCode.SESSION_EXPIRED, Action.SIGN_IN)
        key = tokens.refresh_token.reveal()
        task = self._refreshes.get(key)
        if task is None:
            task = asyncio.create_task(self._refresh(tokens, key))
            self._refreshes[key] = task
            task.add_done_callback(lambda done: self._forget(key, done))
        return await asyncio.shield(task)

    def _forget(self, key: str, task: asyncio.Task[SignedIn]) -> None:
        self._refreshes.pop(key, None)
        if not task.cancelled():
            task.exception()  # read, so that a failure nobody waits for any more is not reported as unhandled

    async def _refresh(self, tokens: Tokens, refresh_token: str) -> SignedIn:
        body = await self._token(
            {"grant_type": "refresh_token", "refresh_token": refresh_token},
            refused=AppError(ErrorCode.SESSION_EXPIRED, Action.SIGN_IN),
        )
        return self._signed_in(body, nonce=None, previous=tokens)

    async def sign_out(self, tokens: Tokens) -> None:
        """Revoke the refresh token and end the session; what cannot be reached is logged."""
        try:
            provider = await self._discover()
            if provider.revocation_endpoint and tokens.refresh_token:
                form = {"token": tokens.refresh_token.reveal(), "token_type_hint": "refresh_token"}
                await self._send("POST", provider.revocation_endpoint, form)
            if provider.end_session_endpoint and tokens.id_token:
                form = {"id_token_hint": tokens.id_token.reveal()}
                if tokens.refresh_token:
                    form["refresh_token"] = tokens.refresh_token.reveal()
                await self._send("POST", provider.end_session_endpoint, form)
        except AppError as error:
            _log.warning("The session at the identity provider could not be ended: %s", error.code.value)

    async def close(self) -> None:
        """Close the connections."""
        if self._client is not None:
            await self._client.aclose()
            self._client = None

    def _signed_in(self, body: Mapping[str, Any], *, nonce: str | None, previous: Tokens | None) -> SignedIn:
        access_token = body.get("access_token")
        if not isinstance(access_token, str) or not access_token:
            raise oidc.failed("access_token")
        old_id = previous.id_token if previous else None
        new_id = Secret(body["id_token"]) if isinstance(body.get("id_token"), str) else None
        if new_id is not None:
            claims = oidc.claims_of(new_id)
            oidc.check_claims(
                claims, issuer=self._issuer, client_id=self._client_id, nonce=nonce, now=self._clock()
            )
            if old_id is not None and oidc.claims_of(old_id).get("sub") != claims["sub"]:
                raise oidc.failed("subject")
        elif old_id is not None:
            claims = oidc.claims_of(old_id)
        else:
            raise oidc.failed("id_token")
        lifetime = body.get("expires_in")
        seconds = lifetime if isinstance(lifetime, int | float) and lifetime > 0 else _DEFAULT_LIFETIME
        rotated = body.get("refresh_token")
        refresh_token = Secret(rotated) if isinstance(rotated, str) and rotated else None
        tokens = Tokens(
            access_token=Secret(access_token),
            refresh_token=refresh_token or (previous.refresh_token if previous else None),
            id_token=new_id or old_id,
            expires_at=self._clock() + timedelta(seconds=seconds),
        )
        return SignedIn(identity=oidc.identity_of(claims), tokens=tokens)

    async def _discover(self) -> oidc.Provider:
        if self._provider is None:
            oidc.secure_url(self._issuer)
            response = await self._send("GET", f"{self._issuer}/.well-known/openid-configuration")
            self._provider = oidc.read_provider(self._json(response), self._issuer)
        return self._provider

    async def _token(self, form: dict[str, str], *, refused: AppError) -> dict[str, Any]:
        provider = await self._discover()
        response = await self._send("POST", provider.token_endpoint, form, expected=(200, 400, 401))
        if response.status_code != 200:
            raise refused
        return self._json(response)

    async def _send(
        self, method: str, url: str, form: dict[str, str] | None = None, *, expected: tuple[int, ...] = ()
    ) -> httpx.Response:
        data = None if form is None else {**form, "client_id": self._client_id}
        try:
            response = await self._http().request(method, url, data=data)
        except httpx.TimeoutException:
            raise AppError(ErrorCode.TIMEOUT, Action.RETRY) from None
        except httpx.HTTPError:
            raise AppError(ErrorCode.OFFLINE, Action.RETRY) from None
        accepted = response.status_code in expected if expected else response.is_success
        if not accepted:
            raise AppError(ErrorCode.SERVICE, Action.RETRY, status=response.status_code)
        return response

    def _http(self) -> httpx.AsyncClient:
        if self._client is None:
            # A proxy of the environment must not see what never leaves this machine.
            self._client = httpx.AsyncClient(
                timeout=_TIMEOUT,
                transport=self._transport,
                trust_env=not oidc.is_loopback(self._issuer),
                headers={"accept": "application/json"},
            )
        return self._client

    @staticmethod
    def _json(response: httpx.Response) -> dict[str, Any]:
        try:
            body = response.json()
        except ValueError:
            body = None
        if not isinstance(body, dict):
            raise AppError(ErrorCode.SERVICE, Action.RETRY, status=response.status_code)
        return body
