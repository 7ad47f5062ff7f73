"""Accounts: creating, finding, removing, and checking passwords without giving guessers a chance."""

import hashlib
import re
from datetime import timedelta

from sqlalchemy import delete, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from sandbox.core.clock import Clock
from sandbox.core.db import Database
from sandbox.core.errors import InvalidError
from sandbox.core.events import AccountCreated, AccountRemoved, EventBus
from sandbox.core.ids import new_id
from sandbox.core.outbox import record
from sandbox.core.settings import Settings
from sandbox.services.identity.errors import TakenError, TooManyFailuresError
from sandbox.services.identity.passwords import Passwords
from sandbox.services.identity.tables import Account, FailureCount

USERNAME = re.compile(r"[a-z0-9._-]{2,64}", re.ASCII)
EMAIL = re.compile(r"[^@\s<>\"]{1,64}@[a-z0-9-]+(\.[a-z0-9-]+)+", re.ASCII)
_LONGEST_WAIT = 15 * 60
_ADDRESS_FACTOR = 10


class Accounts:
    """The realm's accounts."""

    def __init__(self, settings: Settings, db: Database, clock: Clock, events: EventBus) -> None:
        self._settings = settings
        self._db = db
        self._clock = clock
        self._events = events
        self.passwords = Passwords(settings.password_hash_memory_kib)

    @property
    def issuer_key(self) -> str:
        """Return the lasting name of this provider: its address may change with the port."""
        return f"realm:{self._settings.realm}"

    def create(
        self,
        username: str,
        password: str,
        name: str,
        email: str | None,
        *,
        email_verified: bool = False,
        is_admin: bool = False,
        enabled: bool = True,
    ) -> str:
        """Create an account and return its subject; raise TakenError or InvalidError."""
        username = username.strip().lower()
        email = email.strip().lower() if email else None
        if not USERNAME.fullmatch(username) or not username.strip("."):
            raise InvalidError("A user name has 2 to 64 letters (a-z), digits, dots, hyphens or underscores.")
        if email and not EMAIL.fullmatch(email):
            raise InvalidError("The e-mail address is not one.")
        account = Account(
            id=new_id(),
            username=username,
            email=email,
            email_verified=email_verified,
            name=" ".join(name.split()),
            password_hash=self.passwords.hash(password),
            enabled=enabled,
            is_admin=is_admin,
            created_at=self._clock.now(),
        )
        try:
            with self._db.write() as session:
                session.add(account)
                _tell(session, account, "created")
                if not is_admin:
                    self._events.publish(
                        session, AccountCreated(self.issuer_key, account.id, account.username)
                    )
        except IntegrityError as error:
            raise TakenError("username" if self.find(username) else "email") from error
        return account.id

    def ensure_account(self, username: str, password: str, name: str, email: str) -> str:
        """Return the subject of an account, created if need be."""
        found = self.find(username)
        return found.id if found else self.create(username, password, name, email, email_verified=True)

    def ensure_admin(self) -> None:
        """Make the administrator of the settings sign in with the password of the settings."""
        name = self._settings.admin_username
        password = self._settings.admin_password.get_secret_value()
        found = self.find(name)
        if found is None:
            self.create(name, password, "Sandbox Administrator", None, is_admin=True)
        elif not (found.is_admin and self.passwords.matches(found.password_hash, password)):
            with self._db.write() as session:
                account = session.get_one(Account, found.id)
                account.is_admin = True
                account.password_hash = self.passwords.hash(password)
                _tell(session, account, "changed")

    def find(self, username: str) -> Account | None:
        """Return an account by name."""
        with self._db.read() as session:
            return session.scalars(select(Account).where(Account.username == username.lower())).one_or_none()

    def get(self, account_id: str) -> Account | None:
        """Return an account by subject."""
        with self._db.read() as session:
            return session.get(Account, account_id)

    def search(self, text: str, *, exact: bool, first: int, limit: int) -> list[Account]:
        """Return accounts whose name contains a text, the exact match first."""
        wanted = text.lower()
        with self._db.read() as session:
            statement = select(Account).order_by(Account.username != wanted, Account.username)
            if exact:
                statement = statement.where(Account.username == wanted)
            elif wanted:
                statement = statement.where(Account.username.contains(wanted, autoescape=True))
            return list(session.scalars(statement.offset(first).limit(limit)))

    def remove(self, account_id: str) -> bool:
        """Delete an account with everything that belongs to it; say whether it existed."""
        with self._db.write() as session:
            account = session.get(Account, account_id)
            if account is None:
                return False
            self._events.publish(session, AccountRemoved(self.issuer_key, account.id))
            _tell(session, account, "removed")
            session.execute(delete(Account).where(Account.id == account_id))
            return True

    def authenticate(self, login: str, password: str, address: str) -> Account | None:
        """Check name (or e-mail) and password; raise TooManyFailuresError while the name has to wait."""
        login = login.strip().lower()[:254]
        name_key, address_key = _key("name", login), _key("address", address)
        keys = {name_key: 1, address_key: _ADDRESS_FACTOR}
        self._count_attempt(keys)
        with self._db.read() as session:
            found = session.scalars(
                select(Account).where(or_(Account.username == login, Account.email == login)).limit(1)
            ).first()
        if not self.passwords.matches(found.password_hash if found else None, password[:1024]):
            return None
        if found is None or not found.enabled:
            return None
        with self._db.write() as session:
            session.execute(delete(FailureCount).where(FailureCount.key == name_key))
            self._count(session, address_key).failures -= 1
        return found

    def _count_attempt(self, keys: dict[str, int]) -> None:
        # Every attempt counts as a failure until it has succeeded, so guesses made at once count too.
        now = self._clock.now()
        longest = 0
        with self._db.write() as session:
            session.execute(delete(FailureCount).where(FailureCount.last_at < now - timedelta(days=1)))
            counts = {key: self._count(session, key) for key in keys}
            for count in counts.values():
                if count.blocked_until and count.blocked_until > now:
                    longest = max(longest, int((count.blocked_until - now).total_seconds()) + 1)
            if longest == 0:
                for key, factor in keys.items():
                    count = counts[key]
                    count.failures += 1
                    count.last_at = now
                    over = count.failures - self._settings.free_failures * factor
                    if over >= 0:
                        wait = min(self._settings.failure_wait_seconds * 2 ** min(over, 10), _LONGEST_WAIT)
                        count.blocked_until = now + timedelta(seconds=wait)
        if longest:
            raise TooManyFailuresError(longest)

    def _count(self, session: Session, key: str) -> FailureCount:
        count = session.get(FailureCount, key)
        if count is None:
            count = FailureCount(key=key, failures=0, blocked_until=None, last_at=self._clock.now())
            session.add(count)
        return count


def _tell(session: Session, account: Account, what: str) -> None:
    state = {
        "id": account.id,
        "username": account.username,
        "email": account.email,
        "email_verified": account.email_verified,
        "name": account.name,
        "enabled": account.enabled,
        "is_admin": account.is_admin,
        "state": "removed" if what == "removed" else "active",
    }
    record(session, f"account.{what}", account.id, state)


def _key(kind: str, value: str) -> str:
    return hashlib.sha256(f"{kind}:{value}".encode()).hexdigest()
