"""Addresses of users, one per network."""

from sqlalchemy import ForeignKey, String, delete, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from sandbox.core.db import Base, InstanceRow


class UserAddress(InstanceRow, Base):
    """Where a user receives on one network."""

    __tablename__ = "user_addresses"
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id"), primary_key=True)
    network_key: Mapped[str] = mapped_column(String(60), primary_key=True)
    address: Mapped[str] = mapped_column(String(100))


class Addresses:
    """Knows which address a user receives at."""

    def address(self, session: Session, user_id: str, network_key: str) -> str | None:
        """Return the registered address."""
        row = session.get(UserAddress, (user_id, network_key))
        return row.address if row else None

    def register(self, session: Session, user_id: str, network_key: str, address: str) -> None:
        """Set the address."""
        session.merge(UserAddress(user_id=user_id, network_key=network_key, address=address))

    def holders(self, session: Session, network_key: str, address: str) -> set[str]:
        """Return the users who registered an address; hex has no letter case."""
        same = func.lower(UserAddress.address) == address.lower()
        rows = session.scalars(select(UserAddress).where(UserAddress.network_key == network_key, same))
        return {row.user_id for row in rows}

    def all(self, session: Session, user_id: str) -> dict[str, str]:
        """Return all addresses of a user by network."""
        rows = session.scalars(select(UserAddress).where(UserAddress.user_id == user_id))
        return {row.network_key: row.address for row in rows}

    def forget(self, session: Session, user_id: str) -> None:
        """Drop all addresses of a user."""
        session.execute(delete(UserAddress).where(UserAddress.user_id == user_id))
