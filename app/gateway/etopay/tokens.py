"""The session with the provider: fresh tokens for the SDK, the refresh token sealed in the vault."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final, TypeVar

from etopay_sdk import AuthError, Sdk

from app.core.errors import Action, AppError, ErrorCode
from app.core.model import SignedIn, Tokens
from app.core.secret import Secret
from app.gateway.protocol import IdentityGateway

T = TypeVar("T")
_log = logging.getLogger(__name__)
_SEALED: Final = "gateway.tokens"
_AHEAD: Final = timedelta(seconds=30)
_LONG_AGO: Final = datetime.fromtimestamp(0, UTC)


def _now() -> datetime:
    return datetime.now(UTC)


class TokenKeeper:
    """Tokens of one account; calls at the same time share one refresh."""

    def __init__(self, sdk: Sdk, identity: IdentityGateway, *, clock: Callable[[], datetime] = _now) -> None:
        self._sdk = sdk
        self._identity = identity
        self._clock = clock
        self._tokens: Tokens | None = None
        self._refreshing: asyncio.Task[None] | None = None

    @property
    def has_session(self) -> bool:
        """Whether there are tokens that the provider has not refused."""
        return self._tokens is not None

    @property
    def access_token(self) -> Secret:
        """The present token. Errors: SESSION_EXPIRED."""
        if self._tokens is None:
            raise AppError(ErrorCode.SESSION_EXPIRED, Action.SIGN_IN)
        return self._tokens.access_token

    async def give(self) -> None:
        """Give the SDK the present token again, after it has forgotten it."""
        if self._tokens is not None and self._tokens.access_token:
            await self._sdk.refresh_access_token(self._tokens.access_token.reveal())

    async def take(self, signed_in: SignedIn) -> None:
        """Use the tokens of a sign-in."""
        self._tokens = signed_in.tokens
        await self._sdk.refresh_access_token(signed_in.tokens.access_token.reveal())
        await self.seal()

    async def seal(self) -> None:
        """Keep the refresh token in the vault, if that is open."""
        if self._sdk.is_unlocked and self._tokens is not None:
            await self._sdk.set_app_data(_SEALED, _dump(self._tokens))

    async def unseal(self) -> None:
        """Take the kept refresh token, unless there are tokens already. Asks nobody."""
        if self._tokens is None:
            sealed = await self._sdk.get_app_data(_SEALED)
            self._tokens = _load(sealed) if sealed else None
        else:
            await self.seal()

    async def ensure(self) -> None:
        """Give the SDK a token that holds for a while. Errors: SESSION_EXPIRED, OFFLINE, TIMEOUT, SERVICE."""
        if self._tokens is None:
            raise AppError(ErrorCode.SESSION_EXPIRED, Action.SIGN_IN)
        if self._clock() >= self._tokens.expires_at - _AHEAD:
            await self._refresh()

    async def read(self, call: Callable[[], Awaitable[T]]) -> T:
        """A call that changes nothing: with a fresh token, and once more if the token was refused."""
        await self.ensure()
        try:
            return await call()
        except AuthError:
            await self._refresh()
            return await call()

    async def pause(self) -> None:
        """Let the SDK do without a token until :meth:`ensure` is called again."""
        await self._sdk.refresh_access_token(None)
        if self._tokens is not None:
            self._tokens = replace(self._tokens, expires_at=_LONG_AGO)

    async def sign_out(self) -> None:
        """End the session, here in any case."""
        tokens, self._tokens = self._tokens, None
        if self._sdk.is_unlocked:
            await self._sdk.set_app_data(_SEALED, None)
        await self._sdk.refresh_access_token(None)
        if tokens is not None:
            try:
                await self._identity.sign_out(tokens)
            except AppError as error:
                _log.warning("The provider was not told of the sign-out: %s", error.code.value)

    async def drop(self) -> None:
        """Forget the tokens in memory; what is sealed stays."""
        self._tokens = None
        if self._refreshing is not None:
            self._refreshing.cancel()
        await self._sdk.refresh_access_token(None)

    async def _refresh(self) -> None:
        if self._refreshing is None:
            self._refreshing = asyncio.create_task(self._refresh_now())
            self._refreshing.add_done_callback(self._refreshed)
        await asyncio.shield(self._refreshing)

    def _refreshed(self, task: asyncio.Task[None]) -> None:
        self._refreshing = None
        if not task.cancelled():
            task.exception()  # read, as whoever waited may be gone

    async def _refresh_now(self) -> None:
        before = self._tokens
        if before is None:
            raise AppError(ErrorCode.SESSION_EXPIRED, Action.SIGN_IN)
        try:
            signed_in = await self._identity.refresh(before)
        except AppError as error:
            if error.code is ErrorCode.SESSION_EXPIRED and self._tokens is before:
                self._tokens = None
                await self._sdk.refresh_access_token(None)
            raise
        if self._tokens is before:
            await self.take(signed_in)


def _dump(tokens: Tokens) -> bytes | None:
    if tokens.refresh_token is None:
        return None
    id_token = tokens.id_token.reveal() if tokens.id_token else None
    return json.dumps({"refresh": tokens.refresh_token.reveal(), "id": id_token}).encode()


def _load(sealed: bytes) -> Tokens:
    content = json.loads(sealed)
    id_token = Secret(content["id"]) if content["id"] else None
    return Tokens(Secret(""), Secret(content["refresh"]), id_token, expires_at=_LONG_AGO)
