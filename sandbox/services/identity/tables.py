"""Tables of the identity provider."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Boolean, ForeignKey, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from sandbox.core.db import Base, InstanceKeyRow, InstanceRow, UtcDateTime


class Account(InstanceRow, Base):
    """Somebody who can sign in."""

    __tablename__ = "accounts"
    __table_args__ = (
        UniqueConstraint("instance_id", "username", name="uq_accounts_username"),
        UniqueConstraint("instance_id", "email", name="uq_accounts_email"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    username: Mapped[str] = mapped_column(String(64))
    email: Mapped[str | None] = mapped_column(String(254))
    email_verified: Mapped[bool] = mapped_column(Boolean)
    name: Mapped[str] = mapped_column(String(120))
    password_hash: Mapped[str] = mapped_column(String(200))
    enabled: Mapped[bool] = mapped_column(Boolean, default=True)
    is_admin: Mapped[bool] = mapped_column(Boolean, default=False)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    first_name: Mapped[str | None] = mapped_column(String(60))
    """The part of the name that Keycloak calls the first one; None if nobody told them apart."""

    required_actions: Mapped[list[str] | None] = mapped_column(JSON)
    groups: Mapped[list[str] | None] = mapped_column(JSON)
    password_set_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    terms_accepted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    language: Mapped[str | None] = mapped_column(String(10))
    """The language of her mails; None if nobody said one."""

    @property
    def names(self) -> tuple[str, str]:
        """Return first and last name."""
        if self.first_name is not None and self.name.startswith(self.first_name):
            return self.first_name, self.name[len(self.first_name) :].strip()
        first, _, last = self.name.partition(" ")
        return first, last


class SigningKey(InstanceRow, Base):
    """A key that signs or once signed tokens."""

    __tablename__ = "signing_keys"
    kid: Mapped[str] = mapped_column(String(60), primary_key=True)
    algorithm: Mapped[str] = mapped_column(String(10))
    pem: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class BrowserSession(InstanceRow, Base):
    """A sign-in remembered by a browser."""

    __tablename__ = "browser_sessions"
    __table_args__ = (UniqueConstraint("instance_id", "cookie_hash", name="uq_browser_sessions_cookie_hash"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    cookie_hash: Mapped[str] = mapped_column(String(64))
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), index=True)
    signed_in_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Grant(InstanceRow, Base):
    """What a client got for one sign-in; all its tokens live and die with it."""

    __tablename__ = "grants"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    session_id: Mapped[str] = mapped_column(String(36), index=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), index=True)
    client_id: Mapped[str] = mapped_column(String(60))
    scope: Mapped[str] = mapped_column(String(200))
    signed_in_at: Mapped[datetime] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    address: Mapped[str | None] = mapped_column(String(64))


class RefreshToken(InstanceRow, Base):
    """One refresh token of a grant; a used one that comes back means it was stolen."""

    __tablename__ = "refresh_tokens"
    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    grant_id: Mapped[str] = mapped_column(ForeignKey("grants.id", ondelete="CASCADE"), index=True)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class AuthorizationCode(InstanceRow, Base):
    """A code a client may redeem once."""

    __tablename__ = "authorization_codes"
    code_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    client_id: Mapped[str] = mapped_column(String(60))
    redirect_uri: Mapped[str] = mapped_column(String(2000))
    challenge: Mapped[str | None] = mapped_column(String(128))
    nonce: Mapped[str | None] = mapped_column(String(500))
    scope: Mapped[str] = mapped_column(String(200))
    session_id: Mapped[str] = mapped_column(ForeignKey("browser_sessions.id", ondelete="CASCADE"))
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    grant_id: Mapped[str | None] = mapped_column(String(36))


class SignInFlow(InstanceRow, Base):
    """An authorization request that waits for somebody to sign in or register."""

    __tablename__ = "sign_in_flows"
    id: Mapped[str] = mapped_column(String(60), primary_key=True)
    browser_hash: Mapped[str] = mapped_column(String(64))
    request: Mapped[str] = mapped_column(Text)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    account_id: Mapped[str | None] = mapped_column(String(36))
    """Who proved to be herself and has something left to do; None: nobody yet."""

    session_id: Mapped[str | None] = mapped_column(String(36))
    """The session she is signed in with already, if any."""


class ActionToken(InstanceRow, Base):
    """A link in a mail: what it lets its owner do, once and for a while."""

    __tablename__ = "action_tokens"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(60))
    email: Mapped[str] = mapped_column(String(254))
    actions: Mapped[list[str] | None] = mapped_column(JSON)
    client_id: Mapped[str | None] = mapped_column(String(60))
    redirect_uri: Mapped[str | None] = mapped_column(String(2000))
    flow_id: Mapped[str | None] = mapped_column(String(60))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class RealmSettings(InstanceKeyRow, Base):
    """What was changed of the realm's settings."""

    __tablename__ = "realm_settings"
    realm: Mapped[str] = mapped_column(String(60), primary_key=True)
    changed: Mapped[dict[str, Any]] = mapped_column(JSON)


class FailureCount(InstanceKeyRow, Base):
    """Wrong passwords for one name, known or not, or from one machine."""

    __tablename__ = "failure_counts"
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    failures: Mapped[int] = mapped_column(Integer)
    blocked_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_address: Mapped[str | None] = mapped_column(String(64))
