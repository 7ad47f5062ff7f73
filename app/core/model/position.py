"""What the wallet holds on one network, with its worth and its age."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from app.core.errors import AppError
from app.core.model.network import Network
from app.core.model.wallet import ExchangeRate
from app.core.money import to_fiat


@dataclass(frozen=True, slots=True)
class Position:
    """Holdings on one network; ``amount`` is None until it was read once.

    ``stale``: the last reading failed, so the amount is the one known at ``as_of``. ``error`` says why.
    """

    network: Network
    amount: Decimal | None = None
    as_of: datetime | None = None
    rate: ExchangeRate | None = None
    stale: bool = False
    error: AppError | None = None

    @property
    def eur(self) -> Decimal | None:
        """The worth in euro at the known rate."""
        if self.amount is None or self.rate is None:
            return None
        return to_fiat(self.amount, self.rate.eur)
