"""What the realm is told to do: Keycloak's realm settings, as far as they mean anything here."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel
from sqlalchemy.orm import Session

from sandbox.core.db import Database
from sandbox.core.outbox import record
from sandbox.core.settings import Settings
from sandbox.services.identity.tables import RealmSettings

_LONGEST = 10 * 365 * 24 * 3600


class RealmRules(BaseModel):
    """The settings in force; their names in Keycloak are the same in camel case."""

    model_config = ConfigDict(frozen=True, alias_generator=to_camel, populate_by_name=True, extra="ignore")

    verify_email: bool = False
    """Whether an address has to be confirmed before its owner may sign in."""

    reset_password_allowed: bool = True
    """Whether the sign-in page offers to replace a lost password."""

    sso_session_idle_timeout: int = Field(ge=1, le=_LONGEST)
    """Seconds after which a session ends in which nothing is asked for."""

    sso_session_max_lifespan: int = Field(default=0, ge=0, le=_LONGEST)
    """Seconds after which a session ends however it is used; 0: never by its age."""

    access_token_lifespan: int = Field(ge=1, le=_LONGEST)
    offline_session_idle_timeout: int = Field(default=30 * 24 * 3600, ge=1, le=_LONGEST)
    """The same as the idle time for what was asked for with `offline_access`."""

    offline_session_max_lifespan: int = Field(default=0, ge=0, le=_LONGEST)
    failure_factor: int = Field(ge=1, le=10_000)
    """Wrong passwords for one name before waiting starts."""

    wait_increment_seconds: int = Field(ge=1, le=_LONGEST)
    """The first wait; each further failure doubles it."""

    max_failure_wait_seconds: int = Field(default=15 * 60, ge=1, le=_LONGEST)
    permanent_lockout: bool = False
    """Whether wrong passwords lock an account until an administrator opens it."""

    max_temporary_lockouts: int = Field(default=0, ge=0, le=10_000)
    """With that: how many waits come before; 0: none."""

    action_token_generated_by_user_lifespan: int = Field(default=300, ge=1, le=_LONGEST)
    """Seconds that a link is good which somebody asked for herself."""

    action_token_generated_by_admin_lifespan: int = Field(default=12 * 3600, ge=1, le=_LONGEST)
    """Seconds that a link is good which an administrator sent."""


class RealmStore:
    """Keeps what was changed of the settings; the rest is as the sandbox was started."""

    def __init__(self, settings: Settings, db: Database) -> None:
        self._settings = settings
        self._db = db

    def rules(self, session: Session | None = None) -> RealmRules:
        """Return the settings in force, as seen by a transaction."""
        if session is None:
            with self._db.read() as own:
                return self.rules(own)
        row = session.get(RealmSettings, self._settings.realm)
        settings = self._settings
        started = {
            "sso_session_idle_timeout": settings.refresh_token_seconds,
            "access_token_lifespan": settings.access_token_seconds,
            "failure_factor": settings.free_failures,
            "wait_increment_seconds": settings.failure_wait_seconds,
        }
        return RealmRules(**{**started, **(row.changed if row else {})})

    def change(self, changes: dict[str, Any]) -> RealmRules:
        """Change what is named; pydantic's ValidationError tells what is wrong."""
        with self._db.write() as session:
            before = self.rules(session)
            after = RealmRules.model_validate({**before.model_dump(by_alias=True), **changes})
            named = after.model_dump()
            changed = {name: value for name, value in named.items() if value != getattr(before, name)}
            if changed:
                row = session.get(RealmSettings, self._settings.realm)
                if row is None:
                    row = RealmSettings(realm=self._settings.realm, changed={})
                    session.add(row)
                row.changed = {**row.changed, **changed}
                record(session, "realm.changed", self._settings.realm, {**named, "state": "active"})
        return after
