"""Forgetting what nobody can use any more: at the start, and whenever something new is handed out."""

from datetime import datetime, timedelta

from sqlalchemy import delete, exists, or_
from sqlalchemy.orm import Session

from sandbox.services.identity.realm import RealmRules
from sandbox.services.identity.tables import (
    AuthorizationCode,
    BrowserSession,
    Grant,
    RefreshToken,
    SignInFlow,
)

_CODE_KEPT = timedelta(days=1)


def prune(session: Session, now: datetime, rules: RealmRules) -> None:
    """Delete what has ended; call it before what is new is added, so that a new grant has its token."""
    # A used code is kept for a while: a second try with it has to end what the first one got. Its session
    # stays with it; one that was signed out of has ended its grants already.
    session.execute(delete(AuthorizationCode).where(AuthorizationCode.expires_at < now - _CODE_KEPT))
    session.execute(
        delete(BrowserSession).where(
            or_(BrowserSession.ended_at.is_not(None), BrowserSession.expires_at < now - _CODE_KEPT)
        )
    )
    session.execute(delete(SignInFlow).where(SignInFlow.expires_at < now))
    # A refresh token marks its grant as alive for as long as the access token that came with it is good.
    access_life = timedelta(seconds=rules.access_token_lifespan)
    session.execute(delete(RefreshToken).where(RefreshToken.expires_at < now - access_life))
    session.execute(
        delete(Grant)
        .where(or_(Grant.revoked_at.is_not(None), ~exists().where(RefreshToken.grant_id == Grant.id)))
        .execution_options(synchronize_session=False)
    )


def forget_held(
    session: Session, account_id: str, *, but_session: str | None = None, but_flow: str | None = None
) -> None:
    """Delete the sign-ins that wait half-way for somebody: what she proved for them counts no more."""
    held = delete(SignInFlow).where(SignInFlow.account_id == account_id)
    if but_flow:
        held = held.where(SignInFlow.id != but_flow)
    if but_session:
        held = held.where(or_(SignInFlow.session_id.is_(None), SignInFlow.session_id != but_session))
    session.execute(held.execution_options(synchronize_session=False))
