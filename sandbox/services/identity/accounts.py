"""Accounts: creating, finding, removing, and checking passwords without giving guessers a chance."""

import re
from collections.abc import Sequence

from sqlalchemy import delete, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from sandbox.core.clock import Clock
from sandbox.core.db import Database
from sandbox.core.errors import InvalidError
from sandbox.core.events import AccountCreated, AccountLocked, AccountRemoved, EventBus
from sandbox.core.ids import new_id
from sandbox.core.outbox import record
from sandbox.core.settings import Settings
from sandbox.services.identity.errors import TakenError
from sandbox.services.identity.failures import Failures
from sandbox.services.identity.passwords import Passwords
from sandbox.services.identity.pruning import forget_held
from sandbox.services.identity.realm import RealmStore
from sandbox.services.identity.tables import Account

LOCKED = "permanentLockout"
"""Why an account is disabled that was guessed at too often, in Keycloak's word."""

USERNAME = re.compile(r"[a-z0-9._-]{2,64}", re.ASCII)
EMAIL = re.compile(r"[^@\s<>\"]{1,64}@[a-z0-9-]+(\.[a-z0-9-]+)+", re.ASCII)


class Accounts:
    """The realm's accounts."""

    def __init__(
        self, settings: Settings, db: Database, clock: Clock, events: EventBus, realm: RealmStore
    ) -> None:
        self._settings = settings
        self._db = db
        self._clock = clock
        self._events = events
        self.passwords = Passwords(settings.password_hash_memory_kib)
        self.failures = Failures(db, clock, realm)

    @property
    def administrator(self) -> str:
        """Return the name of the realm's administrator, who is always there."""
        return self._settings.admin_username

    @property
    def issuer_key(self) -> str:
        """Return the lasting name of this provider: its address may change with the port."""
        return f"realm:{self._settings.realm}"

    def create(
        self,
        username: str,
        password: str | None,
        name: str,
        email: str | None,
        *,
        email_verified: bool = False,
        is_admin: bool = False,
        enabled: bool = True,
        account_id: str | None = None,
        first_name: str | None = None,
        required_actions: Sequence[str] = (),
        groups: Sequence[str] = (),
        language: str | None = None,
    ) -> str:
        """Create an account and return its subject; raise TakenError or InvalidError.

        Without a password nobody can sign in until one is set.
        """
        username = username.strip().lower()
        email = email.strip().lower() if email else None
        if not USERNAME.fullmatch(username) or not username.strip("."):
            raise InvalidError("A user name has 2 to 64 letters (a-z), digits, dots, hyphens or underscores.")
        if email and not EMAIL.fullmatch(email):
            raise InvalidError("The e-mail address is not one.")
        account = Account(
            id=account_id or new_id(),
            username=username,
            email=email,
            email_verified=email_verified,
            name=" ".join(name.split()),
            password_hash=self.passwords.hash(password) if password is not None else "",
            enabled=enabled,
            is_admin=is_admin,
            created_at=self._clock.now(),
            first_name=first_name,
            required_actions=list(required_actions),
            groups=list(groups),
            password_set_at=self._clock.now() if password is not None else None,
            language=language,
        )
        try:
            with self._db.write() as session:
                session.add(account)
                tell(session, account, "created")
                if not is_admin:
                    self._events.publish(
                        session, AccountCreated(self.issuer_key, account.id, account.username)
                    )
        except IntegrityError as error:
            # Keycloak names the address where both are taken.
            raise TakenError("email" if self._is_taken(email) else "username") from error
        return account.id

    def ensure_account(
        self, username: str, password: str, name: str, email: str, *, subject: str | None = None
    ) -> str:
        """Return the subject of an account, created if need be, under the subject given if any."""
        found = self.find(username)
        return (
            found.id
            if found
            else self.create(username, password, name, email, email_verified=True, account_id=subject)
        )

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
                forget_held(session, account.id)
                tell(session, account, "changed")

    def find(self, username: str) -> Account | None:
        """Return an account by name."""
        with self._db.read() as session:
            return session.scalars(select(Account).where(Account.username == username.lower())).one_or_none()

    def _is_taken(self, email: str | None) -> bool:
        with self._db.read() as session:
            return (
                email is not None
                and session.scalar(select(Account.id).where(Account.email == email)) is not None
            )

    def named(self, session: Session, login: str) -> Account | None:
        """Return an account by name or e-mail address, in small letters, as seen by a transaction."""
        either = or_(Account.username == login, Account.email == login)
        return session.scalars(select(Account).where(either).limit(1)).first()

    def get(self, account_id: str) -> Account | None:
        """Return an account by subject."""
        with self._db.read() as session:
            return session.get(Account, account_id)

    def remove(self, account_id: str) -> bool:
        """Delete an account with everything that belongs to it; say whether it existed."""
        with self._db.write() as session:
            account = session.get(Account, account_id)
            if account is None:
                return False
            self._events.publish(session, AccountRemoved(self.issuer_key, account.id))
            tell(session, account, "removed")
            session.execute(delete(Account).where(Account.id == account_id))
            return True

    def authenticate(
        self, login: str, password: str, address: str, *, even_disabled: bool = False
    ) -> Account | None:
        """Check name (or e-mail) and password; raise TooManyFailuresError while the name has to wait."""
        login = login.strip().lower()[:254]
        with self._db.read() as session:
            found = self.named(session, login)
        self.failures.count_attempt(found.id if found else login, address)
        if not self.passwords.matches(found.password_hash if found else None, password[:1024]):
            if found is not None:
                self._lock(found.id)
            return None
        if found is None or not (found.enabled or even_disabled):
            return None
        self.failures.forget_attempt(found.id, address)
        return found

    def _lock(self, account_id: str) -> None:
        """Lock an account for good, if the realm does so after as many wrong passwords."""
        with self._db.write() as session:
            account = session.get(Account, account_id)
            if account and account.enabled and self.failures.are_too_many(session, account_id):
                account.enabled, account.disabled_reason = False, LOCKED
                forget_held(session, account.id)
                self._events.publish(session, AccountLocked(account_id))
                tell(session, account, "locked")


def tell(session: Session, account: Account, what: str) -> None:
    """Write down what happened to an account, in the transaction that changes it."""
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
