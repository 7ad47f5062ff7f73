"""A provider that asks nothing: opening the sign-in address comes straight back, signed in."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import Final
from urllib.parse import urlencode

from app.core.errors import Action, AppError, ErrorCode
from app.core.model import Identity, SignedIn, SignInRequest, Tokens
from app.core.secret import Secret
from app.gateway.demo.world import DemoWorld

NAMES: Final = {"alice": "Alice Example", "bob": "Bob Beispiel", "carol": "Carol Exemple"}
TOKEN_LIFE: Final = timedelta(minutes=5)


class DemoIdentity:
    """Signs in ``next_user``, or the account that the app hints at."""

    def __init__(self, world: DemoWorld) -> None:
        self._world = world
        self.next_user = "alice"

    async def start_sign_in(
        self,
        redirect_uri: str,
        *,
        register: bool = False,  # noqa: ARG002 - the protocol's
        login_hint: str | None = None,
        language: str = "en",  # noqa: ARG002 - the protocol's
    ) -> SignInRequest:
        """The address to open is the redirect itself, with its answer already in it."""
        await self._world.faults.enter("start_sign_in")
        state = secrets.token_urlsafe(16)
        query = urlencode({"code": f"demo.{login_hint or self.next_user}", "state": state})
        return SignInRequest(
            url=f"{redirect_uri}?{query}",
            state=state,
            nonce=secrets.token_urlsafe(16),
            verifier=Secret(secrets.token_urlsafe(32)),
            redirect_uri=redirect_uri,
        )

    async def finish_sign_in(self, request: SignInRequest, answer: Mapping[str, str]) -> SignedIn:
        """The username is part of the demo's codes."""
        await self._world.faults.enter("finish_sign_in")
        if answer.get("error") == "access_denied":
            raise AppError(ErrorCode.SIGN_IN_CANCELLED, Action.SIGN_IN)
        code = answer.get("code", "")
        if answer.get("state") != request.state:
            raise AppError(ErrorCode.SIGN_IN_FAILED, Action.SIGN_IN, reason="state")
        if not code.startswith("demo."):
            raise AppError(ErrorCode.SIGN_IN_FAILED, Action.SIGN_IN, reason="code")
        return self.sign_in(code.removeprefix("demo."))

    def sign_in(self, username: str) -> SignedIn:
        """A finished sign-in of anybody, for tests and scenarios."""
        self._world.ended_sessions.discard(username)
        name = NAMES.get(username, username.capitalize())
        return SignedIn(Identity(username, name, f"{username}@example.org"), self._tokens(username))

    async def refresh(self, tokens: Tokens) -> SignedIn:
        """The refresh token names the user too."""
        await self._world.faults.enter("refresh")
        username = tokens.refresh_token.reveal().split(".")[1] if tokens.refresh_token else ""
        if not username or username in self._world.ended_sessions:
            raise AppError(ErrorCode.SESSION_EXPIRED, Action.SIGN_IN)
        return self.sign_in(username)

    async def sign_out(self, tokens: Tokens) -> None:
        """End the session."""
        await self._world.faults.enter("sign_out")
        if tokens.refresh_token:
            self._world.end_session(tokens.refresh_token.reveal().split(".")[1])

    def _tokens(self, username: str) -> Tokens:
        def token(kind: str) -> Secret:
            return Secret(f"demo-{kind}.{username}.{secrets.token_urlsafe(16)}")

        return Tokens(
            access_token=token("access"),
            refresh_token=token("refresh"),
            id_token=token("id"),
            expires_at=self._world.clock.now() + TOKEN_LIFE,
        )
