"""Own addresses, and looking out for what arrives at them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from decimal import Decimal
from typing import Final

from app.core.errors import Action, AppError, ErrorCode
from app.core.observable import observable
from app.features.receive.state import Receiving, Watch
from app.stores.activity import ActivityStore
from app.stores.balances import BalancesStore
from app.stores.networks import NetworksStore

WATCH_SECONDS: Final = 4.0


@observable
class ReceiveStore:
    """One `Receiving` state; ``watch`` runs while the screen is there."""

    def __init__(
        self,
        networks: NetworksStore,
        balances: BalancesStore,
        activity: ActivityStore,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._networks = networks
        self._balances = balances
        self._activity = activity
        self._pause = pause
        self._before: Decimal | None = None
        self._open = True
        self.state = Receiving()

    async def start(self, network_key: str | None = None) -> None:
        """Choose the asked network, else the first one."""
        if not self._networks.networks:
            await self._networks.refresh()
        wanted = self._networks.find(network_key) if network_key else None
        network = wanted or next(iter(self._networks.networks), None)
        if network is None:
            error = self._networks.error or AppError(ErrorCode.OFFLINE, Action.RETRY)
            self.state = replace(self.state, error=error)
            return
        await self.choose_network(network.key)

    async def choose_network(self, network_key: str) -> None:
        """Show the address on another network and look out there."""
        network = self._networks.find(network_key)
        if network is None:
            return
        known = self._balances.position(network_key)
        # What comes in before the first look counts too, so the last fresh figure is what it starts from.
        self._before = known.amount if known is not None and not known.stale else None
        self.state = Receiving(network, self._networks.address(network_key))
        error = await self._networks.load_address(network_key)
        if self.state.network == network:
            self.state = replace(self.state, address=self._networks.address(network_key), error=error)

    async def watch(self) -> None:
        """Look again and again until the screen closes or the wallet is locked."""
        while self._open:
            await self.look()
            await self._pause(WATCH_SECONDS)

    async def look(self) -> None:
        """Look once whether more is there than before."""
        network = self.state.network
        if network is None:
            return
        await self._balances.refresh_one(network.key)
        position = self._balances.position(network.key)
        if self.state.network != network or position is None:
            return
        if position.error is not None:
            self.state = replace(self.state, watch=Watch.BLIND)
            return
        now, before = position.amount, self._before
        self._before = now
        if now is not None and before is not None and now > before:
            self.state = replace(self.state, watch=Watch.RECEIVED, amount=self.state.amount + now - before)
            await self._activity.refresh()
        elif self.state.watch is Watch.BLIND:
            self.state = replace(self.state, watch=Watch.RECEIVED if self.state.amount else Watch.WATCHING)

    def close(self) -> None:
        """The screen is gone."""
        self._open = False
