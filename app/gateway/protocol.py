"""What the app asks of the outside: protocols that `etopay` and `demo` implement and one test class holds.

Every method raises :class:`app.core.errors.AppError` and nothing else. Amounts are ``Decimal`` in main units.
Where SERVICE is among the errors, REFUSED is too: an answer of the service that stays the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Protocol

from app.core.model import (
    Account,
    Balance,
    ExchangeRate,
    FeeEstimate,
    Mnemonic,
    Network,
    PasswordStrength,
    Payment,
    PendingPayment,
    SignedIn,
    SignInRequest,
    Tokens,
    WalletTransaction,
)
from app.core.secret import Secret


class IdentityGateway(Protocol):
    """The identity provider: OIDC authorization code with PKCE."""

    async def start_sign_in(
        self,
        redirect_uri: str,
        *,
        register: bool = False,
        login_hint: str | None = None,
        language: str = "en",
    ) -> SignInRequest:
        """Prepare a sign-in (or a registration); the caller opens ``url`` in a browser.

        Errors: OFFLINE, TIMEOUT, SERVICE.
        """
        ...

    async def finish_sign_in(self, request: SignInRequest, answer: Mapping[str, str]) -> SignedIn:
        """Exchange the query of the redirect (``code``, ``state`` or ``error``) for tokens.

        Errors: SIGN_IN_CANCELLED, SIGN_IN_FAILED, OFFLINE, TIMEOUT, SERVICE.
        """
        ...

    async def refresh(self, tokens: Tokens) -> SignedIn:
        """New tokens for a refresh token. Errors: SESSION_EXPIRED, OFFLINE, TIMEOUT, SERVICE."""
        ...

    async def sign_out(self, tokens: Tokens) -> None:
        """End the session at the provider; an unreachable provider is logged, not raised."""
        ...


class UnlockedWallet(Protocol):
    """A wallet between unlock and lock: the one object that keeps the PIN for reads."""

    @property
    def account(self) -> Account:
        """Whose wallet it is."""
        ...

    @property
    def phrase_confirmed(self) -> bool:
        """Whether the user has proven to have written down the recovery phrase (restoring proves it too)."""
        ...

    @property
    def needs_sign_in(self) -> bool:
        """Whether the session with the provider is over; reads of chain data still work."""
        ...

    async def use_sign_in(self, signed_in: SignedIn) -> None:
        """Take a fresh sign-in of the same user and keep its refresh token sealed. Errors: OTHER_ACCOUNT."""
        ...

    async def sign_out(self) -> None:
        """End the session at the provider and forget its tokens; the wallet stays and can be unlocked.

        A provider that cannot be reached is logged, not raised.
        """
        ...

    async def lock(self) -> None:
        """Drop PIN, keys and tokens from memory; further calls raise LOCKED. Never fails."""
        ...

    async def check_pin(self, pin: Secret) -> None:
        """Errors: WRONG_PIN, PIN_PAUSED."""
        ...

    async def change_pin(self, old: Secret, new: Secret) -> None:
        """Errors: WRONG_PIN, PIN_PAUSED, WEAK_PIN, STORAGE."""
        ...

    async def recovery_phrase(self, pin: Secret) -> Mnemonic:
        """Errors: WRONG_PIN, PIN_PAUSED."""
        ...

    async def confirm_phrase(self) -> None:
        """Remember for good that the phrase was written down."""
        ...

    async def networks(self) -> tuple[Network, ...]:
        """The offered networks, or as last seen when the service is unreachable. Errors: OFFLINE."""
        ...

    async def address(self, network_key: str) -> str:
        """The receiving address (EVM: EIP-55; IOTA: 0x and 64 hex digits); works offline."""
        ...

    async def balance(self, network_key: str) -> Balance:
        """Read from the node. Errors: OFFLINE, TIMEOUT, SERVICE."""
        ...

    async def exchange_rate(self, network_key: str) -> ExchangeRate:
        """Read from the service. Errors: OFFLINE, TIMEOUT, SERVICE, SESSION_EXPIRED."""
        ...

    async def transactions(self, network_key: str, start: int, limit: int) -> tuple[WalletTransaction, ...]:
        """Newest first, without duplicates. Errors: OFFLINE, TIMEOUT, SERVICE."""
        ...

    async def transaction(self, network_key: str, tx_id: str) -> WalletTransaction:
        """One transaction, read from the node. Errors: NOT_FOUND, OFFLINE, TIMEOUT, SERVICE."""
        ...

    async def estimate_fee(self, network_key: str, recipient: str, amount: Decimal) -> FeeEstimate:
        """Errors: INVALID_ADDRESS, INVALID_AMOUNT, NOT_ENOUGH, OFFLINE, TIMEOUT, SERVICE."""
        ...

    async def send(self, pin: Secret, payment: Payment, max_fee: Decimal | None = None) -> str:
        """Send and return the transaction id; once accepted it goes on even if the caller is cancelled.

        ``max_fee`` is the most that the fee may be, in the coin that pays it.

        Errors: WRONG_PIN, PIN_PAUSED, INVALID_ADDRESS, INVALID_AMOUNT, NOT_ENOUGH, FEE_RISEN,
        PAYMENT_REFUSED, OFFLINE (nothing was sent in all of these: to try again, send the same payment under
        the same id) and OUTCOME_UNKNOWN (it may have been sent: never send again, use
        :meth:`resolve_payment`).
        """
        ...

    async def pending_payments(self) -> tuple[PendingPayment, ...]:
        """Payments of this device whose end is not yet known, newest first."""
        ...

    async def resolve_payment(self, payment_id: str) -> PendingPayment:
        """Ask the chain what became of a payment. Errors: NOT_FOUND, OFFLINE, TIMEOUT."""
        ...

    async def load(self, name: str) -> bytes | None:
        """A small value of the app, sealed in the vault."""
        ...

    async def save(self, name: str, value: bytes | None) -> None:
        """Store (or with None remove) a small value of the app; durable when it returns. Errors: STORAGE."""
        ...


class AccountGateway(Protocol):
    """One account of this device while it is chosen but not unlocked."""

    @property
    def account(self) -> Account:
        """The facts that may be shown before unlocking, always current."""
        ...

    @property
    def pin_pause_until(self) -> datetime | None:
        """Until when (UTC) no PIN is accepted, after too many wrong ones."""
        ...

    async def has_wallet_elsewhere(self) -> bool:
        """Whether the service holds recovery shares of this user. Errors: OFFLINE, SERVICE, SESSION_EXPIRED.

        False only when the service has proven it, never because of a failed download.
        """
        ...

    async def secure(self, pin: Secret, password: Secret) -> None:
        """Choose PIN (six or more digits) and wallet password; again and again until there is a wallet.

        A wallet whose making was interrupted is dropped, with its own PIN: nothing but the making of a wallet
        changes what the service holds. Errors: WEAK_PIN, WEAK_PASSWORD, OTHER_WALLET_EXISTS (here is one by
        now), STORAGE; and, to drop, those of :meth:`keep_other_wallet`.
        """
        ...

    def password_strength(self, password: Secret) -> PasswordStrength:
        """By the SDK's own rule."""
        ...

    async def create_wallet(self, pin: Secret) -> UnlockedWallet:
        """Create the wallet, or go on with the one whose creation was interrupted: always the same phrase.

        Errors: WRONG_PIN, PIN_PAUSED, OFFLINE, TIMEOUT, SERVICE, SESSION_EXPIRED, STORAGE; after any of them
        the call can be repeated and nothing is lost.
        """
        ...

    async def restore_from_phrase(
        self, pin: Secret, phrase: Mnemonic, *, replace: bool = False
    ) -> UnlockedWallet:
        """Errors: PHRASE_WORD, PHRASE_LENGTH, PHRASE_CHECKSUM, OTHER_WALLET_EXISTS, and those of create."""
        ...

    async def restore_from_service(self, pin: Secret) -> UnlockedWallet:
        """Open the wallet from the service's shares with the chosen password.

        Ends the making of the same wallet if that was interrupted here. Where it was another one, the error
        is OTHER_WALLET_EXISTS, and :meth:`secure` drops it. Errors: WRONG_PASSWORD, NO_WALLET, and as create.
        """
        ...

    async def keep_other_wallet(self, pin: Secret) -> bool:
        """Give up a replacement that did not come to its end, and say whether there was one.

        PIN and password stay. Takes a while where the service may still get what was sent to it. Where it has
        got it, the other wallet is gone: this one is completed, the error is OTHER_WALLET_EXISTS. After any
        other error a restoring without ``replace`` gives it up first. Errors: WRONG_PIN, PIN_PAUSED,
        OFFLINE, TIMEOUT, SERVICE, SESSION_EXPIRED, STORAGE.
        """
        ...

    async def unlock(self, pin: Secret) -> UnlockedWallet:
        """Open the wallet; works offline. Errors: WRONG_PIN, PIN_PAUSED, STORAGE_DAMAGED, NO_WALLET.

        NO_WALLET only comes for the right PIN: it also lets an interrupted onboarding go on.
        """
        ...

    async def close(self) -> None:
        """Let go of the account, locked. Never fails."""
        ...


