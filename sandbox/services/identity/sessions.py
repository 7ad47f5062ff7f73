"""Sessions: who is signed in where, seen by administrators and by the person herself."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from sandbox.core.clock import Clock
from sandbox.core.db import Database
from sandbox.services.identity.grants import Grants
from sandbox.services.identity.lifespans import browser_ends, grant_ends
from sandbox.services.identity.pruning import forget_held
from sandbox.services.identity.realm import RealmStore
from sandbox.services.identity.tables import BrowserSession, Grant, RefreshToken


@dataclass
class OpenSession:
    """A session with the clients that have tokens of it."""

    id: str
    account_id: str
    started_at: datetime
    used_at: datetime
    expires_at: datetime
    address: str = ""
    clients: list[str] = field(default_factory=list)


class Sessions:
    """The sessions of one realm."""

    def __init__(self, db: Database, clock: Clock, *, realm: RealmStore, grants: Grants) -> None:
        self._realm = realm
        self._db = db
        self._clock = clock
        self._grants = grants

    def of_account(self, account_id: str) -> list[OpenSession]:
        """Return somebody's open sessions, oldest first."""
        with self._db.read() as session:
            return self._open(session, account_id)

    def of_client(self, client_id: str) -> list[OpenSession]:
        """Return the sessions in which a client has tokens."""
        with self._db.read() as session:
            accounts = set(session.scalars(select(Grant.account_id).where(Grant.client_id == client_id)))
            found = [one for account in sorted(accounts) for one in self._open(session, account)]
        return [one for one in found if client_id in one.clients]

    def end(self, session_id: str, account_id: str | None = None) -> bool:
        """End a session and all its tokens; say whether it was open (and somebody's own)."""
        with self._db.read() as session:
            grant = session.scalars(select(Grant).where(Grant.session_id == session_id).limit(1)).first()
            browser = session.get(BrowserSession, session_id)
            owner = grant.account_id if grant else browser.account_id if browser else None
            is_open = owner is not None and any(one.id == session_id for one in self._open(session, owner))
        if not is_open or (account_id is not None and owner != account_id):
            return False
        self._grants.end_session(session_id)
        return True

    def end_all(
        self, account_id: str, *, but: str | None = None, but_flow: str | None = None, offline: bool = False
    ) -> None:
        """End all sessions of an account and the sign-ins that wait half-way, but for one.

        With `offline`, tokens that outlive sessions end as well.
        """
        with self._db.write() as session:
            forget_held(session, account_id, but_session=but, but_flow=but_flow)
        with self._db.read() as session:
            ended = {one.id for one in self._open(session, account_id)}
            if offline:
                ended |= {one.id for one in self._open(session, account_id, offline=True)}
        for session_id in sorted(ended - {but}):
            self._grants.end_session(session_id, offline=offline)

    def offline(self, account_id: str, client_id: str) -> list[OpenSession]:
        """Return what a client has of somebody that outlives her sessions."""
        with self._db.read() as session:
            found = self._open(session, account_id, offline=True)
        return [one for one in found if client_id in one.clients]

    def end_offline(self, session_id: str) -> bool:
        """End the tokens of a session that outlive it; say whether there were any."""
        with self._db.write() as session:
            living = select(Grant).where(Grant.session_id == session_id, Grant.revoked_at.is_(None))
            ended = [grant for grant in session.scalars(living) if grant.offline]
            for grant in ended:
                grant.revoked_at = self._clock.now()
        return bool(ended)

    def _open(self, session: Session, account_id: str, *, offline: bool = False) -> list[OpenSession]:
        now, rules = self._clock.now(), self._realm.rules(session)
        found: dict[str, OpenSession] = {}
        rows = select(BrowserSession).where(BrowserSession.account_id == account_id)
        browsers = {row.id: row for row in session.scalars(rows)}
        for row in () if offline else browsers.values():
            ends = browser_ends(row, rules)
            if row.ended_at is None and ends > now:
                used = row.used_at or row.signed_in_at
                found[row.id] = OpenSession(row.id, account_id, row.signed_in_at, used, ends)
        fresh = exists().where(RefreshToken.grant_id == Grant.id, RefreshToken.expires_at > now)
        living = select(Grant).where(Grant.account_id == account_id, Grant.revoked_at.is_(None), fresh)
        for grant in session.scalars(living):
            lasts = grant_ends(grant, browsers.get(grant.session_id), rules)
            if bool(grant.offline) != offline or lasts <= now:
                continue
            used = grant.used_at or grant.signed_in_at
            one = found.setdefault(
                grant.session_id, OpenSession(grant.session_id, account_id, grant.signed_in_at, used, lasts)
            )
            one.used_at, one.expires_at = max(one.used_at, used), max(one.expires_at, lasts)
            one.address = one.address or grant.address or ""
            if grant.client_id not in one.clients:
                one.clients.append(grant.client_id)
        return sorted(found.values(), key=lambda one: (one.started_at, one.id))
