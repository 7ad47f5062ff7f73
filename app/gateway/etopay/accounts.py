"""One account of this device on the real SDK, until it is unlocked."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import partial

import etopay_sdk as sdk

from app.core.errors import AppError, ErrorCode
from app.core.model import Account, Mnemonic, PasswordStrength, SignedIn
from app.core.secret import Secret
from app.core.settings import Settings
from app.gateway.etopay.errors import app_error, translated
from app.gateway.etopay.shares import share_at_service
from app.gateway.etopay.tokens import TokenKeeper
from app.gateway.etopay.wallets import EtopayWallet
from app.gateway.phrases import check_phrase

_log = logging.getLogger(__name__)
_ACCEPTED_SCORE = 3
_LONGEST_PASSWORD = 1024


class EtopayAccount:
    """Implements :class:`app.gateway.protocol.AccountGateway`; the SDK's active user is this one."""

    def __init__(
        self,
        username: str,
        opened: sdk.Sdk,
        settings: Settings,
        tokens: TokenKeeper,
        describe: Callable[[], Account],
    ) -> None:
        self.username = username
        self._sdk = opened
        self._settings = settings
        self._tokens = tokens
        self._describe = describe
        self._wallet: EtopayWallet | None = None
        self._pause_until: datetime | None = None
        self._interrupted = False
        self._replacing = False
        self._given_up = False
        self._closed = False

    @property
    def account(self) -> Account:
        """A wallet whose creation was interrupted is none yet; that only shows once the PIN was right."""
        found = self._describe()
        if not self._interrupted:
            return found
        return Account(found.username, found.display_name, found.secured, has_wallet=False)

    def go_on_from(self, before: EtopayAccount) -> None:
        """Know of an interrupted wallet what the same account, chosen before, has learnt of it."""
        self._interrupted, self._replacing = before._interrupted, before._replacing
        self._given_up = before._given_up

    @property
    def pin_pause_until(self) -> datetime | None:
        """As of the last wrong PIN of this run; the SDK itself counts over restarts."""
        if self._pause_until is not None and self._pause_until > datetime.now(UTC):
            return self._pause_until
        return None

    async def take(self, signed_in: SignedIn) -> None:
        """Use a sign-in of this user."""
        async with self._operation("Taking a sign-in"):
            await self._tokens.take(signed_in)

    async def has_wallet_elsewhere(self) -> bool:
        """The first question proves token and address, so that a 404 to the second one means something."""
        async with self._operation("Asking for a wallet at the service"):
            return await self._share_at_service() is not None

    async def secure(self, pin: Secret, password: Secret) -> None:
        """The first call makes the vault; later ones change the password or begin anew."""
        async with self._operation("Choosing PIN and password"):
            await self._look()
            if self.account.has_wallet:
                raise AppError(ErrorCode.OTHER_WALLET_EXISTS)
            if not self.password_strength(password).accepted:
                raise AppError(ErrorCode.WEAK_PASSWORD)
            # With the password the SDK would bring an interrupted wallet to the service, over what is there.
            if self._interrupted:
                if not await self._drop_interrupted(pin):
                    raise AppError(ErrorCode.OTHER_WALLET_EXISTS)
            elif self.account.secured and not self._sdk.is_unlocked:
                await self._begin_anew()
            try:
                await self._sdk.set_wallet_password(pin.reveal(), password.reveal())
            except sdk.PinError:
                await self._begin_anew()
                await self._sdk.set_wallet_password(pin.reveal(), password.reveal())
            await self._tokens.seal()

    def password_strength(self, password: Secret) -> PasswordStrength:
        """By the SDK."""
        value = password.reveal()
        with translated("Judging a password"):
            score = sdk.password_strength(value[:_LONGEST_PASSWORD]) if value else 0
        return PasswordStrength(score, accepted=score >= _ACCEPTED_SCORE)

    async def create_wallet(self, pin: Secret) -> EtopayWallet:
        """The SDK keeps the phrase before anything else, and goes on with it at a repeat."""

        return await self._make("Creating the wallet", pin, partial(self._create, pin))

    async def restore_from_phrase(
        self, pin: Secret, phrase: Mnemonic, *, replace: bool = False
    ) -> EtopayWallet:
        """Another wallet, here or at the service, is only replaced when asked to."""
        check_phrase(phrase)

        async def restore() -> None:
            if self._given_up and not replace:
                await self._drop_interrupted(pin)
            await self._sdk.create_wallet_from_existing_mnemonic(
                pin.reveal(), phrase.phrase(), replace=replace
            )

        return await self._make("Restoring from the phrase", pin, restore)

    async def restore_from_service(self, pin: Secret) -> EtopayWallet:
        """The SDK opens the service's shares with the chosen password, or ends what was interrupted."""

        async def restore() -> None:
            try:
                await self._sdk.restore_wallet_from_shares(pin.reveal())
            except sdk.WalletExists as error:
                if error.details.get("where") != "device":
                    raise
                if self._interrupted and not await self._is_the_one_at_service(pin):
                    raise
                await self._create(pin)

        return await self._make("Restoring from the service", pin, restore)

    async def keep_other_wallet(self, pin: Secret) -> bool:
        """The SDK waits until nothing of the replacement can reach the service any more."""
        async with self._operation("Giving up a replacement"):
            await self._look()
            if not (self._interrupted and self._replacing):
                return False
            self._given_up = True
            if not await self._drop_interrupted(pin):
                raise AppError(ErrorCode.OTHER_WALLET_EXISTS)
            return True

    async def unlock(self, pin: Secret) -> EtopayWallet:
        """Needs no network."""
        async with self._operation("Unlocking"):
            await self._open_vault(pin)
            if not self.account.has_wallet:
                raise AppError(ErrorCode.NO_WALLET)
            return self._open(pin)

    async def close(self) -> None:
        """Lock what is open; a closed account answers OPEN_ELSEWHERE."""
        if self._closed:
            return
        self._closed = True
        try:
            with translated("Closing an account"):
                try:
                    if self._wallet is not None:
                        await self._wallet.lock()
                        self._wallet = None
                    await self._tokens.drop()
                finally:
                    await self._sdk.lock()
        except AppError as error:
            _log.warning("Closing an account did not end well: %s", error.code.value)

    async def _create(self, pin: Secret) -> None:
        try:
            await self._sdk.create_wallet_from_new_mnemonic(pin.reveal())
        except sdk.WalletExists as error:
            # Made in an earlier call whose answer did not arrive.
            if error.details.get("where") != "device":
                raise

    async def _make(self, where: str, pin: Secret, work: Callable[[], Awaitable[None]]) -> EtopayWallet:
        async with self._operation(where):
            await self._open_vault(pin)
            await self._tokens.ensure()
            try:
                await work()
            finally:
                await self._look()
            wallet = self._open(pin)
            # Fetched while the service answers, so that the next start finds them without it.
            await wallet.networks()
            return wallet

    async def _open_vault(self, pin: Secret) -> None:
        try:
            await self._sdk.unlock(pin.reveal())
        except sdk.PinError as error:
            if error.retry_after > 0:
                self._pause_until = datetime.now(UTC) + timedelta(seconds=error.retry_after)
            raise app_error(error) from None
        except sdk.ValidationError:
            # What cannot be a PIN is a wrong one.
            raise AppError(ErrorCode.WRONG_PIN, tries_left=None) from None
        await self._tokens.unseal()
        await self._look()

    async def _look(self) -> None:
        if self._sdk.is_unlocked:
            user = await self._sdk.get_user()
            self._interrupted, self._replacing = bool(user.wallet_pending), bool(user.wallet_replaces)
            self._given_up = self._given_up and self._interrupted

    async def _share_at_service(self) -> Secret | None:
        await self._tokens.read(lambda: self._sdk.is_kyc_status_verified(self.username))
        return await share_at_service(self._settings, self._tokens.access_token)

    async def _is_the_one_at_service(self, pin: Secret) -> bool:
        """Whether the wallet here is the one there too, or there is none: then nothing can be replaced."""
        there = await self._share_at_service()
        here = await self._sdk.get_recovery_share(pin.reveal())
        return there is None or here == there.reveal()

    async def _drop_interrupted(self, pin: Secret) -> bool:
        """Leave what the service holds as it is; False where there is a complete wallet here now."""
        await self._open_vault(pin)
        try:
            await self._tokens.read(lambda: self._sdk.discard_pending_wallet(pin.reveal()))
        except sdk.NotFound:
            _log.info("The interrupted wallet was complete already.")
        except sdk.WalletExists:
            # The service has this very wallet. Where it took another one's place, it is the only one left.
            if self._replacing:
                await self._create(pin)
            else:
                await self._sdk.delete_wallet(pin.reveal(), only_here=True)
        finally:
            await self._look()
        return not self.account.has_wallet

    async def _begin_anew(self) -> None:
        """A vault without a wallet holds nothing worth keeping."""
        await self._sdk.forget_user(self.username)
        await self._sdk.create_new_user(self.username)
        await self._sdk.init_user(self.username)
        await self._tokens.give()

    def _open(self, pin: Secret) -> EtopayWallet:
        self._pause_until = None
        self._wallet = EtopayWallet(self._sdk, self._describe, self._tokens, pin)
        return self._wallet

    @asynccontextmanager
    async def _operation(self, where: str) -> AsyncIterator[None]:
        with translated(where):
            if self._closed:
                raise AppError(ErrorCode.OPEN_ELSEWHERE)
            yield
