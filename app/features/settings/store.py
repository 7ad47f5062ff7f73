"""What the settings do with the open wallet: each asks for the PIN again."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import TypeVar

from app.core.errors import AppError
from app.core.model import Mnemonic
from app.core.observable import observable
from app.core.secret import Secret
from app.stores.attempt import attempt
from app.stores.preferences import PreferencesStore
from app.stores.session import SessionStore

T = TypeVar("T")


@observable
class StepUpStore:
    """One careful action on one screen; made anew with the screen, so nothing of it stays."""

    def __init__(self, session: SessionStore, preferences: PreferencesStore) -> None:
        self._session = session
        self._preferences = preferences
        self._pin: Secret | None = None
        self.confirmed = False
        self.changed = False
        self.phrase: Mnemonic | None = None
        self.busy = False
        self.error: AppError | None = None

    async def confirm(self, pin: Secret) -> None:
        """Prove to be the owner, before a new PIN is chosen."""
        wallet = self._session.wallet
        if wallet is None:
            return
        if await self._run(wallet.check_pin(pin)) is not None:
            self._pin = pin
            self.confirmed = True

    async def change_pin(self, new: Secret) -> None:
        """Replace the PIN that was confirmed."""
        wallet, old = self._session.wallet, self._pin
        if wallet is None or old is None:
            return
        username = wallet.account.username
        if await self._run(wallet.change_pin(old, new)) is not None:
            self._preferences.set_pin_length(username, len(new.reveal()))
            self._pin = None
            self.changed = True

    async def show_phrase(self, pin: Secret) -> None:
        """Read the recovery phrase."""
        wallet = self._session.wallet
        if wallet is None:
            return
        found = await self._run(wallet.recovery_phrase(pin))
        if found is not None:
            self.phrase = found[0]

    def hide_phrase(self) -> None:
        """Let go of the phrase."""
        self.phrase = None

    async def remove(self, pin: Secret) -> None:
        """Remove the account from this device; a wrong PIN counts as everywhere."""
        wallet = self._session.wallet
        if wallet is None or await self._run(wallet.check_pin(pin)) is None:
            return
        # Who locked the app meanwhile has not agreed.
        if self._session.wallet is wallet:
            await self._run(self._session.remove_account(wallet.account.username))

    async def _run(self, work: Awaitable[T]) -> tuple[T] | None:
        """The result in a tuple, or None after keeping the error."""
        self.busy = True
        self.error = None
        try:
            outcome = await attempt(work)
        finally:
            self.busy = False
        if isinstance(outcome, AppError):
            self.error = outcome
            return None
        return (outcome,)
