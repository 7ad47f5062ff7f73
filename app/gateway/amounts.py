"""Which amounts can be sent on a network."""

from __future__ import annotations

from decimal import Context, Decimal
from typing import Final

from app.core.errors import AppError, ErrorCode
from app.core.model import Network

# The SDK cuts larger amounts of base units silently.
_MOST_BASE_UNITS: Final = 2**63 - 1
_MOST_EVM_BASE_UNITS: Final = 2**96 - 1
_EXACT: Final = Context(prec=100)


def check_amount(network: Network, amount: Decimal) -> None:
    """Errors: INVALID_AMOUNT with reason not_a_number, not_positive, too_precise or too_large."""
    if not amount.is_finite():
        raise AppError(ErrorCode.INVALID_AMOUNT, reason="not_a_number")
    if amount <= 0:
        raise AppError(ErrorCode.INVALID_AMOUNT, reason="not_positive")
    most = _MOST_BASE_UNITS if network.chain_id is None else _MOST_EVM_BASE_UNITS
    if amount > most:
        raise AppError(ErrorCode.INVALID_AMOUNT, reason="too_large")
    base_units = _EXACT.scaleb(amount, network.decimals)
    if base_units != base_units.to_integral_value(context=_EXACT):
        raise AppError(ErrorCode.INVALID_AMOUNT, reason="too_precise", places=network.decimals)
    if base_units > most:
        raise AppError(ErrorCode.INVALID_AMOUNT, reason="too_large")
