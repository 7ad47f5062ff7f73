"""Codes, grants and refresh tokens: each code once, each refresh token once, a stolen one ends the grant."""

import base64
import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from sandbox.core.clock import Clock
from sandbox.core.db import Database
from sandbox.core.ids import fingerprint, new_id, new_secret
from sandbox.core.settings import Settings
from sandbox.services.identity.clients import Client
from sandbox.services.identity.errors import OAuthError
from sandbox.services.identity.pruning import prune
from sandbox.services.identity.schemas import TokenAnswer
from sandbox.services.identity.tables import Account, AuthorizationCode, BrowserSession, Grant, RefreshToken
from sandbox.services.identity.tokens import Tokens

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

    def __init__(self, settings: Settings, db: Database, clock: Clock, tokens: Tokens) -> None:
        self._settings = settings
        self._db = db
        self._clock = clock
        self._tokens = tokens

    def new_code(self, session_id: str, request: CodeRequest) -> str:
        """Issue an authorization code for a signed-in browser."""
        code = new_secret()
        now = self._clock.now()
        with self._db.write() as session:
            prune(session, now, self._settings)
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
        bad = OAuthError("invalid_grant", "The code is not good (any more). Start the sign-in again.")
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
            and _proves(verifier, row.challenge)
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
        answer = None
        with self._db.write() as session:
            prune(session, self._clock.now(), self._settings)
            row = session.get(RefreshToken, fingerprint(token))
            grant = session.get(Grant, row.grant_id) if row else None
            account = session.get(Account, grant.account_id) if grant else None
            if row and grant and account and grant.client_id == client.id:
                if scope and not set(scope.split()) <= set(grant.scope.split()):
                    raise OAuthError("invalid_scope", "A refresh cannot widen the scope.")
                if row.used_at is not None:
                    self._revoke(session, grant.id)
                elif not grant.revoked_at and row.expires_at > self._clock.now() and account.enabled:
                    row.used_at = grant.used_at = self._clock.now()
                    answer = self._answer(session, account, grant, None)
        if answer is None:
            raise OAuthError("invalid_grant", "The refresh token is not good (any more). Sign in again.")
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
        dead = {"active": False}
        if row is None or grant is None or account is None:
            return dead
        if row.used_at or grant.revoked_at or row.expires_at <= self._clock.now() or not account.enabled:
            return dead
        return {
            "active": True,
            "typ": "Refresh",
            "token_type": "Refresh",
            "exp": int(row.expires_at.timestamp()),
            "sub": account.id,
            "azp": grant.client_id,
            "client_id": grant.client_id,
            "username": account.username,
            "sid": grant.session_id,
            "scope": grant.scope,
        }

    def sign_out(self, client: Client, refresh_token: str) -> None:
        """End the session a refresh token belongs to, as Keycloak's sign-out of programs does."""
        with self._db.read() as session:
            row = session.get(RefreshToken, fingerprint(refresh_token))
            grant = session.get(Grant, row.grant_id) if row else None
        if grant is None or grant.client_id != client.id:
            raise OAuthError("invalid_grant", "Invalid refresh token")
        self.end_session(grant.session_id)

    def end_session(self, session_id: str) -> None:
        """Sign out: end the browser's session and every grant made in it."""
        now = self._clock.now()
        with self._db.write() as session:
            browser = session.get(BrowserSession, session_id)
            if browser and browser.ended_at is None:
                browser.ended_at = now
            session.execute(
                update(Grant)
                .where(Grant.session_id == session_id, Grant.revoked_at.is_(None))
                .values(revoked_at=now)
            )

    def _new_grant(
        self, session: Session, account: Account, client_id: str, scope: str, sign_in: tuple[str, datetime]
    ) -> Grant:
        prune(session, self._clock.now(), self._settings)
        grant = Grant(
            id=new_id(),
            session_id=sign_in[0],
            account_id=account.id,
            client_id=client_id,
            scope=scope,
            signed_in_at=sign_in[1],
            revoked_at=None,
            used_at=self._clock.now(),
        )
        session.add(grant)
        session.flush()
        return grant

    def _answer(self, session: Session, account: Account, grant: Grant, nonce: str | None) -> TokenAnswer:
        now = self._clock.now()
        refresh_token = new_secret()
        session.add(
            RefreshToken(
                token_hash=fingerprint(refresh_token),
                grant_id=grant.id,
                expires_at=now + timedelta(seconds=self._settings.refresh_token_seconds),
                used_at=None,
            )
        )
        access_token = self._tokens.access_token(account, grant)
        wants_id = "openid" in grant.scope.split()
        return TokenAnswer(
            access_token=access_token,
            expires_in=self._settings.access_token_seconds,
            refresh_token=refresh_token,
            refresh_expires_in=self._settings.refresh_token_seconds,
            id_token=self._tokens.id_token(account, grant, access_token, nonce) if wants_id else None,
            scope=grant.scope,
            session_state=grant.session_id,
        )

    def _revoke(self, session: Session, grant_id: str | None) -> None:
        grant = session.get(Grant, grant_id) if grant_id else None
        if grant and grant.revoked_at is None:
            grant.revoked_at = self._clock.now()


def _proves(verifier: str, challenge: str | None) -> bool:
    if challenge is None:
        return not verifier
    digest = hashlib.sha256(verifier.encode("utf-8", "replace")).digest()
    computed = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    return 43 <= len(verifier) <= 128 and hmac.compare_digest(computed, challenge)
