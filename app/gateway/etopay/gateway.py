"""The root of the real gateway."""

from __future__ import annotations

import etopay_sdk as sdk

from app.core.errors import AppError, ErrorCode
from app.core.model import Account, SignedIn
from app.core.settings import Settings
from app.gateway import addresses, phrases
from app.gateway.etopay.accounts import EtopayAccount
from app.gateway.etopay.client import DeviceKey, SdkClient
from app.gateway.etopay.directory import Directory
from app.gateway.etopay.errors import translated, unexpected
from app.gateway.etopay.identity import OidcIdentity
from app.gateway.etopay.tokens import TokenKeeper


class EtopayGateway:
    """Implements :class:`app.gateway.protocol.Gateway` with the ETOPay SDK."""

    phrase_words = staticmethod(phrases.phrase_words)
    check_phrase = staticmethod(phrases.check_phrase)
    check_address = staticmethod(addresses.check_address)

    def __init__(self, settings: Settings, device_key: DeviceKey) -> None:
        self._settings = settings
        self._client = SdkClient(settings, device_key)
        self._directory = Directory(settings.data_dir)
        self._chosen: EtopayAccount | None = None
        self.identity = OidcIdentity(settings.idp_url, settings.client_id)

    async def open(self) -> None:
        """Needs the device key, which may take a moment."""
        await self._client.open()

    def accounts(self) -> tuple[Account, ...]:
        """What the SDK finds in the folder, with the names kept beside it."""
        with translated("Listing the accounts"):
            users = self._client.sdk.list_users()
            users.sort(key=lambda user: self._directory.get(user.username).last_used, reverse=True)
            return tuple(self._seen(user) for user in users)

    async def open_account(self, signed_in: SignedIn) -> EtopayAccount:
        """Adds the user when it is new."""
        with translated("Opening an account"):
            await self.open()
            identity = signed_in.identity
            if not self._knows(identity.username):
                await self._client.sdk.create_new_user(identity.username)
            account = await self._choose(identity.username, identity.name)
            await account.take(signed_in)
            return account

    async def open_stored(self, username: str) -> EtopayAccount:
        """Without tokens until the vault is opened."""
        with translated("Opening an account"):
            await self.open()
            if not self._knows(username):
                raise AppError(ErrorCode.NOT_FOUND)
            return await self._choose(username, None)

    async def remove_account(self, username: str) -> None:
        """The vault is destroyed; service and other devices keep what they have."""
        with translated("Removing an account"):
            await self.open()
            if self._chosen is not None and self._chosen.account.username == username:
                await self._chosen.close()
                self._chosen = None
            if self._knows(username):
                await self._client.sdk.forget_user(username)
            self._directory.remove(username)

    async def close(self) -> None:
        """Lock and release the folder."""
        try:
            if self._chosen is not None:
                await self._chosen.close()
                self._chosen = None
            await self.identity.close()
            await self._client.close()
        except Exception as error:  # noqa: BLE001 - the process is about to end
            unexpected(error, "Closing")

    async def _choose(self, username: str, display_name: str | None) -> EtopayAccount:
        before, self._chosen = self._chosen, None
        if before is not None:
            await before.close()
        opened = self._client.sdk
        await opened.init_user(username)
        self._directory.use(username, display_name)
        tokens = TokenKeeper(opened, self.identity)
        account = EtopayAccount(username, opened, self._settings, tokens, lambda: self._describe(username))
        if before is not None and before.username == username:
            account.go_on_from(before)
        self._chosen = account
        return account

    def _knows(self, username: str) -> bool:
        return any(user.username == username for user in self._client.sdk.list_users())

    def _describe(self, username: str) -> Account:
        with translated("Reading an account"):
            for user in self._client.sdk.list_users():
                if user.username == username:
                    return self._account(user)
        raise AppError(ErrorCode.NOT_FOUND)

    def _seen(self, user: sdk.StoredUser) -> Account:
        """The chosen account knows more than the folder shows."""
        chosen = self._chosen
        return chosen.account if chosen and chosen.username == user.username else self._account(user)

    def _account(self, user: sdk.StoredUser) -> Account:
        # A vault that cannot be read is there all the same: unlocking it says what is wrong.
        return Account(
            username=user.username,
            display_name=self._directory.get(user.username).display_name,
            secured=user.password_set or user.damaged,
            has_wallet=user.has_wallet or user.damaged,
        )
