"""Rows belong to an instance: the session writes that down, and shows no other instance's rows."""

import hashlib
from contextvars import ContextVar
from typing import Any, TypeVar, cast

from sqlalchemy import String, Update, event, inspect
from sqlalchemy.orm import (
    InstanceState,
    Mapped,
    ORMExecuteState,
    Session,
    UOWTransaction,
    mapped_column,
    with_loader_criteria,
)

DEFAULT_INSTANCE = "default"
"""The instance of whoever names none."""

current_instance: ContextVar[str] = ContextVar("sandbox_instance", default=DEFAULT_INSTANCE)
"""The instance that transactions are opened for where none is given."""

HAS_CHANGED = "has_changed"
"""In a session's `info` once it wrote anything."""

T = TypeVar("T")


def own_account(name: str) -> str:
    """Return the name of a chain account that the current instance has for itself."""
    instance = current_instance.get()
    if instance == DEFAULT_INSTANCE:
        return name
    return f"{name}:{hashlib.sha256(instance.encode()).hexdigest()[:16]}"


class OtherInstanceError(Exception):
    """Something was about to reach past its own instance: a mistake in the sandbox, never a user's."""


class InstanceRow:
    """A row of one instance; mix it into every table but the sandbox's own facts.

    Nobody sets or asks for the column: the session does. Unique constraints begin with it.
    """

    instance_id: Mapped[str] = mapped_column(String(60), sort_order=-1)


class InstanceKeyRow(InstanceRow):
    """A row whose key is not random, such as a network's: each instance may have one of its own.

    `session.get` takes the key without the instance.
    """

    instance_id: Mapped[str] = mapped_column(String(60), primary_key=True, sort_order=-1)


class InstanceSession(Session):
    """A session that lives in one instance."""

    def __init__(self, *arguments: Any, instance: str, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.instance = instance

    def get(self, entity: Any, ident: Any, **options: Any) -> Any:
        """Return the row with a key, as long as it is one of this instance."""
        return super().get(entity, self._whole_key(entity, ident), **options)

    def get_one(self, entity: Any, ident: Any, **options: Any) -> Any:
        """Return the row with a key, or raise NoResultFound."""
        return super().get_one(entity, self._whole_key(entity, ident), **options)

    def merge(self, instance: T, **options: Any) -> T:
        """Add a row or replace the one with its key."""
        self.claim(instance)
        return super().merge(instance, **options)

    def claim(self, row: object) -> None:
        """Give a row to this instance, or refuse it if it is another's."""
        if not isinstance(row, InstanceRow):
            return
        state: InstanceState[Any] = inspect(row)
        owner = state.dict.get("instance_id")
        if owner is None and state.key is None:
            row.instance_id = self.instance
        elif owner != self.instance:
            name = type(row).__name__
            raise OtherInstanceError(f"A row of {name} belongs to {owner}, this is {self.instance}.")

    def _whole_key(self, entity: Any, ident: Any) -> Any:
        columns = inspect(entity).primary_key
        if not issubclass(inspect(entity).class_, InstanceKeyRow) or isinstance(ident, dict):
            return ident
        parts = tuple(ident) if isinstance(ident, tuple | list) else (ident,)
        return (self.instance, *parts) if len(parts) < len(columns) else parts


@event.listens_for(InstanceSession, "before_attach")
def _claim_row(session: InstanceSession, row: object) -> None:
    session.claim(row)


@event.listens_for(InstanceSession, "before_flush")
def _judge_rows(session: InstanceSession, _context: UOWTransaction, _rows: object) -> None:
    for row in (*session.new, *session.dirty, *session.deleted):
        session.claim(row)


@event.listens_for(InstanceSession, "after_flush")
def _note_rows(session: InstanceSession, _context: UOWTransaction) -> None:
    session.info[HAS_CHANGED] = True


@event.listens_for(InstanceSession, "do_orm_execute")
def _stay_inside(state: ORMExecuteState) -> None:
    session = state.session
    assert isinstance(session, InstanceSession)
    if not state.is_orm_statement or state.is_insert:
        raise OtherInstanceError("Use mapped classes and add objects: other statements know no instance.")
    if state.is_update or state.is_delete:
        session.info[HAS_CHANGED] = True
    if state.is_update:
        named = cast("Update", state.statement).compile().params
        if state.is_executemany or "instance_id" in named:
            raise OtherInstanceError("An update may neither name an instance nor go by a list of keys.")
    instance = session.instance
    state.statement = state.statement.options(
        with_loader_criteria(InstanceRow, lambda cls: cls.instance_id == instance, include_aliases=True)
    )
