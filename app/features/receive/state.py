"""What the receive screen shows."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from app.core.errors import AppError
from app.core.model import Network


class Watch(StrEnum):
    """Whether somebody looks for a payment: yes, it came, or it cannot be known now."""

    WATCHING = "watching"
    RECEIVED = "received"
    BLIND = "blind"


@dataclass(frozen=True, slots=True)
class Receiving:
    """The chosen network with the own address on it; ``amount`` is what has come since the screen opened."""

    network: Network | None = None
    address: str | None = None
    watch: Watch = Watch.WATCHING
    amount: Decimal = Decimal(0)
    error: AppError | None = None
