"""Sign-in in a browser: pending requests, remembered sessions, and the proof that a form is ours."""

import hashlib
import hmac
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from sandbox.core.clock import Clock
from sandbox.core.db import Database, Fact
from sandbox.core.ids import fingerprint, new_id, new_secret
from sandbox.core.settings import Settings
from sandbox.services.identity.lifespans import browser_ends
from sandbox.services.identity.pruning import prune
from sandbox.services.identity.realm import RealmStore
from sandbox.services.identity.tables import Account, BrowserSession, SignInFlow

_FLOW_LIFETIME = timedelta(minutes=30)


@dataclass(frozen=True)
class AuthRequest:
    """An authorization request whose client and redirect address were checked."""

    client_id: str
    redirect_uri: str
    state: str | None
    scope: str
    nonce: str | None
    challenge: str | None
    language: str
    brand: str
    login_hint: str
    asks_consent: bool = False
    actions: Sequence[str] = ()
    opens: bool = True
    """Whether it ends with a code; what a link in a mail asks for ends with a message."""


@dataclass(frozen=True)
class Pending:
    """A request that waits in one browser, and how far it came."""

    id: str
    browser: str
    request: AuthRequest
    account_id: str | None
    session_id: str | None


@dataclass(frozen=True)
class SignedIn:
    """A browser that is signed in."""

    session_id: str
    account_id: str
    signed_in_at: datetime


class Flows:
    """Keeps what is going on in browsers."""

    def __init__(self, settings: Settings, db: Database, clock: Clock, realm: RealmStore) -> None:
        self._settings = settings
        self._db = db
        self._clock = clock
        self._realm = realm
        self._secret = self._form_secret()

    def reload(self) -> None:
        """Take the secret of the forms anew from the database."""
        self._secret = self._form_secret()

    def _form_secret(self) -> bytes:
        with self._db.write() as session:
            fact = session.get(Fact, "form_secret")
            if fact is None:
                fact = Fact(name="form_secret", value=new_secret())
                session.add(fact)
            return fact.value.encode()

    def start(
        self,
        browser: str,
        request: AuthRequest,
        account_id: str | None = None,
        session_id: str | None = None,
    ) -> Pending:
        """Remember a request for one browser; somebody may be known to be in front of it already."""
        flow_id = new_secret()
        now = self._clock.now()
        with self._db.write() as session:
            prune(session, now, self._realm.rules(session))
            session.add(
                SignInFlow(
                    id=flow_id,
                    browser_hash=fingerprint(browser),
                    request=json.dumps(asdict(request)),
                    expires_at=now + _FLOW_LIFETIME,
                    account_id=account_id,
                    session_id=session_id,
                )
            )
        return Pending(flow_id, browser, request, account_id, session_id)

    def hold(self, flow_id: str, account_id: str) -> None:
        """Remember who proved to be herself and has something left to do."""
        with self._db.write() as session:
            flow = session.get(SignInFlow, flow_id)
            if flow is not None:
                flow.account_id = account_id

    def less(self, flow_id: str, action: str) -> None:
        """Take an action from what a request asks for."""
        with self._db.write() as session:
            flow = session.get(SignInFlow, flow_id)
            if flow is not None:
                request = AuthRequest(**json.loads(flow.request))
                left = [name for name in request.actions if name != action]
                flow.request = json.dumps(asdict(replace(request, actions=left)))

    def find(self, flow_id: str, browser: str) -> Pending | None:
        """Return a pending request if it belongs to this browser and its session has not ended."""
        with self._db.read() as session:
            flow = session.get(SignInFlow, flow_id)
            if flow is None or flow.expires_at < self._clock.now():
                return None
            if not hmac.compare_digest(flow.browser_hash, fingerprint(browser)):
                return None
            if flow.session_id and self._opened(session, flow.session_id) is None:
                return None
            request = AuthRequest(**json.loads(flow.request))
            return Pending(flow.id, browser, request, flow.account_id, flow.session_id)

    def finish(self, flow_id: str) -> bool:
        """Take a pending request away; False if another click was faster."""
        with self._db.write() as session:
            flow = session.get(SignInFlow, flow_id)
            if flow is None:
                return False
            session.delete(flow)
            return True

    def form_token(self, subject: str, browser: str) -> str:
        """Return the token a form about this subject must carry in this browser."""
        return hmac.new(self._secret, f"{subject}|{browser}".encode(), hashlib.sha256).hexdigest()

    def form_is_ours(self, subject: str, browser: str, token: str) -> bool:
        """Check a form's token."""
        expected = self.form_token(subject, browser)
        return bool(browser) and hmac.compare_digest(expected.encode(), token.encode())

    def sign_in(self, account: Account) -> tuple[str, SignedIn]:
        """Open a session and return the new cookie value with it."""
        cookie = new_secret()
        now = self._clock.now()
        row = BrowserSession(
            id=new_id(),
            cookie_hash=fingerprint(cookie),
            account_id=account.id,
            signed_in_at=now,
            expires_at=now + timedelta(seconds=self._settings.session_seconds),
            ended_at=None,
        )
        with self._db.write() as session:
            prune(session, now, self._realm.rules(session))
            session.add(row)
        return cookie, SignedIn(row.id, account.id, now)

    def signed_in(self, cookie: str) -> SignedIn | None:
        """Return the session a cookie stands for."""
        if not cookie:
            return None
        with self._db.read() as session:
            row = session.query(BrowserSession).filter_by(cookie_hash=fingerprint(cookie)).one_or_none()
            if row is None or not self._is_open(session, row):
                return None
            account = session.get(Account, row.account_id)
            if account is None or not account.enabled:
                return None
            return SignedIn(row.id, row.account_id, row.signed_in_at)

    def session(self, session_id: str) -> SignedIn | None:
        """Return a session by id, if it is open."""
        with self._db.read() as session:
            return self._opened(session, session_id)

    def _opened(self, session: Session, session_id: str) -> SignedIn | None:
        row = session.get(BrowserSession, session_id)
        if row is None or not self._is_open(session, row):
            return None
        return SignedIn(row.id, row.account_id, row.signed_in_at)

    def _is_open(self, session: Session, row: BrowserSession) -> bool:
        if row.ended_at is not None:
            return False
        return browser_ends(row, self._realm.rules(session)) > self._clock.now()
