"""What a tester set about rates."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from sandbox.core.db import Base, ExactDecimal, InstanceKeyRow, UtcDateTime


class RateOverride(InstanceKeyRow, Base):
    """A rate that does not follow the market."""

    __tablename__ = "rate_overrides"
    network_key: Mapped[str] = mapped_column(String(60), primary_key=True)
    mode: Mapped[str] = mapped_column(String(10))
    """`fixed` (always as of now), `stale` (as of `since`) or `missing`."""

    rate: Mapped[Decimal | None] = mapped_column(ExactDecimal)
    since: Mapped[datetime] = mapped_column(UtcDateTime)
