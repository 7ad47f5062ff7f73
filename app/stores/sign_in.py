"""One sign-in through the browser, from opening it to tokens."""

from __future__ import annotations

import asyncio

from app.core.errors import AppError
from app.core.model import SignedIn
from app.core.observable import observable
from app.device.sign_in import SignInBrowser
from app.gateway.protocol import IdentityGateway
from app.stores.attempt import attempt


@observable
class SignInFlow:
    """Waits for the browser; ``url`` can be opened again or elsewhere as long as it waits."""

    def __init__(self, identity: IdentityGateway, browser: SignInBrowser) -> None:
        self._identity = identity
        self._browser = browser
        self._task: asyncio.Task[SignedIn | AppError] | None = None
        self.waiting = False
        self.url: str | None = None

    async def run(
        self, *, register: bool, login_hint: str | None, language: str
    ) -> SignedIn | AppError | None:
        """The finished sign-in, why there is none, or None when it was cancelled here.

        A second run while one waits replaces it.
        """
        self.cancel()
        task = asyncio.create_task(attempt(self._run(register, login_hint, language)))
        self._task = task
        self.waiting = True
        try:
            await asyncio.wait({task})
        finally:
            task.cancel()
            if self._task is task:
                self._task, self.waiting, self.url = None, False, None
        return None if task.cancelled() else task.result()

    def cancel(self) -> None:
        """Give up waiting."""
        if self._task is not None:
            self._task.cancel()

    async def _run(self, register: bool, login_hint: str | None, language: str) -> SignedIn:
        async with self._browser.redirect() as redirect:
            request = await self._identity.start_sign_in(
                redirect.uri, register=register, login_hint=login_hint, language=language
            )
            self.url = request.url
            answer = await redirect.ask(request.url, request.state)
            return await self._identity.finish_sign_in(request, answer)
