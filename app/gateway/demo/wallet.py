"""An unlocked wallet of the demo."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal

from app.core.errors import Action, AppError, ErrorCode
from app.core.model import (
    Account,
    Balance,
    ExchangeRate,
    FeeEstimate,
    Mnemonic,
    Network,
    Payment,
    PendingPayment,
    SignedIn,
    WalletTransaction,
)
from app.core.secret import Secret
from app.gateway.demo import chain, pins
from app.gateway.demo.payments import DemoPayments
from app.gateway.demo.world import DemoWorld, Vault


class DemoWallet:
    """Implements :class:`app.gateway.protocol.UnlockedWallet`."""

    def __init__(self, world: DemoWorld, vault: Vault) -> None:
        self._world = world
        self._vault = vault
        self._payments = DemoPayments(world, vault)
        self._locked = False

    @property
    def account(self) -> Account:
        """Read from the device every time."""
        return self._vault.account()

    @property
    def phrase_confirmed(self) -> bool:
        """Kept on the device."""
        return self._vault.phrase_confirmed

    @property
    def needs_sign_in(self) -> bool:
        """After :meth:`DemoWorld.end_session`."""
        return not self._has_session()

    async def use_sign_in(self, signed_in: SignedIn) -> None:
        """Only the same user's."""
        async with self._operation("use_sign_in"):
            got = signed_in.identity.username
            if got != self._vault.username:
                raise AppError(ErrorCode.OTHER_ACCOUNT, expected=self._vault.username, got=got)
            self._vault.signed_in = True

    async def sign_out(self) -> None:
        """Also for everything else that would need a session."""
        async with self._operation("sign_out"):
            self._vault.signed_in = False

    async def lock(self) -> None:
        """Every later call raises LOCKED."""
        self._locked = True

    async def check_pin(self, pin: Secret) -> None:
        """Counts like every other use of the PIN."""
        async with self._operation("check_pin"):
            pins.check(self._vault, pin, self._world.clock)

    async def change_pin(self, old: Secret, new: Secret) -> None:
        """The new PIN is checked for its form before the old one is tried."""
        async with self._operation("change_pin"):
            pins.check_form(new)
            pins.check(self._vault, old, self._world.clock)
            self._vault.pin = new.reveal()

    async def recovery_phrase(self, pin: Secret) -> Mnemonic:
        """Needs the PIN again."""
        async with self._operation("recovery_phrase"):
            pins.check(self._vault, pin, self._world.clock)
            return Mnemonic(self._phrase())

    async def confirm_phrase(self) -> None:
        """Kept on the device."""
        async with self._operation("confirm_phrase"):
            self._vault.phrase_confirmed = True

    async def networks(self) -> tuple[Network, ...]:
        """The demo's four networks."""
        async with self._operation("networks"):
            return chain.NETWORKS

    async def address(self, network_key: str) -> str:
        """Always the same for one phrase."""
        async with self._operation("address"):
            return self._address(network_key)

    async def balance(self, network_key: str) -> Balance:
        """What is confirmed, less what is on its way out."""
        async with self._operation("balance"):
            amount = self._world.chains.balance(network_key, self._address(network_key))
            return Balance(network_key, amount, self._world.clock.now())

    async def exchange_rate(self, network_key: str) -> ExchangeRate:
        """Fixed rates; needs a session."""
        async with self._operation("exchange_rate"):
            if not self._has_session():
                raise AppError(ErrorCode.SESSION_EXPIRED, Action.SIGN_IN)
            return ExchangeRate(network_key, chain.RATES[network_key], self._world.clock.now())

    async def transactions(self, network_key: str, start: int, limit: int) -> tuple[WalletTransaction, ...]:
        """A slice of everything the chain knows of the address."""
        async with self._operation("transactions"):
            seen = self._world.chains.seen_from(self._address(network_key), network_key)
            return tuple(seen[start : start + limit])

    async def transaction(self, network_key: str, tx_id: str) -> WalletTransaction:
        """One of this wallet's own."""
        async with self._operation("transaction"):
            for seen in self._world.chains.seen_from(self._address(network_key), network_key):
                if seen.tx_id == tx_id:
                    return seen
            raise AppError(ErrorCode.NOT_FOUND)

    async def estimate_fee(self, network_key: str, recipient: str, amount: Decimal) -> FeeEstimate:
        """Refuses what could not be paid."""
        async with self._operation("estimate_fee"):
            return self._payments.estimate(network_key, self._address(network_key), recipient, amount)

    async def send(self, pin: Secret, payment: Payment, max_fee: Decimal | None = None) -> str:
        """Goes on even when the caller is cancelled."""
        self._need_unlocked()
        pins.check(self._vault, pin, self._world.clock)
        return await self._payments.send(payment, self._address(payment.network_key), max_fee)

    async def pending_payments(self) -> tuple[PendingPayment, ...]:
        """From the journal, newest first."""
        async with self._operation("pending_payments"):
            return self._payments.pending()

    async def resolve_payment(self, payment_id: str) -> PendingPayment:
        """Looks at the chain."""
        async with self._operation("resolve_payment"):
            return self._payments.resolve(payment_id)

    async def load(self, name: str) -> bytes | None:
        """From the device."""
        async with self._operation("load"):
            return self._vault.values.get(name)

    async def save(self, name: str, value: bytes | None) -> None:
        """To the device."""
        async with self._operation("save"):
            if value is None:
                self._vault.values.pop(name, None)
            else:
                self._vault.values[name] = value

    @asynccontextmanager
    async def _operation(self, name: str) -> AsyncIterator[None]:
        self._need_unlocked()
        await self._world.faults.enter(name)
        self._need_unlocked()
        yield

    def _need_unlocked(self) -> None:
        if self._locked:
            raise AppError(ErrorCode.LOCKED)

    def _has_session(self) -> bool:
        return self._vault.signed_in and self._vault.username not in self._world.ended_sessions

    def _phrase(self) -> str:
        if self._vault.phrase is None:
            raise AppError(ErrorCode.NO_WALLET)
        return self._vault.phrase

    def _address(self, network_key: str) -> str:
        try:
            network = chain.network_of(network_key)
        except KeyError:
            raise AppError(ErrorCode.NOT_FOUND) from None
        return chain.address_of(self._phrase(), network.kind)
