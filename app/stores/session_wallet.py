"""Actions around the wallet: secure, create, restore, unlock and the recovery phrase."""

from __future__ import annotations

from app.core.errors import AppError, ErrorCode
from app.core.model import Mnemonic, PasswordStrength
from app.core.secret import Secret
from app.gateway.protocol import UnlockedWallet
from app.stores.session_state import SessionState


class WalletActions(SessionState):
    """No action raises; what went wrong is in ``error``."""

    def choose_pin(self, pin: Secret) -> None:
        """Keep a new PIN until the wallet password completes the step."""
        self.dismiss()
        self._set_pin(pin)

    def password_strength(self, password: Secret) -> PasswordStrength:
        """By the SDK's own rule."""
        return self._chosen().password_strength(password)

    async def secure(self, password: Secret) -> None:
        """Store PIN and wallet password; with a wallet at the service this opens it too.

        On the way to a recovery phrase the password is a new one, which the restored wallet then has.
        """

        async def work() -> None:
            pin = self._held_pin()
            try:
                await self._chosen().secure(pin, password)
            except AppError as error:
                # Complete by now: the upload was tried again behind the user's back. The PIN opens it.
                self._reload()
                if error.code is ErrorCode.OTHER_WALLET_EXISTS:
                    return
                raise
            self._remember_length(pin)
            self._reload()
            if self.restoring:
                self.password_due = False
            elif self.password_due or self.found:
                await self._open_from_service(pin)

        await self._run(work)

    async def look_for_wallet(self) -> None:
        """Ask the service whether it holds a wallet of this user; ``found`` stays None without an answer."""

        async def work() -> None:
            self.found = await self._chosen().has_wallet_elsewhere()

        await self._run(work)

    async def create_wallet(self) -> None:
        """Create the wallet, or go on with an interrupted creation: always the same phrase."""

        async def work() -> None:
            epoch = self.epoch
            pin = self._held_pin()
            await self._open(await self._chosen().create_wallet(pin), epoch, pin)

        await self._run(work)

    async def open_from_service(self) -> None:
        """Open the wallet that the service holds shares of, with the chosen password."""

        async def work() -> None:
            await self._open_from_service(self._held_pin())

        await self._run(work)

    async def _open_from_service(self, pin: Secret) -> None:
        epoch = self.epoch
        try:
            wallet = await self._chosen().restore_from_service(pin)
        except AppError as error:
            # Here is an unfinished wallet that is not the one there: choosing the password anew drops it.
            other = error.code is ErrorCode.OTHER_WALLET_EXISTS
            self.password_due = other or error.code is ErrorCode.WRONG_PASSWORD
            if self.password_due:
                self.found = True
            if other:
                return
            raise
        self.password_due = False
        await self._open(wallet, epoch, pin)

    def restore_by_phrase(self) -> None:
        """Ask for a recovery phrase; before it for a new password unless there is no wallet for certain.

        Restoring puts the wallet at the service under the password of this device. Where one was typed to
        open that wallet, now or before a restart, it may have been a wrong one, and nobody would know it.
        """
        self.dismiss()
        self.restoring = True
        self.password_due = self.password_due or self.found is not False

    def phrase_words(self) -> tuple[str, ...]:
        """The words that a phrase is made of, sorted."""
        return self._gateway.phrase_words()

    def check_phrase(self, phrase: Mnemonic) -> AppError | None:
        """What is wrong with a phrase, or None."""
        try:
            self._gateway.check_phrase(phrase)
        except AppError as error:
            return error
        return None

    async def restore(self, phrase: Mnemonic, *, replace: bool = False) -> None:
        """Restore by recovery phrase; another wallet at the service is only replaced when told to."""

        async def work() -> None:
            epoch, pin = self.epoch, self._held_pin()
            wallet = await self._chosen().restore_from_phrase(pin, phrase, replace=replace)
            self.restoring = False
            await self._open(wallet, epoch, pin)

        await self._run(work)

    async def unlock(self, pin: Secret) -> None:
        """Open the wallet; where there is none yet the right PIN leads back into the onboarding."""

        async def work() -> None:
            epoch, account = self.epoch, self._chosen()
            try:
                wallet = await account.unlock(pin)
            except AppError as error:
                if error.code is not ErrorCode.NO_WALLET or account.account.has_wallet:
                    raise
                if epoch == self.epoch:
                    self._set_pin(pin)
                    self._remember_length(pin)
                    self._reload()
                return
            await self._open(wallet, epoch, pin)

        await self._run(work)

    async def phrase(self) -> Mnemonic | None:
        """The recovery phrase of a wallet that was just made; it stays with who asked."""
        found: list[Mnemonic] = []

        async def work() -> None:
            if self.wallet is not None:
                found.append(await self.wallet.recovery_phrase(self._held_pin()))

        return found[0] if await self._run(work) and found else None

    async def confirm_phrase(self) -> None:
        """The words were asked back and were right."""

        async def work() -> None:
            if self.wallet is not None:
                await self.wallet.confirm_phrase()
                self.phrase_due = False
                self._set_pin(None)

        await self._run(work)

    async def _open(self, wallet: UnlockedWallet, epoch: int, pin: Secret) -> None:
        """Take an open wallet, unless the app was locked meanwhile."""
        if epoch != self.epoch:
            await wallet.lock()
            self._reload()
            return
        self.phrase_due = not wallet.phrase_confirmed
        self._set_pin(pin if self.phrase_due else None)
        self._remember_length(pin)
        self.wallet = wallet
        self.look_at_session()
        self._reload()

    def _remember_length(self, pin: Secret) -> None:
        username = self._chosen().account.username
        if self._preferences.pin_length(username) != len(pin.reveal()):
            self._preferences.set_pin_length(username, len(pin.reveal()))
