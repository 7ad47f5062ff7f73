"""Codes, grants and refresh tokens: each code once, each refresh token once, a stolen one ends the grant."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from sandbox.core.clock import Clock
from sandbox.core.db import Database
from sandbox.core.ids import fingerprint, new_id, new_secret
from sandbox.core.settings import Settings
from sandbox.services.identity.backchannel import write_notices
from sandbox.services.identity.client_rules import ClientRules
from sandbox.services.identity.clients import Client
from sandbox.services.identity.errors import OAuthError
from sandbox.services.identity.lifespans import grant_ends
from sandbox.services.identity.pkce import proves
from sandbox.services.identity.pruning import prune
from sandbox.services.identity.realm import RealmStore
from sandbox.services.identity.schemas import TokenAnswer
from sandbox.services.identity.tables import Account, AuthorizationCode, BrowserSession, Grant, RefreshToken
from sandbox.services.identity.tokens import Tokens, refresh_claims

KNOWN_SCOPES = ("openid", "profile", "email", "offline_access")


@dataclass(frozen=True)
class CodeRequest:
    """What a code is bound to."""

    client_id: str
    redirect_uri: str
    challenge: str | None
    nonce: str | None
    scope: str


def clean_scope(scope: str) -> str:
    """Keep the scopes we know, in their order."""
    return " ".join(dict.fromkeys(part for part in scope.split() if part in KNOWN_SCOPES))


class Grants:
    """Turns sign-ins into tokens."""

    def __init__(
        self,
        settings: Settings,
        db: Database,
        clock: Clock,
        *,
        tokens: Tokens,
        realm: RealmStore,
        clients: ClientRules,
    ) -> None:
        self._settings = settings
        self._db = db
        self._clock = clock
        self._tokens = tokens
        self._realm = realm
        self._clients = clients

    def new_code(self, session_id: str, request: CodeRequest) -> str:
        """Issue an authorization code for a signed-in browser."""
        code = new_secret()
        now = self._clock.now()
        with self._db.write() as session:
            prune(session, now, self._realm.rules(session))
            browser = session.get(BrowserSession, session_id)
            if browser is not None:
                browser.used_at = now
            session.add(
                AuthorizationCode(
                    code_hash=fingerprint(code),
                    client_id=request.client_id,
                    redirect_uri=request.redirect_uri,
                    challenge=request.challenge,
                    nonce=request.nonce,
                    scope=request.scope,
                    session_id=session_id,
                    expires_at=now + timedelta(seconds=self._settings.code_seconds),
                    used_at=None,
                    grant_id=None,
                )
            )
        return code

    def redeem_code(self, client: Client, code: str, redirect_uri: str, verifier: str) -> TokenAnswer:
        """Exchange a code; a second try ends what the first one got."""
        bad = OAuthError("invalid_grant", "Code not valid")
        with self._db.write() as session:
            row = session.get(AuthorizationCode, fingerprint(code))
            if row is None or row.client_id != client.id:
                answer = None
            elif row.used_at is not None:
                self._revoke(session, row.grant_id)
                answer = None
            else:
                row.used_at = self._clock.now()
                answer = self._redeem(session, row, redirect_uri, verifier)
        if answer is None:
            raise bad
        return answer

    def _redeem(
        self, session: Session, row: AuthorizationCode, redirect_uri: str, verifier: str
    ) -> TokenAnswer | None:
        browser = session.get(BrowserSession, row.session_id)
        account = session.get(Account, browser.account_id) if browser else None
        good = (
            row.expires_at > self._clock.now()
            and row.redirect_uri == redirect_uri
            and proves(verifier, row.challenge)
            and browser is not None
            and browser.ended_at is None
        )
        if not good or browser is None or account is None or not account.enabled:
            return None
        grant = self._new_grant(
            session, account, row.client_id, row.scope, (browser.id, browser.signed_in_at)
        )
        row.grant_id = grant.id
        return self._answer(session, account, grant, row.nonce)

    def password_grant(self, client: Client, account: Account, scope: str, address: str = "") -> TokenAnswer:
        """Give tokens for a password that was checked."""
        with self._db.write() as session:
            grant = self._new_grant(session, account, client.id, scope, (new_id(), self._clock.now()))
            grant.address = address[:64] or None
            return self._answer(session, account, grant, None)

    def refresh(self, client: Client, token: str, scope: str) -> TokenAnswer:
        """Exchange a refresh token for the next one; a used one ends the whole grant."""
        answer, refusal = None, "Invalid refresh token"
        with self._db.write() as session:
            prune(session, self._clock.now(), self._realm.rules(session))
            row = session.get(RefreshToken, fingerprint(token))
            grant = session.get(Grant, row.grant_id) if row else None
            account = session.get(Account, grant.account_id) if grant else None
            if row and grant and account and grant.client_id == client.id:
                if scope and not set(scope.split()) <= set(grant.scope.split()):
                    raise OAuthError("invalid_scope", "A refresh cannot widen the scope.")
                if row.used_at is not None:
                    self._revoke(session, grant.id)
                    refusal = "Maximum allowed refresh token reuse exceeded"
                elif row.expires_at > self._clock.now() and account.enabled and self._lives(session, grant):
                    row.used_at = grant.used_at = self._clock.now()
                    browser = session.get(BrowserSession, grant.session_id)
                    if browser is not None and not grant.offline:
                        browser.used_at = row.used_at
                    answer = self._answer(session, account, grant, None)
        if answer is None:
            raise OAuthError("invalid_grant", refusal)
        return answer

    def revoke_token(self, client: Client, token: str) -> None:
        """End the grant a refresh or access token belongs to; an unknown token is fine."""
        with self._db.write() as session:
            row = session.get(RefreshToken, fingerprint(token))
            grant_id = row.grant_id if row else self._tokens.grant_of(token)
            grant = session.get(Grant, grant_id) if grant_id else None
            if grant and grant.client_id != client.id:
                raise OAuthError("invalid_request", "Unmatching clients")
            if grant:
                self._revoke(session, grant.id)

    def introspect(self, token: str) -> dict[str, Any]:
        """Return what a living refresh token stands for, or that it is not good (RFC 7662)."""
        with self._db.read() as session:
            row = session.get(RefreshToken, fingerprint(token))
            grant = session.get(Grant, row.grant_id) if row else None
            account = session.get(Account, grant.account_id) if grant else None
            lives = grant is not None and self._lives(session, grant)
            endless = grant is not None and self._is_endless(session, grant)
        dead = {"active": False}
        if row is None or grant is None or account is None:
            return dead
        if row.used_at or not lives or row.expires_at <= self._clock.now() or not account.enabled:
            return dead
        told = refresh_claims(self._settings.issuer, account, grant, row.token_hash)
        if not endless:
            told["exp"] = int(row.expires_at.timestamp())
        return told

    def sign_out(self, client: Client, refresh_token: str) -> None:
        """End the session a refresh token belongs to, as Keycloak's sign-out of programs does."""
        with self._db.read() as session:
            row = session.get(RefreshToken, fingerprint(refresh_token))
            grant = session.get(Grant, row.grant_id) if row else None
        if grant is None or grant.client_id != client.id:
            raise OAuthError("invalid_grant", "Invalid refresh token")
        if grant.offline:
            with self._db.write() as session:
                self._revoke(session, grant.id)
        else:
            self.end_session(grant.session_id)

    def end_session(self, session_id: str, *, offline: bool = False) -> None:
        """Sign out: end the browser's session and every grant made in it.

        What was asked for with `offline_access` is meant to outlive this, unless `offline` says otherwise.
        """
        now = self._clock.now()
        with self._db.write() as session:
            browser = session.get(BrowserSession, session_id)
            if browser and browser.ended_at is None:
                browser.ended_at = now
            living = select(Grant).where(Grant.session_id == session_id, Grant.revoked_at.is_(None))
            ended = [grant for grant in session.scalars(living) if offline or not grant.offline]
            write_notices(session, self._clients, ended, now)
            for grant in ended:
                grant.revoked_at = now

    def end_client(self, session: Session, account_id: str, client_id: str) -> bool:
        """End all that a client got of somebody; say whether there was anything."""
        living = select(Grant).where(
            Grant.account_id == account_id, Grant.client_id == client_id, Grant.revoked_at.is_(None)
        )
        ended, now = session.scalars(living).all(), self._clock.now()
        write_notices(session, self._clients, ended, now)
        for grant in ended:
            grant.revoked_at = now
        return bool(ended)

    def _lives(self, session: Session, grant: Grant) -> bool:
        browser = session.get(BrowserSession, grant.session_id)
        return not grant.revoked_at and self._ends(session, grant, browser) > self._clock.now()

    def _is_endless(self, session: Session, grant: Grant) -> bool:
        return bool(grant.offline) and not self._realm.rules(session).offline_session_max_lifespan

    def _ends(self, session: Session, grant: Grant, browser: BrowserSession | None) -> datetime:
        return grant_ends(grant, browser, self._realm.rules(session))

    def _new_grant(
        self, session: Session, account: Account, client_id: str, scope: str, sign_in: tuple[str, datetime]
    ) -> Grant:
        prune(session, self._clock.now(), self._realm.rules(session))
        grant = Grant(
            id=new_id(),
            session_id=sign_in[0],
            account_id=account.id,
            client_id=client_id,
            scope=scope,
            signed_in_at=sign_in[1],
            revoked_at=None,
            used_at=self._clock.now(),
            offline="offline_access" in scope.split(),
        )
        session.add(grant)
        session.flush()
        return grant

    def _answer(self, session: Session, account: Account, grant: Grant, nonce: str | None) -> TokenAnswer:
        now, rules = self._clock.now(), self._realm.rules(session)
        refresh_token = new_secret()
        ends = self._ends(session, grant, session.get(BrowserSession, grant.session_id))
        session.add(
            RefreshToken(
                token_hash=fingerprint(refresh_token), grant_id=grant.id, expires_at=ends, used_at=None
            )
        )
        oldest = 0 if grant.offline else rules.sso_session_max_lifespan
        left = int((grant.signed_in_at - now).total_seconds()) + oldest
        seconds = min(rules.access_token_lifespan, left) if oldest else rules.access_token_lifespan
        access_token = self._tokens.access_token(account, grant, seconds)
        wants_id = "openid" in grant.scope.split()
        # An offline token is good for as long as it is used: Keycloak writes 0 for that.
        endless = self._is_endless(session, grant)
        return TokenAnswer(
            access_token=access_token,
            expires_in=seconds,
            refresh_token=refresh_token,
            refresh_expires_in=0 if endless else int((ends - now).total_seconds()),
            id_token=(
                self._tokens.id_token(account, grant, access_token, seconds, nonce) if wants_id else None
            ),
            scope=grant.scope,
            session_state=grant.session_id,
        )

    def _revoke(self, session: Session, grant_id: str | None) -> None:
        grant = session.get(Grant, grant_id) if grant_id else None
        if grant and grant.revoked_at is None:
            grant.revoked_at = self._clock.now()