class Gateway(Protocol):
    """The root: identity provider and the accounts on this device."""

    @property
    def identity(self) -> IdentityGateway:
        """The identity provider."""
        ...

    async def open(self) -> None:
        """Open the data folder: before anything else, and again to retry after an error.

        Errors: OPEN_ELSEWHERE, STORAGE, STORAGE_DAMAGED.
        """
        ...

    def accounts(self) -> tuple[Account, ...]:
        """The accounts kept on this device, last used first. Errors: OPEN_ELSEWHERE, STORAGE."""
        ...

    async def open_account(self, signed_in: SignedIn) -> AccountGateway:
        """Choose the account of a sign-in; it is added to the device if it is new. Errors: STORAGE."""
        ...

    async def open_stored(self, username: str) -> AccountGateway:
        """Choose an account of this device without a sign-in. Errors: NOT_FOUND, STORAGE."""
        ...

    def phrase_words(self) -> tuple[str, ...]:
        """The 2,048 words a recovery phrase is made of, sorted."""
        ...

    def check_phrase(self, phrase: Mnemonic) -> None:
        """Errors: PHRASE_WORD, PHRASE_LENGTH, PHRASE_CHECKSUM."""
        ...

    def check_address(self, network: Network, address: str) -> str:
        """The address in its canonical form. Errors: INVALID_ADDRESS with a ``reason`` code.

        Reasons: empty, prefix, too_short (params missing: int), too_long (params extra: int), characters,
        checksum.
        """
        ...

    async def remove_account(self, username: str) -> None:
        """Remove an account and its wallet from this device only. Errors: STORAGE."""
        ...

    async def close(self) -> None:
        """Release the data folder. Never fails."""
        ...
