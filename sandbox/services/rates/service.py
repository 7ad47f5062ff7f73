"""A market of our own: smooth, the same at every start, and a function of time alone."""

import hashlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal

_BASE = {
    "ETH": (Decimal(2449), Decimal("0.06")),
    "iota_rebased_testnet": (Decimal("0.187"), Decimal("0.09")),
    "iota_rebased_mainnet": (Decimal("0.187"), Decimal("0.09")),
    "EURX": (Decimal(1), Decimal("0.002")),
}
"""EUR around which a coin moves, and the greatest part it moves by."""

_WAVES = ((30 * 86400, Decimal("0.5")), (3 * 86400, Decimal("0.3")), (3 * 3600, Decimal("0.2")))
"""Periods in seconds with their share of the movement."""


class Market:
    """Knows what a coin is worth at any moment."""

    def eur_rate(self, network_key: str, moment: datetime) -> Decimal:
        """Return EUR for one unit, six significant decimals."""
        base, swing = _BASE[network_key]
        market = "IOTA" if network_key.startswith("iota") else network_key
        seconds = int(moment.timestamp())
        moved = sum(
            (share * _noise(f"{market}/{period}", seconds, period) for period, share in _WAVES), Decimal(0)
        )
        digits = Decimal("0.01") if base > 100 else Decimal("0.000001")
        return (base * (1 + swing * moved)).quantize(digits)

    def history(self, network_key: str, start: datetime, end: datetime) -> Iterator[tuple[datetime, Decimal]]:
        """Return rates at even steps: hourly up to three days, else daily."""
        step = timedelta(hours=1) if end - start <= timedelta(days=3) else timedelta(days=1)
        moment = start
        while moment <= end:
            yield moment, self.eur_rate(network_key, moment)
            moment += step


def _noise(name: str, seconds: int, period: int) -> Decimal:
    """Return a smooth value between -1 and 1: hashed corner values, joined by a smoothstep."""
    step, inside = divmod(seconds, period)
    part = Decimal(inside) / period
    eased = part * part * (3 - 2 * part)
    left, right = _corner(name, step), _corner(name, step + 1)
    return left + (right - left) * eased


def _corner(name: str, step: int) -> Decimal:
    digest = hashlib.sha256(f"{name}/{step}".encode()).digest()
    return Decimal(int.from_bytes(digest[:4], "big")) / Decimal(2**31) - 1
