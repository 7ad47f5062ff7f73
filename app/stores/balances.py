"""What the wallet holds: the only reader of balances and rates, shared by all screens."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Final

from app.core.errors import AppError, ErrorCode
from app.core.model import Balance, ExchangeRate
from app.core.model.position import Position
from app.core.observable import observable
from app.gateway.protocol import UnlockedWallet
from app.stores.attempt import SharedRun, attempt
from app.stores.networks import NetworksStore, WalletSource
from app.stores.positions_file import FILE_NAME, positions_from_bytes, positions_to_bytes

POLL_SECONDS: Final = 15.0
_UNREACHABLE: Final = (ErrorCode.OFFLINE, ErrorCode.TIMEOUT, ErrorCode.SERVICE, ErrorCode.REFUSED)


def utc_now() -> datetime:
    """The time, aware."""
    return datetime.now(UTC)


def _most_telling(errors: list[AppError]) -> AppError:
    """An answer that says "failure" tells more than silence, and silence more than no connection."""
    telling = (ErrorCode.REFUSED, ErrorCode.SERVICE, ErrorCode.TIMEOUT)
    return next((error for code in telling for error in errors if error.code is code), errors[0])


@observable
class BalancesStore:
    """Positions per network; the failure of one network hides nothing of the others.

    The last figures are kept sealed in the vault, so that a start without a connection shows them with
    their age.
    """

    def __init__(
        self, wallet: WalletSource, networks: NetworksStore, now: Callable[[], datetime] = utc_now
    ) -> None:
        self._wallet = wallet
        self._networks = networks
        self._now = now
        self._run = SharedRun()
        self._saved: bytes | None = None
        self._visible = True
        self.positions: tuple[Position, ...] = ()
        self.loaded = False
        self.error: AppError | None = None

    @property
    def total_eur(self) -> Decimal | None:
        """The sum of what has a known worth; None while nothing has."""
        known = [position.eur for position in self.positions if position.eur is not None]
        return sum(known, Decimal(0)) if known else None

    @property
    def offline(self) -> bool:
        """Whether no network could be reached at the last try."""
        failed = [position.error for position in self.positions]
        if not failed:
            return self.error is not None and self.error.code in _UNREACHABLE
        return all(error is not None and error.code in _UNREACHABLE for error in failed)

    @property
    def trouble(self) -> ErrorCode | None:
        """Why nothing could be reached, while :attr:`offline`."""
        if not self.offline:
            return None
        first = next((position.error for position in self.positions), None) or self.error
        return first.code if first else None

    @property
    def as_of(self) -> datetime | None:
        """The age of the oldest figure."""
        return min((position.as_of for position in self.positions if position.as_of), default=None)

    @property
    def rates_as_of(self) -> datetime | None:
        """The age of the oldest rate."""
        return min((position.rate.as_of for position in self.positions if position.rate), default=None)

    def position(self, network_key: str) -> Position | None:
        """The position on one network."""
        return next((one for one in self.positions if one.network.key == network_key), None)

    async def refresh(self) -> None:
        """Read everything anew."""
        await self._run(self._refresh)

    async def refresh_one(self, network_key: str) -> None:
        """Read one network, for a screen that waits for it."""
        wallet, known = self._wallet(), self.position(network_key)
        if wallet is None or known is None:
            return
        fresh = await self._read(wallet, known)
        if self._wallet() is wallet:
            self.positions = tuple(fresh if one.network.key == network_key else one for one in self.positions)

    async def poll(self, seconds: float = POLL_SECONDS) -> None:
        """Refresh quietly while the wallet that is open now stays open; run it in the background."""
        wallet = self._wallet()
        while wallet is not None and self._wallet() is wallet:
            if self._visible:
                await self._run(self._refresh)
            await asyncio.sleep(seconds)

    def set_visible(self, visible: bool) -> None:
        """Whether anybody looks; polling rests meanwhile."""
        self._visible = visible

    def clear(self) -> None:
        """Forget everything, on lock."""
        self._run.forget()
        self._saved = None
        self.positions = ()
        self.loaded = False
        self.error = None

    async def _refresh(self) -> None:
        wallet = self._wallet()
        if wallet is None:
            return
        await self._networks.refresh()
        if self._wallet() is not wallet:
            return
        self.error = self._networks.error
        if not self.loaded:
            await self._load(wallet)
        known = [self.position(network.key) or Position(network) for network in self._networks.networks]
        known = [replace(old, network=new) for old, new in zip(known, self._networks.networks, strict=True)]
        fresh = tuple(await asyncio.gather(*(self._read(wallet, one) for one in known)))
        if self._wallet() is not wallet:
            return
        self.positions = fresh
        self.loaded = True
        await self._save(wallet)

    async def _read(self, wallet: UnlockedWallet, known: Position) -> Position:
        key = known.network.key
        balance, rate = await asyncio.gather(attempt(wallet.balance(key)), attempt(wallet.exchange_rate(key)))
        if isinstance(rate, ExchangeRate):
            known = replace(known, rate=rate)
        if isinstance(balance, Balance):
            return replace(known, amount=balance.amount, as_of=balance.as_of, stale=False, error=None)
        failed = [outcome for outcome in (balance, rate) if isinstance(outcome, AppError)]
        return replace(known, stale=known.amount is not None, error=_most_telling(failed))

    async def _load(self, wallet: UnlockedWallet) -> None:
        stored = await attempt(wallet.load(FILE_NAME))
        if isinstance(stored, bytes) and self._wallet() is wallet and not self.positions:
            self.positions = positions_from_bytes(stored, self._networks.networks)
            self.loaded = bool(self.positions)

    async def _save(self, wallet: UnlockedWallet) -> None:
        content = positions_to_bytes(self.positions)
        if content != self._saved:
            outcome = await attempt(wallet.save(FILE_NAME, content))
            self._saved = self._saved if isinstance(outcome, AppError) else content
