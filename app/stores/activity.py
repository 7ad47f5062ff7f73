"""Everything that happened and is happening to the money, on all networks, newest first."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Final

from app.core.errors import AppError
from app.core.model import Network, PaymentState, PendingPayment
from app.core.model.activity import ActivityItem, item_of_payment, item_of_transaction
from app.core.observable import observable
from app.gateway.protocol import UnlockedWallet
from app.stores.attempt import SharedRun, attempt
from app.stores.networks import NetworksStore, WalletSource
from app.stores.transaction_pages import PAGE, TransactionPages

_LATER: Final = datetime.max.replace(tzinfo=UTC)


@observable
class ActivityStore:
    """Items of all networks merged, payments on their way on top; it also asks what became of those."""

    def __init__(self, wallet: WalletSource, networks: NetworksStore) -> None:
        self._wallet = wallet
        self._networks = networks
        self._run = SharedRun()
        self._run_more = SharedRun()
        self._pages: dict[str, TransactionPages] = {}
        self._pending: tuple[PendingPayment, ...] = ()
        self.items: tuple[ActivityItem, ...] = ()
        self.loaded = False
        self.more_available = False
        self.error: AppError | None = None

    @property
    def under_way(self) -> tuple[ActivityItem, ...]:
        """What is not settled yet."""
        return tuple(item for item in self.items if not item.settled)

    def find(self, network_key: str, reference: str) -> ActivityItem | None:
        """The item of a transaction id or of a payment id."""
        return next((item for item in self.items if item.key == f"{network_key}/{reference}"), None)

    async def refresh(self) -> None:
        """Read the newest page of every network and what became of payments on their way."""
        await self._run(self._refresh)

    async def more(self) -> None:
        """Read one page further back."""
        await self._run_more(self._more)

    async def poll(self, seconds: float = 15.0) -> None:
        """Refresh quietly while the wallet that is open now stays open; run it in the background."""
        wallet = self._wallet()
        while wallet is not None and self._wallet() is wallet:
            await self._run(self._refresh)
            await asyncio.sleep(min(seconds, 4.0) if self.under_way else seconds)

    def clear(self) -> None:
        """Forget everything, on lock."""
        self._run.forget()
        self._run_more.forget()
        self._pages = {}
        self._pending = ()
        self.items = ()
        self.loaded = self.more_available = False
        self.error = None

    async def _refresh(self) -> None:
        wallet = self._wallet()
        if wallet is None:
            return
        if not self._networks.networks:
            await self._networks.refresh()
        networks = self._networks.networks
        pages, pending = await asyncio.gather(
            asyncio.gather(*(attempt(wallet.transactions(one.key, 0, PAGE)) for one in networks)),
            self._read_pending(wallet),
        )
        if self._wallet() is not wallet:
            return
        failures = []
        for network, page in zip(networks, pages, strict=True):
            if isinstance(page, AppError):
                failures.append(page)
            else:
                self._pages[network.key] = self._of(network).with_newest(page)
        if not networks and self._networks.error is not None:
            failures.append(self._networks.error)
        self._pending = self._pending if isinstance(pending, AppError) else pending
        self._publish()
        self.error = failures[0] if failures else None
        self.loaded = self.loaded or len(failures) < max(1, len(networks))

    async def _more(self) -> None:
        wallet = self._wallet()
        behind = [one for one in self._networks.networks if self._of(one).more]
        if wallet is None or not behind:
            return
        # Only the network that hides the others' older items has to give more.
        network = max(behind, key=lambda one: self._of(one).oldest or _LATER)
        page = await attempt(wallet.transactions(network.key, len(self._of(network).known), PAGE))
        if self._wallet() is not wallet:
            return
        if isinstance(page, AppError):
            self.error = page
            return
        self._pages[network.key] = self._of(network).with_older(page)
        self._publish()

    async def _read_pending(self, wallet: UnlockedWallet) -> tuple[PendingPayment, ...] | AppError:
        pending = await attempt(wallet.pending_payments())
        if isinstance(pending, AppError):
            return pending
        return tuple(await asyncio.gather(*(self._resolve(wallet, one) for one in pending)))

    async def _resolve(self, wallet: UnlockedWallet, pending: PendingPayment) -> PendingPayment:
        if pending.state is PaymentState.SUBMITTING:
            return pending
        resolved = await attempt(wallet.resolve_payment(pending.payment.payment_id))
        return pending if isinstance(resolved, AppError) else resolved

    def _of(self, network: Network) -> TransactionPages:
        return self._pages.get(network.key, TransactionPages())

    def _publish(self) -> None:
        networks = self._networks.networks
        settled = [
            item_of_transaction(one, network) for network in networks for one in self._of(network).known
        ]
        cut = max(
            (oldest for one in networks if self._of(one).more and (oldest := self._of(one).oldest)),
            default=None,
        )
        shown = [item for item in settled if cut is None or item.at is None or item.at >= cut]
        shown.sort(key=lambda item: (item.at or _LATER, item.key), reverse=True)
        seen = {item.key for item in settled}
        by_key = {network.key: network for network in networks}
        pending = [
            item_of_payment(one, by_key[one.payment.network_key])
            for one in self._pending
            if one.payment.network_key in by_key
        ]
        self.more_available = any(self._of(one).more for one in networks)
        self.items = (*(item for item in pending if item.key not in seen), *shown)
