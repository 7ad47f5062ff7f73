"""What can go wrong, as classes with a stable code and facts that may be shown."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import ClassVar

from etopay_sdk._error import ErrorKind, EtopayError


class StateError(EtopayError):
    """Something has to be done first, or is already under way."""

    sentences: ClassVar[dict[str, str]] = {
        "no_user": "No user is active. Call init_user first.",
        "user_changed": "Another user has become active meanwhile. Call init_user, and repeat the call.",
        "no_token": "There is no access token. Sign in and call refresh_access_token first.",
        "no_network": "No network is selected. Call set_network, or name a network.",
        "locked": "The wallet is locked. Call unlock first.",
        "closed": "The SDK is closed. Create a new Sdk object.",
        "forked": "This object belongs to the process this one was forked from. Create a new Sdk object.",
        "user_exists": "This user already exists on this device. Call init_user to use it.",
        "device_key_missing": "The vault needs this device's key. Pass device_key when creating the Sdk.",
        "device_key_mismatch": "The vault belongs to another device key. Use the key it was sealed with.",
        "payment_in_progress": "Another payment is being made. Try again when it is done.",
        "invalid_purchase": "The purchase cannot be paid in its present state.",
        "kyc_already_verified": "The identity is proven already. There is nothing left to do.",
        "kyc_already_started": "The identity check was begun with another provider. Go on with that one.",
        "kyc_not_started": "The identity check was not begun, or is still being set up. Start it, or wait.",
        "invalid_kyc_state": "The identity check is past this step. Ask for its details to see what is next.",
    }


class AuthError(EtopayError):
    """The backend does not accept the access token."""

    sentences: ClassVar[dict[str, str]] = {
        "unauthorized": "The access token is not accepted. Sign in again.",
    }


class BackendError(EtopayError):
    """The backend answered with something else than success."""

    sentences: ClassVar[dict[str, str]] = {
        "backend_error": "The ETOPay backend reported a failure. Try again later.",
        "backend_refused": "The ETOPay backend does not accept this request. Correct the input; "
        "the error's answer says what is wrong.",
    }

    @property
    def status(self) -> int:
        """HTTP status of the answer."""
        return int(self.details.get("status", 0))

    @property
    def answer(self) -> str | None:
        """What the backend says is wrong with the input, without words that may be values.

        Made for developers: it is another's text, in whatever language, and never part of `str(error)`.
        """
        text = self.details.get("answer")
        return None if text is None else str(text)


class NetworkError(EtopayError):
    """The backend or a node could not be reached, or a node refused."""

    sentences: ClassVar[dict[str, str]] = {
        "network_error": "The service cannot be reached. Check the connection and try again.",
        "network_timeout": "The service did not answer in time. Try again.",
        "node_error": "The blockchain node refused the request.",
    }


class NetworkTimeout(NetworkError):  # noqa: N818 - named like TimeoutError, without doubling the word
    """No answer within the deadline."""


class DeadlineExceeded(EtopayError):  # noqa: N818 - a state, not a fault
    """This device did not finish its own work within the time limit of the call; no service is at fault."""

    sentences: ClassVar[dict[str, str]] = {
        "deadline_exceeded": "This device did not finish the work in time. Allow more time and try again.",
    }


class PinError(EtopayError):
    """The PIN is wrong."""

    sentences: ClassVar[dict[str, str]] = {
        "wrong_pin": "The PIN is wrong.",
        "pin_locked": "Too many wrong PINs. Wait before trying again.",
    }

    @property
    def attempts_left(self) -> int:
        """Guesses left before only one a day is allowed."""
        return int(self.details.get("attempts_left", 0))

    @property
    def retry_after(self) -> float:
        """Seconds until the next PIN is looked at."""
        return float(self.details.get("retry_after", 0))


class PinLocked(PinError):  # noqa: N818 - a state, not a fault
    """No PIN is looked at before `retry_after` seconds have passed."""


class PasswordMismatchError(EtopayError):
    """The wallet password does not open the wallet kept at the server."""

    sentences: ClassVar[dict[str, str]] = {
        "password_mismatch": "The wallet password is not the one this wallet was saved with. "
        "Set the right password and try again.",
    }


class WalletNotInitialized(EtopayError):  # noqa: N818 - upstream's name
    """There is no wallet to use yet; `kind` says what is missing."""

    sentences: ClassVar[dict[str, str]] = {
        "wallet_not_initialized": "The wallet is not set up on this device.",
    }

    @property
    def kind(self) -> ErrorKind | None:
        """What has to be done first: set a password, bring a share, use the phrase; else None."""
        try:
            return ErrorKind(str(self.details.get("kind")))
        except ValueError:
            return None


class WalletExists(EtopayError):  # noqa: N818 - a state, not a fault
    """A wallet is there already and was not overwritten."""

    sentences: ClassVar[dict[str, str]] = {
        "wallet_exists": "A wallet already exists and was not replaced. Restore it, or ask to replace it.",
    }


class ValidationError(EtopayError):
    """An argument cannot be used."""

    sentences: ClassVar[dict[str, str]] = {
        "invalid_pin": "A PIN has at least six digits and nothing else.",
        "weak_password": "The password is too easy to guess. Choose a longer one.",
        "invalid_amount": "The amount cannot be used on this network.",
        "invalid_address": "The address is not valid on this network.",
        "invalid_mnemonic": "The recovery phrase is not valid.",
        "invalid_username": "A user name has 1 to 128 letters, digits or the characters . _ @ -",
        "invalid_config": "The configuration cannot be used.",
        "invalid_network": "A network in the list cannot be used.",
        "invalid_share": "The recovery share is not valid.",
        "invalid_backup": "The backup cannot be opened with this password, or is no wallet backup.",
        "invalid_argument": "An argument is not valid.",
        "invalid_kyc_details": "Some personal details cannot be used. The error's details say which.",
        "invalid_iban": "The bank account number (IBAN) is not valid.",
        "payment_id_reused": "This payment id belongs to another payment. Use a new one.",
    }

    def __str__(self) -> str:
        field, reason = self.details.get("field"), self.details.get("reason")
        if self.code not in {"invalid_argument", "invalid_config"} or field is None or reason is None:
            return super().__str__()
        # Both are words of this package, never of a caller or a server.
        return f"{super().__str__()} {field}: {reason}."


class InsufficientFunds(EtopayError):  # noqa: N818 - a state, not a fault
    """The balance does not cover amount and fee."""

    sentences: ClassVar[dict[str, str]] = {
        "insufficient_funds": "The balance does not cover the amount and the fee.",
    }


class PaymentNotSent(EtopayError):  # noqa: N818 - a state, not a fault
    """The payment was not made. Asking for it again by the same id tries again, and never pays twice."""

    sentences: ClassVar[dict[str, str]] = {
        "payment_not_sent": "The payment was not made. Nothing has left the wallet.",
    }


class FeeTooHigh(PaymentNotSent):
    """It could have cost more than allowed, so nothing was signed. The same id may be used again."""

    sentences: ClassVar[dict[str, str]] = {
        "fee_too_high": "The network fee could be higher than allowed. Nothing was signed or sent.",
    }

    @property
    def fee(self) -> Decimal:
        """What it could have cost at the most, in the coin that pays the fee."""
        return Decimal(str(self.details["fee"]))

    @property
    def max_fee(self) -> Decimal:
        """What was allowed."""
        return Decimal(str(self.details["max_fee"]))


class NotFound(EtopayError):  # noqa: N818 - like FileNotFound, without doubling the word
    """The named thing does not exist."""

    sentences: ClassVar[dict[str, str]] = {"not_found": "It was not found."}


class UncertainOutcome(EtopayError):  # noqa: N818 - a state, not a fault
    """The payment may or may not have been made. Call resolve_payment; never send again."""

    sentences: ClassVar[dict[str, str]] = {
        "uncertain_outcome": "It is not known yet whether the payment was made. Do not send it again.",
    }

    @property
    def payment_id(self) -> str:
        """Id to ask resolve_payment for."""
        return str(self.details.get("payment_id", ""))

    @property
    def tx_id(self) -> str | None:
        """Transaction, when it is known."""
        value = self.details.get("tx_id")
        return None if value is None else str(value)


class StorageInUse(EtopayError):  # noqa: N818 - a state, not a fault
    """The folder is open in this or another process."""

    sentences: ClassVar[dict[str, str]] = {
        "storage_in_use": "The wallet folder is open elsewhere. Close the other window first.",
    }


class StorageCorrupt(EtopayError):  # noqa: N818 - a state, not a fault
    """A vault file is damaged; it was kept as it is."""

    sentences: ClassVar[dict[str, str]] = {
        "storage_corrupt": "The wallet file is damaged. It was kept; restore the wallet by its phrase.",
    }


class StorageError(EtopayError):
    """The folder cannot be read or written."""

    sentences: ClassVar[dict[str, str]] = {
        "storage_error": "The wallet folder cannot be read or written. Check its rights and free space.",
    }


class InternalError(EtopayError):
    """A fault of the SDK itself."""

    sentences: ClassVar[dict[str, str]] = {
        "internal_error": "The SDK failed unexpectedly. Please report it.",
    }


_CLASSES: tuple[type[EtopayError], ...] = (
    StateError,
    AuthError,
    BackendError,
    NetworkError,
    DeadlineExceeded,
    PinError,
    PasswordMismatchError,
    WalletNotInitialized,
    WalletExists,
    ValidationError,
    InsufficientFunds,
    PaymentNotSent,
    FeeTooHigh,
    NotFound,
    UncertainOutcome,
    StorageInUse,
    StorageCorrupt,
    StorageError,
    InternalError,
)
_BY_CODE: dict[str, type[EtopayError]] = {
    **{code: cls for cls in _CLASSES for code in cls.sentences},
    "network_timeout": NetworkTimeout,
    "pin_locked": PinLocked,
}


def build(code: str, details: str) -> EtopayError:
    """Make the exception the native half asks for."""
    return _BY_CODE.get(code, InternalError)(code, json.loads(details))
