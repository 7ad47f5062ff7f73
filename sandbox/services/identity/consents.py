"""What people let apps see and do: asked once, kept, and taken back."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from sandbox.core.clock import Clock
from sandbox.core.db import Database
from sandbox.core.outbox import record
from sandbox.services.identity.client_rules import ClientRules
from sandbox.services.identity.flows import AuthRequest
from sandbox.services.identity.grants import Grants
from sandbox.services.identity.tables import Consent, Grant


class Consents:
    """The consents of one realm."""

    def __init__(self, db: Database, clock: Clock, *, clients: ClientRules, grants: Grants) -> None:
        self._db = db
        self._clock = clock
        self._clients = clients
        self._grants = grants

    def wanted(self, account_id: str, request: AuthRequest) -> list[str]:
        """Return what somebody has to be asked for: all that is new, or nothing."""
        with self._db.read() as session:
            client = self._clients.find(request.client_id, session)
            if client is None or not client.consent_required:
                return []
            asked = scopes_of(request.scope)
            row = session.get(Consent, (account_id, request.client_id))
            if row is None or request.asks_consent:
                return asked
            return [scope for scope in asked if scope not in row.scopes]

    def give(self, account_id: str, client_id: str, scope: str) -> None:
        """Keep a consent, besides what was consented to before."""
        now = self._clock.now()
        with self._db.write() as session:
            row = session.get(Consent, (account_id, client_id))
            if row is None:
                row = Consent(account_id=account_id, client_id=client_id, scopes=[], created_at=now)
                session.add(row)
            row.scopes = list(dict.fromkeys([*row.scopes, *scopes_of(scope)]))
            row.updated_at = now
            _tell(session, row, "given")

    def of(self, account_id: str) -> Sequence[Consent]:
        """Return what somebody consented to, oldest first."""
        statement = select(Consent).where(Consent.account_id == account_id)
        with self._db.read() as session:
            return session.scalars(statement.order_by(Consent.created_at, Consent.client_id)).all()

    def offline_clients(self, account_id: str) -> list[str]:
        """Return the clients that have tokens of somebody which outlive her sessions."""
        living = select(Grant).where(Grant.account_id == account_id, Grant.revoked_at.is_(None))
        with self._db.read() as session:
            return sorted({grant.client_id for grant in session.scalars(living) if grant.offline})

    def revoke(self, account_id: str, client_id: str) -> bool:
        """Take a consent back, with every token it led to; say whether there was anything."""
        with self._db.write() as session:
            row = session.get(Consent, (account_id, client_id))
            if row is not None:
                _tell(session, row, "revoked")
                session.delete(row)
            ended = self._grants.end_client(session, account_id, client_id)
        return row is not None or ended


def scopes_of(scope: str) -> list[str]:
    """Return the scopes that somebody is asked about; `openid` only says that it is a sign-in."""
    return [part for part in scope.split() if part != "openid"]


def _tell(session: Session, row: Consent, what: str) -> None:
    state = {
        "account_id": row.account_id,
        "client_id": row.client_id,
        "scopes": row.scopes,
        "state": what,
    }
    record(session, f"consent.{what}", row.account_id, state)
