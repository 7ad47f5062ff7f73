"""The table of caught mails."""

from datetime import datetime

from sqlalchemy import Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from sandbox.core.db import Base, InstanceRow, UtcDateTime


class CaughtMail(InstanceRow, Base):
    """A mail as it would have gone out."""

    __tablename__ = "mails"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    """Position: a later mail has a greater one, and none is given twice."""

    at: Mapped[datetime] = mapped_column(UtcDateTime)
    receiver: Mapped[str] = mapped_column(String(254), index=True)
    sender: Mapped[str] = mapped_column(String(254))
    subject: Mapped[str] = mapped_column(String(500))
    kind: Mapped[str] = mapped_column(String(60))
    language: Mapped[str] = mapped_column(String(10))
    text: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
