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
        return RealmRules(**(row.changed if row else {}))

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
