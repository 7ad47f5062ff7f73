"""Which provider a user began with: it cannot be changed afterwards."""

from enum import StrEnum

from sqlalchemy import ForeignKey, String, delete
from sqlalchemy.orm import Mapped, Session, mapped_column

from sandbox.core.db import Base, InstanceRow
from sandbox.core.errors import ConflictError
from sandbox.services.kyc.repository import KycResult


class Provider(StrEnum):
    """Who checks identities."""

    POSTIDENT = "postident"
    EXCHANGE = "viviswap"


class KycChoice(InstanceRow, Base):
    """The provider a user began with."""

    __tablename__ = "kyc_choices"
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id"), primary_key=True)
    provider: Mapped[str] = mapped_column(String(20))


class OtherProviderError(ConflictError):
    """The user began with the other provider."""

    code = "kyc_provider_chosen"

    def __init__(self, chosen: str) -> None:
        super().__init__(f"You began your identity check with {chosen}; the provider cannot be changed.")


def choose(session: Session, user_id: str, provider: Provider) -> None:
    """Bind a user to a provider, or refuse if she began with the other one."""
    found = session.get(KycChoice, user_id)
    if found is None:
        session.add(KycChoice(user_id=user_id, provider=provider))
    elif found.provider != provider:
        raise OtherProviderError(found.provider)


def set_result(session: Session, user_id: str, provider: Provider, verified: bool) -> None:
    """Note what a provider says about a user."""
    session.merge(KycResult(user_id=user_id, provider=provider, is_verified=verified))


def forget_choice(session: Session, user_id: str) -> None:
    """Let the user begin anew."""
    session.execute(delete(KycChoice).where(KycChoice.user_id == user_id))
