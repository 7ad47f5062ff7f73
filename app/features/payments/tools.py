"""What a payment needs from the rest of the app."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from app.core.errors import Action, AppError, ErrorCode
from app.core.model import FeeEstimate, Network
from app.features.payments.rules import AddressCheck
from app.stores.activity import ActivityStore
from app.stores.attempt import attempt
from app.stores.balances import BalancesStore, utc_now
from app.stores.networks import NetworksStore, WalletSource


@dataclass(frozen=True, slots=True)
class PaymentTools:
    """What a payment needs from the rest of the app."""

    wallet: WalletSource
    check_address: AddressCheck
    networks: NetworksStore
    balances: BalancesStore
    activity: ActivityStore
    now: Callable[[], datetime] = utc_now
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep

    async def first_network(self, asked: str | None) -> Network | None:
        """The asked network, else the first one that holds something, else the first."""
        if not self.networks.networks:
            await self.networks.refresh()
        if not self.balances.loaded:
            await self.balances.refresh()
        found = self.networks.find(asked) if asked else None
        filled = (one.network for one in self.balances.positions if one.amount)
        return found or next(filled, None) or next(iter(self.networks.networks), None)

    async def fee(self, network: Network, recipient: str | None, amount: Decimal) -> FeeEstimate | AppError:
        """What a payment would cost, or why nobody can say."""
        wallet = self.wallet()
        if wallet is None or recipient is None:
            return AppError(ErrorCode.OFFLINE, Action.RETRY)
        return await attempt(wallet.estimate_fee(network.key, recipient, amount))

    async def money_moved(self) -> None:
        """Read balances and activity anew."""
        await asyncio.gather(self.balances.refresh(), self.activity.refresh())
