"""Actions around accounts: start, terms, signing in and out, choosing and removing."""

from __future__ import annotations

from functools import partial

from app.core.errors import Action, AppError, ErrorCode
from app.core.model import SignedIn
from app.stores.attempt import attempt
from app.stores.session_state import Notice, SessionState
from app.stores.stage import Stage, Wish


class AccountActions(SessionState):
    """No action raises; what went wrong is in ``error``."""

    async def start(self) -> None:
        """Look at this device; also the retry when its data was in use elsewhere."""
        await self._run(self._start)

    async def _start(self) -> None:
        if self.account is not None:
            await self._let_go()
        try:
            await self._gateway.open()
            self._reload()
        except AppError as error:
            self.elsewhere = error.code is ErrorCode.OPEN_ELSEWHERE
            if self.elsewhere:
                return
            raise
        self.elsewhere = False
        if len(self.accounts) == 1:
            self.account = await self._gateway.open_stored(self.accounts[0].username)
        self.started = True

    def begin(self, wish: Wish) -> None:
        """Leave the welcome screen or the account chooser for a sign-in."""
        self.dismiss()
        self.wish = wish

    def accept_terms(self) -> None:
        """Record the version that was accepted."""
        self._preferences.accept_terms(self._terms_version)

    async def back(self) -> None:
        """One step back, as the platform's back gesture means it; nothing that is stored is lost."""
        self.browser.cancel()
        self.dismiss()
        stage = self.stage
        if stage in {Stage.TERMS, Stage.SIGN_IN} and self.account is None:
            self.wish = None
        elif stage is Stage.SIGN_IN:
            self.renewing = False
        elif stage is Stage.PIN:
            await self._let_go()
        elif stage is Stage.WALLET_CHOICE:
            await self.switch_account()
        elif stage is Stage.PASSWORD:
            self._back_from_password()
        elif stage is Stage.RESTORE:
            await self._run(self._back_from_phrase)

    def _back_from_password(self) -> None:
        """The PIN before it is only asked for again where it was not stored yet."""
        if self.restoring:
            self.restoring = False
            self.password_due = self.password_due and self.found is True
        elif self.password_due and self.chosen is not None and self.chosen.secured:
            self.password_due = False
        else:
            self.password_due = False
            self._set_pin(None)

    async def _back_from_phrase(self) -> None:
        """A replacement that was told to happen and did not is not wished for any more."""
        try:
            if await self._chosen().keep_other_wallet(self._held_pin()):
                self.found = self.password_due = True
        except AppError as error:
            if error.code is not ErrorCode.OTHER_WALLET_EXISTS:
                raise
            # It has happened: the PIN opens the new wallet.
            self.notice = Notice.REPLACED
        self.restoring = False
        self._reload()

    async def sign_in(self, *, register: bool = False) -> None:
        """Sign in through the browser: a new user, or again the one of the chosen account."""
        if self.browser.waiting:
            return
        if await self._run(partial(self._sign_in, register)):
            await self._look_quietly()

    async def renew(self) -> None:
        """Sign in again because the session with the provider is over."""
        self.renewing = True
        await self.sign_in()
        if self.wallet is not None:
            self.renewing = False

    async def _sign_in(self, register: bool) -> None:
        expected = self.username
        outcome = await self.browser.run(register=register, login_hint=expected, language=self._language())
        if outcome is None:
            return
        if isinstance(outcome, AppError):
            raise outcome
        got = outcome.identity.username
        if expected is not None and got != expected:
            await self._gateway.identity.sign_out(outcome.tokens)
            raise AppError(ErrorCode.OTHER_ACCOUNT, Action.SIGN_IN, expected=expected, got=got)
        await self._take(outcome)

    async def _take(self, signed_in: SignedIn) -> None:
        if self.wallet is not None:
            await self.wallet.use_sign_in(signed_in)
            self.look_at_session()
        else:
            self.account = await self._gateway.open_account(signed_in)
            self._signed_in = signed_in
        self._reload()
        self.identity = signed_in.identity
        self._preferences.set_signed_out(signed_in.identity.username, False)
        self.wish = None
        self.renewing = False

    async def _look_quietly(self) -> None:
        """Ask early whether the service knows a wallet; the step that needs the answer asks again."""
        account = self.account
        if account is None or account.account.has_wallet:
            return
        found = await attempt(account.has_wallet_elsewhere())
        if self.account is account:
            self.found = None if isinstance(found, AppError) else found

    async def choose_account(self, username: str) -> None:
        """Choose an account of this device."""

        async def work() -> None:
            self.account = await self._gateway.open_stored(username)

        await self._run(work)

    async def switch_account(self) -> None:
        """Lock and show the accounts of this device."""

        async def work() -> None:
            await self._let_go()
            self._reload()

        await self._run(work)

    async def lose_place(self) -> None:
        """Another window took over this data: drop everything and say so."""
        self.browser.cancel()
        await self._let_go()
        self.accounts = ()
        self.elsewhere = True

    async def sign_out(self) -> None:
        """End the session at the provider; the wallet stays on this device."""

        async def work() -> None:
            # A lock meanwhile takes the wallet away.
            wallet = self.wallet
            if wallet is not None:
                username = wallet.account.username
                await wallet.sign_out()
                self._preferences.set_signed_out(username, True)
            elif self._signed_in is not None:
                await self._gateway.identity.sign_out(self._signed_in.tokens)
            await self._let_go()
            self._reload()

        if await self._run(work):
            self.notice = Notice.SIGNED_OUT

    async def remove_account(self, username: str) -> None:
        """Remove an account and its wallet from this device."""

        async def work() -> None:
            if username == self.username:
                await self._let_go()
            await self._gateway.remove_account(username)
            self._preferences.set_pin_length(username, None)
            self._preferences.set_signed_out(username, False)
            self._reload()

        if await self._run(work, in_turn=True):
            self.notice = Notice.REMOVED
