"""Wrong passwords: counted by account and by machine, answered with waits that grow."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from sandbox.core.clock import Clock
from sandbox.core.db import Database
from sandbox.core.settings import Settings
from sandbox.services.identity.errors import TooManyFailuresError
from sandbox.services.identity.tables import FailureCount

_LONGEST_WAIT = 15 * 60
_ADDRESS_FACTOR = 10
_FORGOTTEN_AFTER = timedelta(days=1)


@dataclass(frozen=True)
class FailureState:
    """How often somebody's password was guessed, and until when there is no further try."""

    failures: int = 0
    blocked_until: datetime | None = None
    last_at: datetime | None = None
    last_address: str | None = None


class Failures:
    """The counts; every attempt counts as a failure until it has succeeded."""

    def __init__(self, settings: Settings, db: Database, clock: Clock) -> None:
        self._settings = settings
        self._db = db
        self._clock = clock

    def count_attempt(self, who: str, address: str) -> None:
        """Count an attempt, so that guesses made at once count too; raise TooManyFailuresError."""
        now = self._clock.now()
        longest = 0
        keys = {_key("name", who): 1, _key("address", address): _ADDRESS_FACTOR}
        with self._db.write() as session:
            session.execute(delete(FailureCount).where(FailureCount.last_at < now - _FORGOTTEN_AFTER))
            counts = {key: self._count(session, key) for key in keys}
            for count in counts.values():
                if count.blocked_until and count.blocked_until > now:
                    longest = max(longest, int((count.blocked_until - now).total_seconds()) + 1)
            if longest == 0:
                for key, factor in keys.items():
                    self._add(counts[key], factor, now, address)
        if longest:
            raise TooManyFailuresError(longest)

    def _add(self, count: FailureCount, factor: int, now: datetime, address: str) -> None:
        count.failures += 1
        count.last_at = now
        count.last_address = address[:64]
        over = count.failures - self._settings.free_failures * factor
        if over >= 0:
            wait = min(self._settings.failure_wait_seconds * 2 ** min(over, 10), _LONGEST_WAIT)
            count.blocked_until = now + timedelta(seconds=wait)

    def forget_attempt(self, who: str, address: str) -> None:
        """Take back an attempt that succeeded, and forget the failures of the account."""
        with self._db.write() as session:
            session.execute(delete(FailureCount).where(FailureCount.key == _key("name", who)))
            self._count(session, _key("address", address)).failures -= 1

    def forget(self, session: Session, account_id: str) -> None:
        """Forget the failures of an account whose owner proved to be herself in another way."""
        session.execute(delete(FailureCount).where(FailureCount.key == _key("name", account_id)))

    def state(self, account_id: str) -> FailureState:
        """Return how an account stands."""
        with self._db.read() as session:
            count = session.get(FailureCount, _key("name", account_id))
            if count is None:
                return FailureState()
            return FailureState(count.failures, count.blocked_until, count.last_at, count.last_address)

    def is_blocked(self, account_id: str) -> bool:
        """Say whether the account has to wait."""
        until = self.state(account_id).blocked_until
        return until is not None and until > self._clock.now()

    def unlock(self, account_id: str | None) -> None:
        """Forget the failures of one account, or all."""
        statement = delete(FailureCount)
        if account_id is not None:
            statement = statement.where(FailureCount.key == _key("name", account_id))
        with self._db.write() as session:
            session.execute(statement)

    def _count(self, session: Session, key: str) -> FailureCount:
        count = session.get(FailureCount, key)
        if count is None:
            count = FailureCount(key=key, failures=0, blocked_until=None, last_at=self._clock.now())
            session.add(count)
        return count


def _key(kind: str, value: str) -> str:
    return hashlib.sha256(f"{kind}:{value}".encode()).hexdigest()
