"""Tables of the exchange partner's applications."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, Boolean, ForeignKey, Integer, String, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from sandbox.core.db import Base, ExactDecimal, InstanceRow, UtcDateTime
from sandbox.services.kyc.viviswap.steps import PartState


class Application(InstanceRow, Base):
    """Somebody who is, or wants to be, the exchange's customer."""

    __tablename__ = "kyc_applications"
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id"), primary_key=True)
    username: Mapped[str] = mapped_column(String(100), index=True)
    mail: Mapped[str] = mapped_column(String(254))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    exists_from: Mapped[datetime] = mapped_column(UtcDateTime)
    is_elevated: Mapped[bool] = mapped_column(Boolean)
    has_bank_account: Mapped[bool] = mapped_column(Boolean)
    set_level: Mapped[int | None] = mapped_column(Integer)
    agreed_daily_eur: Mapped[Decimal | None] = mapped_column(ExactDecimal)
    agreed_monthly_eur: Mapped[Decimal | None] = mapped_column(ExactDecimal)
    closed_reason: Mapped[str | None] = mapped_column(String(300))


class Part(InstanceRow, Base):
    """What was handed in last for one part of an application, and what became of it."""

    __tablename__ = "kyc_parts"
    user_id: Mapped[str] = mapped_column(ForeignKey("kyc_applications.user_id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    state: Mapped[str] = mapped_column(String(20), index=True)
    reason: Mapped[str] = mapped_column(String(300))
    data: Mapped[dict[str, Any]] = mapped_column(JSON)
    files: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    fingerprint: Mapped[str] = mapped_column(String(64))
    handed_in_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    outcome: Mapped[str | None] = mapped_column(String(60))
    outcome_reason: Mapped[str] = mapped_column(String(300))


def parts_of(session: Session, user_id: str) -> dict[str, Part]:
    """Return the parts of an application by name."""
    rows = session.scalars(select(Part).where(Part.user_id == user_id).order_by(Part.name))
    return {row.name: row for row in rows}


def due(session: Session, moment: datetime) -> Sequence[Part]:
    """Return the parts whose review ends by itself at a moment, in the order of their ends."""
    statement = select(Part).where(Part.state == PartState.IN_REVIEW, Part.due_at <= moment)
    return session.scalars(statement.order_by(Part.due_at, Part.user_id, Part.name)).all()


def applications(session: Session) -> Sequence[Application]:
    """Return all applications, by username."""
    return session.scalars(select(Application).order_by(Application.username)).all()


def forget_application(session: Session, user_id: str) -> None:
    """Drop an application and its parts."""
    session.execute(delete(Part).where(Part.user_id == user_id))
    session.execute(delete(Application).where(Application.user_id == user_id))
