"""Signing in through a browser: who opens it and where its answer arrives."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Final, Protocol

from app.core.errors import Action, AppError, ErrorCode

_log = logging.getLogger(__name__)
WAIT_SECONDS: Final = 600
"""How long a user may take in the browser."""

OpenUrl = Callable[[str], Awaitable[None]]


class Redirect(Protocol):
    """A place where the identity provider's answer will arrive."""

    @property
    def uri(self) -> str:
        """The redirect URI to name in the request."""
        ...

    async def ask(self, url: str, state: str) -> Mapping[str, str]:
        """Open ``url`` and wait for the answer with exactly this ``state``; cancel the call to give up.

        Errors: SIGN_IN_FAILED with the reason ``timeout`` or ``browser``.
        """
        ...


class SignInBrowser(Protocol):
    """The browser that shows the identity provider's pages."""

    def redirect(self) -> AbstractAsyncContextManager[Redirect]:
        """Be ready for one answer while the context is open."""
        ...


async def first_answer(
    answer: asyncio.Future[Mapping[str, str]], open_url: OpenUrl, url: str, seconds: float
) -> Mapping[str, str]:
    """Open the browser and wait, with the errors that :meth:`Redirect.ask` promises."""
    try:
        await open_url(url)
    except (RuntimeError, OSError) as error:
        _log.warning("The browser could not be opened: %s", type(error).__name__)
        raise AppError(ErrorCode.SIGN_IN_FAILED, Action.SIGN_IN, reason="browser") from None
    try:
        return await asyncio.wait_for(answer, seconds)
    except TimeoutError:
        raise AppError(ErrorCode.SIGN_IN_FAILED, Action.SIGN_IN, reason="timeout") from None


_waiting: Final[dict[str, asyncio.Future[Mapping[str, str]]]] = {}


def deliver(state: str, query: Mapping[str, str]) -> bool:
    """Hand the query of a redirect to the sign-in that waits for its state; False if none does."""
    answer = _waiting.pop(state, None)
    if answer is None:
        return False

    def settle() -> None:
        if not answer.done():
            answer.set_result(dict(query))

    answer.get_loop().call_soon_threadsafe(settle)
    return True


class _HostRedirect:
    def __init__(self, uri: str, open_url: OpenUrl, seconds: float) -> None:
        self.uri: Final = uri
        self._open_url = open_url
        self._seconds = seconds

    async def ask(self, url: str, state: str) -> Mapping[str, str]:
        answer: asyncio.Future[Mapping[str, str]] = asyncio.get_running_loop().create_future()
        _waiting[state] = answer
        try:
            return await first_answer(answer, self._open_url, url, self._seconds)
        finally:
            _waiting.pop(state, None)


class HostSignIn:
    """For the web view: the process that serves the page also serves the redirect."""

    def __init__(self, redirect_uri: str, open_url: OpenUrl, *, seconds: float = WAIT_SECONDS) -> None:
        self._redirect_uri = redirect_uri
        self._open_url = open_url
        self._seconds = seconds

    @asynccontextmanager
    async def redirect(self) -> AsyncIterator[Redirect]:
        """Be ready for one answer while the context is open."""
        yield _HostRedirect(self._redirect_uri, self._open_url, self._seconds)
