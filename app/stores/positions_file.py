"""How the last known positions are kept between two starts."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Final

from app.core.model import ExchangeRate, Network
from app.core.model.position import Position

FILE_NAME: Final = "positions"


def positions_to_bytes(positions: Sequence[Position]) -> bytes:
    """What was read successfully, to the minute, so that equal figures give equal bytes most of the time."""
    rows = {
        one.network.key: {
            "amount": str(one.amount),
            "as_of": _minute(one.as_of),
            "rate": str(one.rate.eur) if one.rate else None,
            "rate_as_of": _minute(one.rate.as_of) if one.rate else None,
        }
        for one in positions
        if one.amount is not None and one.as_of is not None
    }
    return json.dumps(rows, sort_keys=True).encode()


def positions_from_bytes(content: bytes, networks: Sequence[Network]) -> tuple[Position, ...]:
    """The kept positions as stale ones; nothing where the content cannot be read."""
    try:
        rows = json.loads(content)
        return tuple(_position(network, rows[network.key]) for network in networks if network.key in rows)
    except (ValueError, KeyError, TypeError, ArithmeticError):
        return ()


def _minute(moment: datetime | None) -> str | None:
    return moment.replace(second=0, microsecond=0).isoformat() if moment else None


def _position(network: Network, row: dict[str, str]) -> Position:
    rate = (
        ExchangeRate(network.key, Decimal(row["rate"]), datetime.fromisoformat(row["rate_as_of"]))
        if row["rate"]
        else None
    )
    return Position(network, Decimal(row["amount"]), datetime.fromisoformat(row["as_of"]), rate, stale=True)
