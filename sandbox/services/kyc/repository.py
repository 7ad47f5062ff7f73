"""Results of KYC, one row per user and provider."""

from collections.abc import Sequence

from sqlalchemy import Boolean, ForeignKey, String, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from sandbox.core.db import Base, InstanceRow
from sandbox.core.trading import NOT_TRADING, Limits, limits_of

BY_HAND = "sandbox"
"""The provider of results set by a seed or over the control room."""


class KycResult(InstanceRow, Base):
    """What one provider says about one user."""

    __tablename__ = "kyc_results"
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id"), primary_key=True)
    provider: Mapped[str] = mapped_column(String(20), primary_key=True)
    is_verified: Mapped[bool] = mapped_column(Boolean)


class KycResults:
    """Knows who is verified."""

    def is_verified(self, session: Session, user_id: str) -> bool:
        """Say whether any provider verified the user."""
        statement = select(KycResult).where(KycResult.user_id == user_id, KycResult.is_verified)
        return session.scalars(statement).first() is not None

    def set_verified(self, session: Session, user_id: str, verified: bool) -> None:
        """Set the result by hand."""
        session.merge(KycResult(user_id=user_id, provider=BY_HAND, is_verified=verified))

    def results(self, session: Session, user_id: str) -> Sequence[KycResult]:
        """Return what each provider says about a user."""
        return session.scalars(select(KycResult).where(KycResult.user_id == user_id)).all()

    def level_by_hand(self, session: Session, user_id: str) -> int:
        """Return the risk level that a result set by hand gives."""
        found = session.get(KycResult, (user_id, BY_HAND))
        return 40 if found is not None and found.is_verified else NOT_TRADING

    def limits(self, session: Session, user_id: str) -> Limits:
        """Return what may be exchanged: who is verified may trade, nobody else."""
        return limits_of(40 if self.is_verified(session, user_id) else NOT_TRADING)

    def forget(self, session: Session, user_id: str) -> None:
        """Drop all results of a user."""
        session.execute(delete(KycResult).where(KycResult.user_id == user_id))
