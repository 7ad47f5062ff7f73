"""What happened, written down in the transaction that made it happen."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Integer, Select, String, UniqueConstraint, delete, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from sandbox.core.db import Base, InstanceKeyRow, InstanceRow, UtcDateTime

KEPT = 10_000
"""How many events of an instance stay; the oldest go."""

_PRUNED_EVERY = 256


class OutboxEvent(InstanceRow, Base):
    """One change, with the state it led to."""

    __tablename__ = "outbox"
    __table_args__ = (
        UniqueConstraint("instance_id", "subject", "seq", name="uq_outbox_subject"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    """Position: a later event has a greater one, and none is given twice."""

    kind: Mapped[str] = mapped_column(String(60), index=True)
    """What it is about and what happened, such as `purchase.changed`."""

    at: Mapped[datetime] = mapped_column(UtcDateTime)
    subject: Mapped[str] = mapped_column(String(100))
    """Id of what changed."""

    seq: Mapped[int] = mapped_column(Integer)
    """The how manieth event of the subject, so that a receiver sees a gap or a wrong order."""

    payload: Mapped[dict[str, Any]] = mapped_column(JSON)


class OutboxSubject(InstanceKeyRow, Base):
    """How many events a subject had, those included that are gone."""

    __tablename__ = "outbox_subjects"
    subject: Mapped[str] = mapped_column(String(100), primary_key=True)
    last_seq: Mapped[int] = mapped_column(Integer)


def record(session: Session, kind: str, subject_id: str, payload: Mapping[str, Any]) -> None:
    """Write an event in the running transaction; the payload tells the state and never a secret."""
    counter = session.get(OutboxSubject, subject_id, with_for_update=True)
    if counter is None:
        counter = OutboxSubject(subject=subject_id, last_seq=0)
        session.add(counter)
    counter.last_seq += 1
    at: datetime = session.info["clock"].now()
    row = OutboxEvent(kind=kind, at=at, subject=subject_id, seq=counter.last_seq, payload=dict(payload))
    session.add(row)
    session.flush()
    if row.id % _PRUNED_EVERY == 0:
        _prune(session)


def events(
    session: Session, *, after: int, limit: int, kind: str | None = None, subject: str | None = None
) -> Sequence[OutboxEvent]:
    """Return events behind a position, oldest first; the kind `purchase` means all `purchase.…`."""
    statement = _chosen(after, kind, subject)
    return session.scalars(statement.order_by(OutboxEvent.id).limit(limit)).all()


def newest(
    session: Session, limit: int, *, after: int = 0, kind: str | None = None, subject: str | None = None
) -> Sequence[OutboxEvent]:
    """Return the last events, newest first."""
    statement = _chosen(after, kind, subject)
    return session.scalars(statement.order_by(OutboxEvent.id.desc()).limit(limit)).all()


def _chosen(after: int, kind: str | None, subject: str | None) -> Select[OutboxEvent]:
    statement = select(OutboxEvent).where(OutboxEvent.id > after)
    if kind is not None:
        group = OutboxEvent.kind.startswith(f"{kind}.", autoescape=True)
        statement = statement.where(or_(OutboxEvent.kind == kind, group))
    if subject is not None:
        statement = statement.where(OutboxEvent.subject == subject)
    return statement


def _prune(session: Session) -> None:
    newest_to_go = session.scalar(
        select(OutboxEvent.id).order_by(OutboxEvent.id.desc()).offset(KEPT).limit(1)
    )
    if newest_to_go is not None:
        session.execute(delete(OutboxEvent).where(OutboxEvent.id <= newest_to_go))
