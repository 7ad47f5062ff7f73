"""The networks on offer, as the other stores and the screens need them."""

from __future__ import annotations

from collections.abc import Callable

from app.core.errors import AppError
from app.core.model import Network
from app.core.observable import observable
from app.gateway.protocol import UnlockedWallet
from app.stores.attempt import SharedRun, attempt

WalletSource = Callable[[], UnlockedWallet | None]


@observable
class NetworksStore:
    """Networks of the open wallet, real ones before test ones; empty while locked."""

    def __init__(self, wallet: WalletSource) -> None:
        self._wallet = wallet
        self._run = SharedRun()
        self.networks: tuple[Network, ...] = ()
        self.addresses: tuple[tuple[str, str], ...] = ()
        self.error: AppError | None = None

    async def refresh(self) -> None:
        """Read the list; what is known stays when that fails."""
        await self._run(self._refresh)

    async def _refresh(self) -> None:
        wallet = self._wallet()
        if wallet is None:
            return
        found = await attempt(wallet.networks())
        if self._wallet() is not wallet:
            return
        if isinstance(found, AppError):
            self.error = found
            return
        self.error = None
        self.networks = tuple(sorted(found, key=lambda network: network.is_testnet))

    def find(self, key: str) -> Network | None:
        """The network of a key."""
        return next((network for network in self.networks if network.key == key), None)

    def address(self, key: str) -> str | None:
        """The own address on a network, once :meth:`load_address` has got it."""
        return dict(self.addresses).get(key)

    async def load_address(self, key: str) -> AppError | None:
        """Get the own address on a network; works offline. What went wrong comes back."""
        wallet = self._wallet()
        if wallet is None or self.address(key) is not None:
            return None
        found = await attempt(wallet.address(key))
        if isinstance(found, AppError):
            return found
        if self._wallet() is wallet:
            self.addresses = (*self.addresses, (key, found))
        return None

    def clear(self) -> None:
        """Forget everything, on lock."""
        self._run.forget()
        self.networks = ()
        self.addresses = ()
        self.error = None
