"""What a payment needs from the rest of the app."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from app.features.payments.rules import AddressCheck
from app.stores.activity import ActivityStore
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
