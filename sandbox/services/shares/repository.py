"""The shares table."""

from typing import Literal

from sqlalchemy import ForeignKey, String, Text, delete
from sqlalchemy.orm import Mapped, Session, mapped_column

from sandbox.core.db import Base, InstanceRow

ShareKind = Literal["recovery", "backup"]


class ShareRow(InstanceRow, Base):
    """One share of one user."""

    __tablename__ = "shares"
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(10), primary_key=True)
    share: Mapped[str] = mapped_column(Text)


def put_share(session: Session, user_id: str, kind: ShareKind, share: str) -> None:
    """Store or replace a share."""
    session.merge(ShareRow(user_id=user_id, kind=kind, share=share))


def get_share(session: Session, user_id: str, kind: ShareKind) -> str | None:
    """Return a share."""
    row = session.get(ShareRow, (user_id, kind))
    return row.share if row else None


def drop_shares(session: Session, user_id: str) -> None:
    """Delete both shares."""
    session.execute(delete(ShareRow).where(ShareRow.user_id == user_id))
