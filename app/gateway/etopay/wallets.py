"""An unlocked wallet on the real SDK."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from decimal import Decimal
from typing import TypeVar

import etopay_sdk as sdk

from app.core.errors import AppError, ErrorCode
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
from app.gateway.etopay import models
from app.gateway.etopay.errors import translated
from app.gateway.etopay.networks import Networks
from app.gateway.etopay.payments import Payments
from app.gateway.etopay.tokens import TokenKeeper

T = TypeVar("T")
_log = logging.getLogger(__name__)
_APP_VALUE = "app.{name}"


class EtopayWallet:
    """Implements :class:`app.gateway.protocol.UnlockedWallet`."""

    def __init__(
        self, opened: sdk.Sdk, account: Callable[[], Account], tokens: TokenKeeper, pin: Secret
    ) -> None:
        self._sdk = opened
        self._account = account
        self._tokens = tokens
        self._pin: Secret | None = pin
        self._networks = Networks(opened, tokens)
        self._payments = Payments(opened, self._networks)

    @property
    def account(self) -> Account:
        """Read from the device every time."""
        return self._account()

    @property
    def phrase_confirmed(self) -> bool:
        """Kept in the vault's open part."""
        username = self.account.username
        return any(user.phrase_confirmed for user in self._sdk.list_users() if user.username == username)

    @property
    def needs_sign_in(self) -> bool:
        """Once the provider has refused to refresh, or after a sign-out."""
        return not self._tokens.has_session

    async def use_sign_in(self, signed_in: SignedIn) -> None:
        """Only the same user's."""
        async with self._reading("Taking a sign-in"):
            expected, got = self.account.username, signed_in.identity.username
            if got != expected:
                raise AppError(ErrorCode.OTHER_ACCOUNT, expected=expected, got=got)
            await self._tokens.take(signed_in)

    async def sign_out(self) -> None:
        """The tokens are gone from memory and vault in any case."""
        async with self._reading("Signing out"):
            await self._tokens.sign_out()

    async def lock(self) -> None:
        """Drop PIN, keys and tokens."""
        if self._pin is None:
            return
        self._pin = None
        try:
            with translated("Locking"):
                try:
                    await self._tokens.drop()
                finally:
                    await self._sdk.lock()
        except AppError as error:
            _log.warning("Locking did not end well: %s", error.code.value)

    async def check_pin(self, pin: Secret) -> None:
        """Counted by the SDK."""
        async with self._with_pin("Checking the PIN"):
            await self._sdk.verify_pin(pin.reveal())

    async def change_pin(self, old: Secret, new: Secret) -> None:
        """The vault is sealed again under the new PIN."""
        async with self._reading("Changing the PIN"):
            await self._sdk.verify_pin(old.reveal())
            changing = asyncio.ensure_future(self._sdk.change_pin(old.reveal(), new.reveal()))
            # The SDK goes on when the caller is gone; the old PIN would then be counted as a wrong one.
            changing.add_done_callback(lambda done: self._changed(done, new))
            await asyncio.shield(changing)

    def _changed(self, done: asyncio.Future[None], new: Secret) -> None:
        if not done.cancelled() and done.exception() is None and self._pin is not None:
            self._pin = new

    async def recovery_phrase(self, pin: Secret) -> Mnemonic:
        """Needs the PIN again."""
        async with self._with_pin("Showing the recovery phrase"):
            return Mnemonic(await self._sdk.get_mnemonic(pin.reveal()))

    async def confirm_phrase(self) -> None:
        """The SDK marks the phrase as written down once it is told the right one."""
        async with self._reading("Confirming the recovery phrase") as pin:
            phrase = await self._sdk.get_mnemonic(pin())
            await self._sdk.verify_mnemonic(pin(), phrase)

    async def networks(self) -> tuple[Network, ...]:
        """Asked once per session; the vault remembers them."""
        async with self._reading("Reading the networks"):
            return await self._networks.all()

    async def address(self, network_key: str) -> str:
        """Derived here."""
        async with self._reading("Reading the address") as pin:
            await self._networks.get(network_key)
            return await self._sdk.generate_new_address(pin(), network=network_key)

    async def balance(self, network_key: str) -> Balance:
        """From the node."""
        async with self._reading("Reading the balance") as pin:
            await self._networks.get(network_key)
            amount = await self._sdk.get_balance(pin(), network=network_key)
            return Balance(network_key, amount, datetime.now(UTC))

    async def exchange_rate(self, network_key: str) -> ExchangeRate:
        """From the service."""
        async with self._reading("Reading the exchange rate"):
            await self._networks.get(network_key)
            rate = await self._tokens.read(lambda: self._sdk.get_exchange_rate(network=network_key))
            return ExchangeRate(network_key, rate, datetime.now(UTC))

    async def transactions(self, network_key: str, start: int, limit: int) -> tuple[WalletTransaction, ...]:
        """From the node, with what the vault remembers."""
        async with self._reading("Reading the transactions") as pin:
            await self._networks.get(network_key)
            found = await self._sdk.get_wallet_tx_list(pin(), start, limit, network=network_key)
            return tuple(models.transaction(entry, network_key) for entry in found)

    async def transaction(self, network_key: str, tx_id: str) -> WalletTransaction:
        """From the node."""
        async with self._reading("Reading a transaction") as pin:
            await self._networks.get(network_key)
            try:
                found = await self._sdk.get_wallet_tx(pin(), tx_id, network=network_key)
            except sdk.ValidationError:
                # What cannot be an id is the id of nothing.
                raise AppError(ErrorCode.NOT_FOUND) from None
            return models.transaction(found, network_key)

    async def estimate_fee(self, network_key: str, recipient: str, amount: Decimal) -> FeeEstimate:
        """Refuses what could not be paid."""
        async with self._reading("Estimating the fee") as pin:
            return await self._payments.estimate(pin, network_key, recipient, amount)

    async def send(self, pin: Secret, payment: Payment, max_fee: Decimal | None = None) -> str:
        """The SDK keeps the journal and finishes on its own."""
        async with self._with_pin("Sending"):
            await self._sdk.verify_pin(pin.reveal())
            return await self._payments.send(lambda: self._while_open(pin), payment, max_fee)

    async def pending_payments(self) -> tuple[PendingPayment, ...]:
        """From the journal, newest first."""
        async with self._reading("Reading the journal"):
            found = [entry for entry in await self._sdk.pending_payments() if entry.purchase_id is None]
            return tuple(models.pending_payment(entry) for entry in reversed(found))

    async def resolve_payment(self, payment_id: str) -> PendingPayment:
        """The SDK looks at the chain."""
        async with self._reading("Looking for a payment"):
            return models.pending_payment(await self._sdk.resolve_payment(payment_id))

    async def load(self, name: str) -> bytes | None:
        """From the vault."""
        async with self._reading("Reading a value"):
            return await self._sdk.get_app_data(_APP_VALUE.format(name=name))

    async def save(self, name: str, value: bytes | None) -> None:
        """Into the vault."""
        async with self._reading("Storing a value"):
            await self._sdk.set_app_data(_APP_VALUE.format(name=name), value)

    @asynccontextmanager
    async def _reading(self, where: str) -> AsyncIterator[Callable[[], str]]:
        """One operation with the kept PIN, to be asked for at each use: the SDK opens the vault for who has
        it, and what began before the wallet was locked must not open it again.
        """
        with translated(where):
            self._while_open(self._pin)
            yield lambda: self._while_open(self._pin)

    def _while_open(self, pin: Secret | None) -> str:
        if self._pin is None or pin is None:
            raise AppError(ErrorCode.LOCKED)
        return pin.reveal()

    @asynccontextmanager
    async def _with_pin(self, where: str) -> AsyncIterator[None]:
        """One operation with a PIN just typed: one that cannot be a PIN is a wrong one."""
        async with self._reading(where):
            try:
                yield
            except sdk.ValidationError as error:
                if error.code != "invalid_pin":
                    raise
                raise AppError(ErrorCode.WRONG_PIN, tries_left=None) from None
