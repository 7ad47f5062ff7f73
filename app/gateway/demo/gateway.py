"""The root of the demo gateway."""

from __future__ import annotations

from app.core.errors import AppError, ErrorCode
from app.core.model import Account, SignedIn
from app.gateway import addresses, phrases
from app.gateway.demo.account import DemoAccount
from app.gateway.demo.identity import DemoIdentity
from app.gateway.demo.world import DemoDevice, DemoWorld, Vault


class DemoGateway:
    """Implements :class:`app.gateway.protocol.Gateway` in memory.

    A new gateway on the same ``device`` is a restart; on the same ``world`` with a new device, another device
    of the same people. While one gateway holds a device, others on it answer OPEN_ELSEWHERE.
    """

    phrase_words = staticmethod(phrases.phrase_words)
    check_phrase = staticmethod(phrases.check_phrase)
    check_address = staticmethod(addresses.check_address)

    def __init__(self, world: DemoWorld | None = None, device: DemoDevice | None = None) -> None:
        self.world = world or DemoWorld()
        self.device = device or DemoDevice()
        self.identity = DemoIdentity(self.world)
        self._holds_device = False
        self._chosen: DemoAccount | None = None

    async def open(self) -> None:
        """Take the device, unless another gateway has it."""
        await self.world.faults.enter("open")
        self._hold_device()

    def accounts(self) -> tuple[Account, ...]:
        """Last used first."""
        self._hold_device()
        self.world.faults.enter_now("accounts")
        vaults = sorted(self.device.vaults.values(), key=lambda vault: vault.last_used, reverse=True)
        return tuple(self._seen(vault) for vault in vaults)

    async def open_account(self, signed_in: SignedIn) -> DemoAccount:
        """Adds the account when it is new."""
        self._hold_device()
        await self.world.faults.enter("open_account")
        identity = signed_in.identity
        vault = self.device.vaults.setdefault(identity.username, Vault(identity.username, identity.name))
        vault.display_name = identity.name
        return await self._choose(vault, signed_in=True)

    async def open_stored(self, username: str) -> DemoAccount:
        """An account this device knows."""
        self._hold_device()
        await self.world.faults.enter("open_stored")
        vault = self.device.vaults.get(username)
        if vault is None:
            raise AppError(ErrorCode.NOT_FOUND)
        return await self._choose(vault, signed_in=False)

    async def remove_account(self, username: str) -> None:
        """Only from this device."""
        self._hold_device()
        await self.world.faults.enter("remove_account")
        if self._chosen is not None and self._chosen.account.username == username:
            await self._chosen.close()
            self._chosen = None
        self.device.vaults.pop(username, None)

    async def close(self) -> None:
        """Let another gateway have the device."""
        if self._chosen is not None:
            await self._chosen.close()
        if self._holds_device:
            self.device.opened = False
            self._holds_device = False

    def _hold_device(self) -> None:
        if self._holds_device:
            return
        if self.device.opened:
            raise AppError(ErrorCode.OPEN_ELSEWHERE)
        self.device.opened = True
        self._holds_device = True

    async def _choose(self, vault: Vault, *, signed_in: bool) -> DemoAccount:
        before = self._chosen
        if before is not None:
            await before.close()
        vault.last_used = 1 + max(known.last_used for known in self.device.vaults.values())
        account = DemoAccount(self.world, vault, signed_in=signed_in)
        if before is not None and before.account.username == vault.username:
            account.go_on_from(before)
        self._chosen = account
        return account

    def _seen(self, vault: Vault) -> Account:
        """The chosen account knows more than the device shows."""
        chosen = self._chosen
        same = chosen is not None and chosen.account.username == vault.username
        return chosen.account if chosen is not None and same else vault.account()
