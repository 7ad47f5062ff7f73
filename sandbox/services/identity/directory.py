"""What administrators do with accounts: finding them by any member, changing them, setting passwords."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.exc import IntegrityError

from sandbox.core.clock import Clock
from sandbox.core.db import Database
from sandbox.services.identity.accounts import EMAIL, Accounts, tell
from sandbox.services.identity.actions import ACTIONS, NOT_OFFERED
from sandbox.services.identity.errors import AdminError, TakenError
from sandbox.services.identity.pruning import forget_held
from sandbox.services.identity.schemas import AccountChanges
from sandbox.services.identity.tables import Account


@dataclass(frozen=True)
class Wanted:
    """Which accounts are looked for; what is None does not matter."""

    search: str | None = None
    username: str | None = None
    email: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    enabled: bool | None = None
    email_verified: bool | None = None
    exact: bool = False


class Directory:
    """The realm's accounts as administrators see them."""

    def __init__(self, db: Database, clock: Clock, accounts: Accounts) -> None:
        self._db = db
        self._clock = clock
        self._accounts = accounts

    def search(self, wanted: Wanted, first: int, limit: int) -> list[Account]:
        """Return accounts, the one of exactly this name first."""
        name = (wanted.username or wanted.search or "").lower()
        statement = self._select(select(Account), wanted)
        statement = statement.order_by(Account.username != name, Account.username)
        with self._db.read() as session:
            return list(session.scalars(statement.offset(first).limit(limit)))

    def count(self, wanted: Wanted) -> int:
        """Return how many accounts there are."""
        with self._db.read() as session:
            return session.scalar(self._select(select(func.count(Account.id)), wanted)) or 0

    def _select(self, statement: Any, wanted: Wanted) -> Any:
        for column, text in (
            (Account.username, wanted.username),
            (Account.email, wanted.email),
            (Account.first_name, wanted.first_name),
            (Account.name, wanted.last_name),
        ):
            if text:
                statement = statement.where(_has(column, text, exact=wanted.exact))
        if wanted.search and wanted.search.strip("*"):
            text = wanted.search.strip("*")
            columns = (Account.username, Account.email, Account.name)
            statement = statement.where(or_(*(_has(column, text, exact=wanted.exact) for column in columns)))
        if wanted.enabled is not None:
            statement = statement.where(Account.enabled == wanted.enabled)
        if wanted.email_verified is not None:
            statement = statement.where(Account.email_verified == wanted.email_verified)
        return statement

    def in_group(self, name: str) -> list[Account]:
        """Return the members of a group."""
        with self._db.read() as session:
            return [one for one in session.scalars(select(Account)) if name in (one.groups or ())]

    def groups(self) -> list[str]:
        """Return the names of all groups that have members."""
        with self._db.read() as session:
            return sorted({name for one in session.scalars(select(Account)) for name in one.groups or ()})

    def change(self, account_id: str, changes: AccountChanges) -> None:
        """Change what is given; a name cannot be changed."""
        try:
            with self._db.write() as session:
                account = session.get(Account, account_id)
                if account is None:
                    raise AdminError(404, "User not found")
                self._apply(account, changes)
                session.flush()
                if not account.enabled:
                    forget_held(session, account.id)
                tell(session, account, "changed")
        except IntegrityError as error:
            raise TakenError("email") from error

    def _apply(self, account: Account, changes: AccountChanges) -> None:
        if changes.username is not None and changes.username.strip().lower() != account.username:
            message = "error-user-attribute-read-only"
            raise AdminError(400, message, member="errorMessage", field=("username",))
        if changes.email is not None:
            email = changes.email.strip().lower() or None
            if email and not EMAIL.fullmatch(email):
                refused = ("email", changes.email[:254])
                raise AdminError(400, "error-invalid-email", member="errorMessage", field=refused)
            account.email = email
        if changes.firstName is not None or changes.lastName is not None:
            first, last = account.names
            first = first if changes.firstName is None else " ".join(changes.firstName.split())
            last = last if changes.lastName is None else " ".join(changes.lastName.split())
            account.first_name, account.name = first, f"{first} {last}".strip()
        if changes.emailVerified is not None:
            account.email_verified = changes.emailVerified
        if changes.enabled is not None:
            account.enabled, account.disabled_reason = changes.enabled, None
        if changes.requiredActions is not None:
            account.required_actions = known_actions(changes.requiredActions)

    def set_password(self, account_id: str, password: str, *, temporary: bool = False) -> None:
        """Set a password; a temporary one has to be replaced at the next sign-in."""
        hashed = self._accounts.passwords.hash(password)
        with self._db.write() as session:
            account = session.get(Account, account_id)
            if account is None:
                raise AdminError(404, "User not found")
            account.password_hash = hashed
            account.password_set_at = self._clock.now()
            forget_held(session, account.id)
            others = [name for name in account.required_actions or () if name != "UPDATE_PASSWORD"]
            account.required_actions = [*others, "UPDATE_PASSWORD"] if temporary else others
            tell(session, account, "password_set")

    def remove_password(self, account_id: str) -> None:
        """Take the password away: nobody signs in until one is set."""
        with self._db.write() as session:
            account = session.get_one(Account, account_id)
            account.password_hash, account.password_set_at = "", None
            forget_held(session, account.id)
            tell(session, account, "password_removed")

    def set_groups(self, account_id: str, groups: Sequence[str]) -> None:
        """Put an account into exactly these groups."""
        with self._db.write() as session:
            account = session.get_one(Account, account_id)
            account.groups = list(dict.fromkeys(groups))
            tell(session, account, "changed")


def _has(column: Any, text: str, *, exact: bool) -> ColumnElement[bool]:
    text = text.lower()
    lowered = func.lower(column)
    return lowered == text if exact else lowered.contains(text, autoescape=True)


def known_actions(names: Sequence[str]) -> list[str]:
    """Return those actions that are known, once each; refuse what nobody could fulfil here.

    Keycloak drops names it does not know.
    """
    for name in names:
        if name in NOT_OFFERED:
            raise AdminError(400, f"The required action {name} is not offered here.", member="errorMessage")
    return [name for name in dict.fromkeys(names) if name in ACTIONS]
