"""The rates in force: those of the model, unless a tester fixed, froze or withheld one."""

from datetime import datetime
from decimal import Decimal
from typing import Literal

from sandbox.core.db import Database
from sandbox.core.errors import UnavailableError
from sandbox.core.outbox import record
from sandbox.core.ports import Quote
from sandbox.services.rates.service import Market
from sandbox.services.rates.tables import RateOverride

Mode = Literal["live", "fixed", "stale", "missing"]


class RateMissingError(UnavailableError):
    """Nobody says at the moment what the coin is worth."""

    code = "rate_missing"

    def __init__(self, network_key: str) -> None:
        super().__init__(f"There is no rate for {network_key} at the moment. Try again later.")


class Rates:
    """Knows what a coin is worth now, in the tester's world."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._market = Market()

    def eur_rate(self, network_key: str, moment: datetime) -> Decimal:
        """Return EUR for one unit."""
        return self.quote(network_key, moment).rate

    def quote(self, network_key: str, moment: datetime) -> Quote:
        """Return EUR for one unit with its age."""
        with self._db.read() as session:
            row = session.get(RateOverride, network_key)
        if row is None:
            return Quote(self._market.eur_rate(network_key, moment), moment)
        if row.mode == "missing" or row.rate is None:
            raise RateMissingError(network_key)
        return Quote(row.rate, row.since if row.mode == "stale" else moment)

    def set(self, network_key: str, mode: Mode, rate: Decimal | None, now: datetime) -> None:
        """Fix, freeze or withhold a rate from now on, or let it follow the model again."""
        with self._db.write() as session:
            found = session.get(RateOverride, network_key)
            told = {"state": mode, "rate": f"{rate:f}" if rate else None}
            record(session, "rate.changed", network_key, told)
            if mode == "live":
                if found is not None:
                    session.delete(found)
                return
            known = None if mode == "missing" else rate or self._market.eur_rate(network_key, now)
            session.merge(RateOverride(network_key=network_key, mode=mode, rate=known, since=now))

    def mode(self, network_key: str) -> Mode:
        """Return how a rate comes about at the moment."""
        with self._db.read() as session:
            row = session.get(RateOverride, network_key)
        modes: dict[str, Mode] = {"fixed": "fixed", "stale": "stale", "missing": "missing"}
        return "live" if row is None else modes[row.mode]
