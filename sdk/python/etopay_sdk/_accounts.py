"""Calls about users, their PIN and their sealed data."""

from __future__ import annotations

from etopay_sdk import _wire
from etopay_sdk._base import Calls
from etopay_sdk._bridge import call
from etopay_sdk.types import StoredUser, User


class AccountCalls(Calls):
    """Users, token, PIN, lock."""

    def list_users(self) -> list[StoredUser]:
        """Users of this folder, oldest first, as far as they are known without a PIN."""
        return _wire.stored_users(self._client.list_users())

    async def refresh_access_token(self, token: str | None) -> None:
        """Set or clear the access token. What had to wait for one is made up for in the background."""
        await call(self._client.refresh_access_token, token)

    async def create_new_user(self, username: str) -> None:
        """Add a user to this device. StateError `user_exists` when there already is one."""
        await call(self._client.create_new_user, username)

    async def init_user(self, username: str) -> None:
        """Make a user of this device the active one. Asks no server."""
        await call(self._client.init_user, username)

    async def get_user(self) -> User:
        """Tell what is known about the active user."""
        return _wire.user(await call(self._client.get_user))

    async def is_kyc_status_verified(self, username: str) -> bool:
        """Ask the backend whether the user's identity is verified. Also proves the access token."""
        return bool(await call(self._client.is_kyc_status_verified, username))

    async def delete_user(self, pin: str | None = None) -> None:
        """Delete the user and the shares at the backend, then everything on this device."""
        await call(self._client.delete_user, pin)

    async def forget_user(self, username: str) -> None:
        """Remove a user from this device only. The coins are lost without phrase or server shares.

        NetworkTimeout, and nothing is removed, when what is under way to the server does not end in time.
        """
        await call(self._client.forget_user, username)

    async def unlock(self, pin: str) -> None:
        """Open the vault. Works without a network."""
        await call(self._client.unlock, pin)

    async def lock(self) -> None:
        """Drop the keys from memory. A payment under way still finishes."""
        await call(self._client.lock)

    @property
    def is_unlocked(self) -> bool:
        """Whether the vault is open."""
        return self._client.is_unlocked()

    async def verify_pin(self, pin: str) -> None:
        """Check the PIN. PinError when it is wrong, PinLocked while waiting is required."""
        await call(self._client.verify_pin, pin)

    async def change_pin(self, old_pin: str, new_pin: str) -> None:
        """Seal the vault with another PIN."""
        await call(self._client.change_pin, old_pin, new_pin)

    async def set_wallet_password(self, pin: str, new_password: str) -> None:
        """Set or change the wallet password. The first call also decides the PIN."""
        await call(self._client.set_wallet_password, pin, new_password)

    async def is_wallet_password_set(self) -> bool:
        """Whether a PIN and a wallet password exist. Works while locked."""
        return bool(await call(self._client.is_wallet_password_set))

    async def get_app_data(self, name: str) -> bytes | None:
        """Read a small value the app has sealed in the vault. Only while unlocked."""
        value: bytes | None = await call(self._client.get_app_data, name)
        return value

    async def set_app_data(self, name: str, value: bytes | None) -> None:
        """Seal a small value of the app, or remove it. Only while unlocked."""
        await call(self._client.set_app_data, name, value)
