"""What services tell each other without knowing each other."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy.orm import Session


@dataclass(frozen=True)
class UserArchived:
    """A user asked to be deleted; what belongs to the user goes in the same transaction."""

    user_id: str


@dataclass(frozen=True)
class AccountCreated:
    """Somebody registered at the identity provider."""

    issuer_key: str
    subject: str
    username: str


@dataclass(frozen=True)
class AccountRemoved:
    """An account was deleted at the identity provider."""

    issuer_key: str
    subject: str


@dataclass(frozen=True)
class AccountLocked:
    """An account was locked at the identity provider, since its password was guessed at too often."""

    subject: str


E = TypeVar("E")


class EventBus:
    """Calls the handlers of an event inside the transaction of whoever publishes it."""

    def __init__(self) -> None:
        self._handlers: dict[type, list[Callable[[Session, Any], None]]] = defaultdict(list)

    def on(self, kind: type[E], handler: Callable[[Session, E], None]) -> None:
        """Register a handler."""
        self._handlers[kind].append(handler)

    def publish(self, session: Session, event: object) -> None:
        """Tell all handlers; an error in one undoes the whole transaction."""
        for handler in self._handlers[type(event)]:
            handler(session, event)
