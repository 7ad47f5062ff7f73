"""The one error type that reaches a store: a code with parameters and the action that helps."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class ErrorCode(StrEnum):
    """What went wrong, as a stable code; `app.widgets.error_text` holds the sentence of each."""

    WRONG_PIN = "wrong_pin"  # params: tries_left: int | None
    PIN_PAUSED = "pin_paused"  # params: seconds: int
    LOCKED = "locked"  # the wallet was locked while something was under way
    WEAK_PIN = "weak_pin"
    WEAK_PASSWORD = "weak_password"  # noqa: S105 - a code, not a password
    WRONG_PASSWORD = "wrong_password"  # noqa: S105 - a code, not a password
    PHRASE_WORD = "phrase_word"  # params: position: int (from 1), word: str
    PHRASE_LENGTH = "phrase_length"  # params: count: int
    PHRASE_CHECKSUM = "phrase_checksum"
    OTHER_WALLET_EXISTS = "other_wallet_exists"
    NO_WALLET = "no_wallet"
    BACKUP_FILE = "backup_file"
    INVALID_ADDRESS = "invalid_address"  # params: network: str, reason: str
    INVALID_AMOUNT = "invalid_amount"  # params: reason: str
    NOT_ENOUGH = "not_enough"  # params: have, symbol, lack: Lack, need (None where nobody knows it)
    PAYMENT_REFUSED = "payment_refused"  # nothing was sent
    FEE_RISEN = "fee_risen"  # nothing was sent: the fee could be above what was confirmed
    OUTCOME_UNKNOWN = "outcome_unknown"  # params: payment_id: str
    NOT_FOUND = "not_found"
    SESSION_EXPIRED = "session_expired"
    SIGN_IN_FAILED = "sign_in_failed"  # params: reason: str
    SIGN_IN_CANCELLED = "sign_in_cancelled"
    OTHER_ACCOUNT = "other_account"  # params: expected: str, got: str
    OFFLINE = "offline"  # the service or the node cannot be reached
    TIMEOUT = "timeout"
    SERVICE = "service"  # params: status: int; the service answered with a failure
    REFUSED = "refused"  # params: status: int; the service will not do it, now or later
    OPEN_ELSEWHERE = "open_elsewhere"
    STORAGE_DAMAGED = "storage_damaged"
    STORAGE = "storage"
    INTERNAL = "internal"  # params: reference: str, to find it in the log


class Lack(StrEnum):
    """What the money that is there does not cover, and so what ``need`` stands for."""

    AMOUNT = "amount"  # without the fee, which is not known or paid in another coin
    AMOUNT_AND_FEE = "amount_and_fee"
    FEE = "fee"  # of a coin that only pays the fee


class Action(StrEnum):
    """The one thing a user can do about an error."""

    NONE = "none"
    RETRY = "retry"
    SIGN_IN = "sign_in"
    ACTIVITY = "activity"
    SUPPORT = "support"


class AppError(Exception):
    """A failure that a screen can explain.

    ``params`` fill the sentence of ``code``; they never hold a secret.
    """

    def __init__(self, code: ErrorCode, action: Action = Action.NONE, **params: object) -> None:
        super().__init__(code.value)
        self.code = code
        self.action = action
        self.params: Mapping[str, object] = MappingProxyType(params)

    def __repr__(self) -> str:
        return f"AppError({self.code.value}, action={self.action.value}, {dict(self.params)})"
