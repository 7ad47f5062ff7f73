"""A demo wallet with money and the stores that read it, for tests of the payment screens."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from babel import Locale

from app.core.secret import Secret
from app.features.payments.store import PaymentsStore
from app.features.payments.tools import PaymentTools
from app.gateway.demo.chain import network_of
from app.gateway.demo.clock import DemoClock
from app.gateway.demo.gateway import DemoGateway
from app.gateway.demo.scenarios import PIN, play
from app.gateway.demo.wallet import DemoWallet
from app.gateway.demo.world import DemoWorld
from app.stores.activity import ActivityStore
from app.stores.balances import BalancesStore
from app.stores.networks import NetworksStore

FRIEND = "0x71C7656EC7ab88b098defB751B7401B5f6d8976F"
STRANGER = "0x90F79bf6EB2c4f870365E785982E1f101E93b906"
# Same first and last four digits as FRIEND, checksum right.
LOOKALIKE = "0x71c7000000000000000000000000000000000000"
GOOD_PIN = Secret(PIN)
EN, DE = Locale.parse("en"), Locale.parse("de")


@dataclass
class Money:
    """Everything a test of the money screens steers; `locked` plays a lock."""

    gateway: DemoGateway
    wallet: DemoWallet
    networks: NetworksStore
    balances: BalancesStore
    activity: ActivityStore
    locked: bool = False

    @property
    def world(self) -> DemoWorld:
        """Chains, clock and faults."""
        return self.gateway.world

    def lock(self) -> None:
        """Lock as the session does: the wallet is gone and the stores are cleared."""
        self.locked = True
        for store in (self.networks, self.balances, self.activity):
            store.clear()

    def payments(self, locale: Locale = EN) -> PaymentsStore:
        """A payments store whose waiting lets the demo's clock run instead."""
        return PaymentsStore(self.tools(), locale)

    def tools(self) -> PaymentTools:
        """What a payments store needs, without real waiting."""

        async def pause(seconds: float) -> None:
            self.world.clock.step(seconds)
            await asyncio.sleep(0)

        return PaymentTools(
            lambda: None if self.locked else self.wallet,
            self.gateway.check_address,
            self.networks,
            self.balances,
            self.activity,
            self.world.clock.now,
            pause,
        )

    def pay(self, network_key: str, to: str, amount: str, *, days: int = 3, fails: bool = False) -> str:
        """A payment of the past."""
        network = network_of(network_key)
        return self.world.chains.submit(
            network.key,
            self.addresses[network_key],
            to,
            Decimal(amount),
            fee=Decimal("0.00004"),
            fails=fails,
            ago=timedelta(days=days),
        )

    @property
    def addresses(self) -> dict[str, str]:
        """Own addresses by network."""
        return {network.key: self.wallet._address(network.key) for network in self.networks.networks}


async def make_money(scenario: str = "funded", *, refresh: bool = True) -> Money:
    """An unlocked demo wallet; ``funded`` has balances on all networks and a week of payments."""
    gateway = DemoGateway(DemoWorld(DemoClock(running=False)))
    await play(gateway, scenario)
    account = await gateway.open_stored("alice")
    wallet = await account.unlock(GOOD_PIN)
    holder: list[Money] = []

    def source() -> DemoWallet | None:
        return wallet if not holder or not holder[0].locked else None

    networks = NetworksStore(source)
    balances = BalancesStore(source, networks, gateway.world.clock.now)
    money = Money(gateway, wallet, networks, balances, ActivityStore(source, networks))
    holder.append(money)
    if refresh:
        await balances.refresh()
        await money.activity.refresh()
    return money
