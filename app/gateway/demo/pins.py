"""PIN attempts of the demo: counted before the check, with pauses that grow and outlive a restart."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from app.core.errors import AppError, ErrorCode
from app.core.secret import Secret
from app.gateway.demo.clock import DemoClock
from app.gateway.demo.world import Vault

SHORTEST: Final = 6
# Seconds of pause after the first, second, … wrong PIN; then one guess a day, as in the SDK.
PAUSES: Final = (0, 0, 0, 10, 30, 60, 300, 900, 1800, 86400)
FREE_TRIES: Final = PAUSES.count(0)


def check_form(pin: Secret) -> None:
    """Errors: WEAK_PIN."""
    if not _is_pin(pin):
        raise AppError(ErrorCode.WEAK_PIN)


def _is_pin(pin: Secret) -> bool:
    digits = pin.reveal()
    return len(digits) >= SHORTEST and digits.isascii() and digits.isdigit()


def check(vault: Vault, pin: Secret, clock: DemoClock) -> None:
    """Errors: WRONG_PIN, PIN_PAUSED. What cannot be a PIN is wrong, but no guess."""
    if not _is_pin(pin):
        raise AppError(ErrorCode.WRONG_PIN, tries_left=None)
    now = clock.now()
    if vault.pause_until is not None and now < vault.pause_until:
        seconds = -((now - vault.pause_until) // timedelta(seconds=1))
        raise AppError(ErrorCode.PIN_PAUSED, seconds=seconds)
    vault.wrong_pins += 1
    if vault.pin == pin.reveal():
        vault.wrong_pins = 0
        vault.pause_until = None
        return
    pause = PAUSES[min(vault.wrong_pins, len(PAUSES)) - 1]
    vault.pause_until = now + timedelta(seconds=pause) if pause else None
    tries_left = max(FREE_TRIES + 1 - vault.wrong_pins, 0)
    raise AppError(ErrorCode.WRONG_PIN, tries_left=tries_left or None)
