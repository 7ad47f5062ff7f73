"""From what the SDK reports to what a screen can explain: the only table of its error codes."""

from __future__ import annotations

import logging
import math
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from etopay_sdk import EtopayError

from app.core.errors import Action, AppError, ErrorCode

_log = logging.getLogger(__name__)
# Of its ten guesses the SDK lets four pass before the first pause.
_GUESSES_WITH_PAUSES: Final = 6
_Make = Callable[[EtopayError], AppError]


def _plain(code: ErrorCode, action: Action = Action.NONE) -> _Make:
    return lambda _: AppError(code, action)


def _wrong_pin(error: EtopayError) -> AppError:
    left = int(error.details.get("attempts_left", 0)) - _GUESSES_WITH_PAUSES
    return AppError(ErrorCode.WRONG_PIN, tries_left=left if left > 0 else None)


def _paused(error: EtopayError) -> AppError:
    return AppError(ErrorCode.PIN_PAUSED, seconds=max(1, math.ceil(float(error.details["retry_after"]))))


def _service(error: EtopayError) -> AppError:
    return AppError(ErrorCode.SERVICE, Action.RETRY, status=int(error.details.get("status", 0)))


def _refused(error: EtopayError) -> AppError:
    return AppError(ErrorCode.REFUSED, status=int(error.details.get("status", 0)))


def _phrase(error: EtopayError) -> AppError:
    match error.details.get("reason"):
        case "word":
            return AppError(ErrorCode.PHRASE_WORD, position=error.details["position"], word="")
        case "length":
            return AppError(ErrorCode.PHRASE_LENGTH, count=error.details["words"])
        case _:
            return AppError(ErrorCode.PHRASE_CHECKSUM)


def _address(error: EtopayError) -> AppError:
    return AppError(ErrorCode.INVALID_ADDRESS, network=error.details.get("network", ""), reason="characters")


def _amount(_: EtopayError) -> AppError:
    return AppError(ErrorCode.INVALID_AMOUNT, reason="refused")


def _unknown(error: EtopayError) -> AppError:
    return AppError(
        ErrorCode.OUTCOME_UNKNOWN, Action.ACTIVITY, payment_id=error.details.get("payment_id", "")
    )


def _internal(error: EtopayError) -> AppError:
    return unexpected(error, "The SDK")


_SESSION_EXPIRED: Final = _plain(ErrorCode.SESSION_EXPIRED, Action.SIGN_IN)
_DAMAGED: Final = _plain(ErrorCode.STORAGE_DAMAGED, Action.SUPPORT)
_TABLE: Final[dict[str, _Make]] = {
    "no_token": _SESSION_EXPIRED,
    "unauthorized": _SESSION_EXPIRED,
    "locked": _plain(ErrorCode.LOCKED),
    "closed": _plain(ErrorCode.OPEN_ELSEWHERE),
    "forked": _plain(ErrorCode.OPEN_ELSEWHERE),
    "device_key_missing": _DAMAGED,
    "device_key_mismatch": _DAMAGED,
    "payment_in_progress": _plain(ErrorCode.PAYMENT_REFUSED, Action.RETRY),
    "backend_error": _service,
    "backend_refused": _refused,
    "node_error": _service,
    "network_error": _plain(ErrorCode.OFFLINE, Action.RETRY),
    "network_timeout": _plain(ErrorCode.TIMEOUT, Action.RETRY),
    "deadline_exceeded": _plain(ErrorCode.TIMEOUT, Action.RETRY),
    "wrong_pin": _wrong_pin,
    "pin_locked": _paused,
    "invalid_pin": _plain(ErrorCode.WEAK_PIN),
    "weak_password": _plain(ErrorCode.WEAK_PASSWORD),
    "password_mismatch": _plain(ErrorCode.WRONG_PASSWORD),
    "wallet_not_initialized": _plain(ErrorCode.NO_WALLET),
    "wallet_exists": _plain(ErrorCode.OTHER_WALLET_EXISTS),
    "invalid_mnemonic": _phrase,
    "invalid_backup": _plain(ErrorCode.BACKUP_FILE),
    "invalid_address": _address,
    "invalid_amount": _amount,
    "invalid_network": _service,
    "invalid_share": _service,
    "invalid_username": lambda _: AppError(ErrorCode.SIGN_IN_FAILED, Action.SUPPORT, reason="username"),
    "insufficient_funds": _plain(ErrorCode.NOT_ENOUGH),
    "fee_too_high": _plain(ErrorCode.FEE_RISEN, Action.RETRY),
    "payment_not_sent": _plain(ErrorCode.PAYMENT_REFUSED, Action.RETRY),
    "payment_id_reused": _plain(ErrorCode.PAYMENT_REFUSED),
    "uncertain_outcome": _unknown,
    "not_found": _plain(ErrorCode.NOT_FOUND),
    "storage_in_use": _plain(ErrorCode.OPEN_ELSEWHERE),
    "storage_corrupt": _DAMAGED,
    "storage_error": _plain(ErrorCode.STORAGE, Action.RETRY),
    # Faults of ours: calls in the wrong order or with arguments that were not checked.
    "no_user": _internal,
    "user_changed": _internal,
    "no_network": _internal,
    "user_exists": _internal,
    "invalid_purchase": _internal,
    "invalid_config": _internal,
    "invalid_argument": _internal,
    "internal_error": _internal,
    # Identity check and exchange, which no screen calls yet.
    "kyc_already_verified": _internal,
    "kyc_already_started": _internal,
    "kyc_not_started": _internal,
    "invalid_kyc_state": _internal,
    "invalid_kyc_details": _internal,
    "invalid_iban": _internal,
}


def known_codes() -> frozenset[str]:
    """The codes that the table has a line for."""
    return frozenset(_TABLE)


def app_error(error: EtopayError) -> AppError:
    """What the SDK reports, for the screens."""
    return _TABLE.get(error.code, _internal)(error)


def unexpected(error: BaseException, where: str) -> AppError:
    """Log what nobody expected under a reference that may be shown."""
    reference = secrets.token_hex(3).upper()
    _log.error("%s failed, reference %s", where, reference, exc_info=error)
    return AppError(ErrorCode.INTERNAL, Action.SUPPORT, reference=reference)


@contextmanager
def translated(where: str) -> Iterator[None]:
    """Let nothing but AppError out."""
    try:
        yield
    except AppError:
        raise
    except EtopayError as error:
        raise app_error(error) from None
    except Exception as error:  # noqa: BLE001 - this is the wall that nothing else passes
        raise unexpected(error, where) from None
