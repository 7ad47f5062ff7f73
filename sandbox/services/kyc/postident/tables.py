"""The table of cases."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Boolean, ForeignKey, String, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from sandbox.core.db import Base, InstanceRow, UtcDateTime


class CaseState(StrEnum):
    """Where a case is; the texts are what `get-case-details` says."""

    NEW = "new"
    IN_PROGRESS = "in progress"
    APPROVED = "closed: approved"
    REJECTED = "closed: rejected"


OPEN = frozenset({CaseState.NEW, CaseState.IN_PROGRESS})


class PostidentCase(InstanceRow, Base):
    """One identity check by a person."""

    __tablename__ = "postident_cases"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id"), index=True)
    username: Mapped[str] = mapped_column(String(100))
    state: Mapped[str] = mapped_column(String(30))
    reason: Mapped[str] = mapped_column(String(300))
    is_archived: Mapped[bool] = mapped_column(Boolean)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    outcome: Mapped[str | None] = mapped_column(String(60))
    outcome_reason: Mapped[str] = mapped_column(String(300))


def cases_of(session: Session, user_id: str) -> Sequence[PostidentCase]:
    """Return a user's cases, newest first."""
    statement = select(PostidentCase).where(PostidentCase.user_id == user_id)
    order = (PostidentCase.created_at.desc(), PostidentCase.is_archived, PostidentCase.id)
    return session.scalars(statement.order_by(*order)).all()


def all_cases(session: Session) -> Sequence[PostidentCase]:
    """Return all cases, newest first."""
    statement = select(PostidentCase).order_by(PostidentCase.created_at.desc(), PostidentCase.id)
    return session.scalars(statement).all()


def due_cases(session: Session, moment: datetime) -> Sequence[PostidentCase]:
    """Return the cases that end by themselves at a moment."""
    statement = select(PostidentCase).where(PostidentCase.due_at <= moment)
    return session.scalars(statement.order_by(PostidentCase.due_at, PostidentCase.id)).all()


def forget_cases(session: Session, user_id: str) -> None:
    """Drop all cases of a user."""
    session.execute(delete(PostidentCase).where(PostidentCase.user_id == user_id))
