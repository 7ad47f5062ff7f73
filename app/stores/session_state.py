"""What the session knows, and the one way in which its actions run."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from enum import StrEnum

from app.core.errors import AppError
from app.core.model import Account, Identity, SignedIn
from app.core.secret import Secret
from app.device.sign_in import SignInBrowser
from app.gateway.protocol import AccountGateway, Gateway, UnlockedWallet
from app.stores.attempt import attempt
from app.stores.preferences import PreferencesStore
from app.stores.sign_in import SignInFlow
from app.stores.stage import Facts, Stage, Wish, stage_of


class Notice(StrEnum):
    """Something that was done and that the next screen says."""

    SIGNED_OUT = "signed_out"
    REMOVED = "removed"
    REPLACED = "replaced"


class SessionState:
    """Fields without an underscore are what screens may read."""

    def __init__(
        self,
        gateway: Gateway,
        browser: SignInBrowser,
        preferences: PreferencesStore,
        *,
        terms_version: str,
        language: Callable[[], str],
    ) -> None:
        self._gateway = gateway
        self._preferences = preferences
        self._terms_version = terms_version
        self._language = language
        self._pin: Secret | None = None
        self._signed_in: SignedIn | None = None
        self._idle = asyncio.Event()
        self._on_lock: list[Callable[[], None]] = []
        self._on_lock_in_sight: list[Callable[[], None]] = []
        self.browser = SignInFlow(gateway.identity, browser)
        self.epoch = 0
        self.started = False
        self.elsewhere = False
        self.accounts: tuple[Account, ...] = ()
        self.account: AccountGateway | None = None
        self.wallet: UnlockedWallet | None = None
        self.identity: Identity | None = None
        self.wish: Wish | None = None
        self.renewing = False
        self.has_pin = False
        self.password_due = False
        self.restoring = False
        self.phrase_due = False
        self.found: bool | None = None
        self.busy = False
        self.error: AppError | None = None
        self.notice: Notice | None = None
        self.needs_sign_in = False

    @property
    def terms_due(self) -> bool:
        """Whether the present version of the terms was not accepted yet on this device."""
        return self._preferences.values.terms_version != self._terms_version

    @property
    def stage(self) -> Stage:
        """Where the user stands."""
        return stage_of(
            Facts(
                started=self.started,
                elsewhere=self.elsewhere,
                terms_due=self.terms_due,
                wish=self.wish,
                has_accounts=bool(self.accounts),
                account=self.chosen,
                renewing=self.renewing,
                has_pin=self.has_pin,
                password_due=self.password_due,
                restoring=self.restoring,
                unlocked=self.wallet is not None,
                phrase_due=self.phrase_due,
            )
        )

    @property
    def chosen(self) -> Account | None:
        """The chosen account as the accounts were last read: steady while an action is under way."""
        name = self.username
        return next((account for account in self.accounts if account.username == name), None)

    @property
    def username(self) -> str | None:
        """Of the chosen account."""
        return self.account.account.username if self.account else None

    @property
    def pin_length(self) -> int | None:
        """How many digits the PIN of the chosen account has, where that is known."""
        return self._preferences.pin_length(self.username) if self.username else None

    @property
    def signed_out(self) -> bool:
        """Whether a sign-in is missing because the user signed out, and not because the session ended."""
        return self.username is not None and self._preferences.signed_out(self.username)

    def on_lock(self, callback: Callable[[], None], *, out_of_sight: bool = True) -> None:
        """Call this at each lock, so that nothing of an open wallet stays.

        Without ``out_of_sight`` not where the user only went to another window.
        """
        (self._on_lock if out_of_sight else self._on_lock_in_sight).append(callback)

    def dismiss(self) -> None:
        """The user has read the error or the notice."""
        self.error = None
        self.notice = None

    def look_at_session(self) -> None:
        """See whether the session with the provider is over; the wallet knows first."""
        self.needs_sign_in = self.wallet is not None and self.wallet.needs_sign_in

    async def lock(self, *, out_of_sight: bool = False) -> None:
        """Drop wallet, PIN and everything read from the wallet; works at any moment."""
        self.epoch += 1
        wallet, self.wallet = self.wallet, None
        unfinished = wallet is None and self.has_pin and not self.busy
        self._set_pin(None)
        self.password_due = self.restoring = self.phrase_due = self.needs_sign_in = False
        self.error = None
        for callback in (*self._on_lock, *(() if out_of_sight else self._on_lock_in_sight)):
            callback()
        if wallet is not None:
            await wallet.lock()
        elif unfinished and self.chosen is not None and self.chosen.secured:
            await self._close_unfinished(self.chosen.username)

    async def _close_unfinished(self, username: str) -> None:
        """Lock an account that has a PIN but no wallet yet: what its PIN had opened is closed with it."""
        account = self._chosen()
        await account.close()
        reopened = await attempt(self._gateway.open_stored(username))
        if self.account is account:
            self.account = None if isinstance(reopened, AppError) else reopened

    async def _run(self, work: Callable[[], Awaitable[object]], *, in_turn: bool = False) -> bool:
        """Run one action at a time and keep its error; whether it went well.

        While another one runs nothing is done, or with ``in_turn`` it is waited for. A sign-in that waits for
        the browser gives way: the user may have come back without finishing it.
        """
        if self.busy and self.browser.waiting:
            self.browser.cancel()
            await self._idle.wait()
        while self.busy and in_turn:
            await self._idle.wait()
        if self.busy:
            return False
        self.busy = True
        self._idle.clear()
        self.error = self.notice = None
        try:
            outcome = await attempt(work())
        finally:
            self.busy = False
            self._idle.set()
        if isinstance(outcome, AppError):
            self.error = outcome
            return False
        return True

    def _set_pin(self, pin: Secret | None) -> None:
        self._pin = pin
        self.has_pin = pin is not None

    def _held_pin(self) -> Secret:
        if self._pin is None:
            raise RuntimeError("This step needs the PIN that was entered before.")
        return self._pin

    def _chosen(self) -> AccountGateway:
        if self.account is None:
            raise RuntimeError("This step needs a chosen account.")
        return self.account

    def _reload(self) -> None:
        """Read the accounts again; what changed in them is news for the screens."""
        self.accounts = self._gateway.accounts()

    async def _let_go(self) -> None:
        """Lock and leave the chosen account."""
        await self.lock()
        account, self.account = self.account, None
        self._signed_in = self.identity = None
        self.renewing = False
        self.found = None
        if account is not None:
            await account.close()
