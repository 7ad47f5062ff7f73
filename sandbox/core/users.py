"""Backend users: known by issuer and subject, never by name alone."""

import uuid
from datetime import datetime

from sqlalchemy import String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from sandbox.core.clock import Clock
from sandbox.core.db import Base, InstanceRow, UtcDateTime
from sandbox.core.instances import DEFAULT_INSTANCE, InstanceSession
from sandbox.core.outbox import record

_NAMESPACE = uuid.UUID("2b1f0f52-4f0b-5e0e-9d3c-6a3e7b7f0c21")


class User(InstanceRow, Base):
    """A user of the backend, created the first time a good token is seen."""

    __tablename__ = "users"
    __table_args__ = (UniqueConstraint("instance_id", "issuer_key", "subject", name="uq_users_issuer_key"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    issuer_key: Mapped[str] = mapped_column(String(100))
    subject: Mapped[str] = mapped_column(String(100))
    username: Mapped[str] = mapped_column(String(100), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    archived_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    preferred_network: Mapped[str | None] = mapped_column(String(60))


def tell(session: Session, user: User, what: str, **more: str) -> None:
    """Write down what happened to a user, in the transaction that changes her."""
    state = {
        "id": user.id,
        "subject": user.subject,
        "username": user.username,
        "state": "archived" if user.archived_at else "active",
        "preferred_network": user.preferred_network,
    }
    record(session, f"user.{what}", user.id, state | more)


class UserDirectory:
    """Finds users and makes them known."""

    def __init__(self, session: Session, clock: Clock) -> None:
        self._session = session
        self._clock = clock

    def find(self, issuer_key: str, subject: str) -> User | None:
        """Return the user of a subject, archived or not."""
        statement = select(User).where(User.issuer_key == issuer_key, User.subject == subject)
        return self._session.scalars(statement).one_or_none()

    def ensure(self, issuer_key: str, subject: str, username: str) -> User:
        """Return the user of a subject, created or taken out of the archive if need be."""
        user = self.find(issuer_key, subject)
        if user is None:
            user = User(
                id=self._id_of(issuer_key, subject),
                issuer_key=issuer_key,
                subject=subject,
                username=username,
                created_at=self._clock.now(),
                archived_at=None,
                preferred_network=None,
            )
            self._session.add(user)
            tell(self._session, user, "created")
        elif user.archived_at or user.username != username:
            what = "returned" if user.archived_at else "renamed"
            user.username = username
            user.archived_at = None
            tell(self._session, user, what)
        return user

    def _id_of(self, issuer_key: str, subject: str) -> str:
        """Derived, so that the same seed gives the same ids; no two instances share one."""
        instance = self._session.instance if isinstance(self._session, InstanceSession) else DEFAULT_INSTANCE
        return str(uuid.uuid5(_NAMESPACE, f"{instance} {issuer_key} {subject}"))

    def named(self, issuer_key: str, username: str) -> User | None:
        """Return the active user of one issuer with this name."""
        statement = select(User).where(
            User.issuer_key == issuer_key,
            User.username == username.strip().lower(),
            User.archived_at.is_(None),
        )
        return self._session.scalars(statement).first()

    def get(self, user_id: str) -> User | None:
        """Return a user by id."""
        return self._session.get(User, user_id)

    def active(self) -> list[User]:
        """Return all users that are not archived, by name."""
        statement = select(User).where(User.archived_at.is_(None)).order_by(User.username)
        return list(self._session.scalars(statement))
