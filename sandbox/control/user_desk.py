"""`/_sandbox/users/{username}`: all about one user, a token to copy, and the end of her sessions."""

from typing import Any

from fastapi import APIRouter
from sqlalchemy import func, or_, select

from sandbox.core.clock import iso
from sandbox.core.context import Context, Ctx
from sandbox.core.errors import NotFoundError
from sandbox.core.users import User, UserDirectory
from sandbox.core.wire import Amount, Out
from sandbox.services.exchange.rules import Key
from sandbox.services.exchange.tables import details_of
from sandbox.services.identity.service import Identity
from sandbox.services.identity.tables import Account, Grant
from sandbox.services.shares.repository import ShareRow
from sandbox.services.transactions.repository import Purchase

router = APIRouter(tags=["control room"], prefix="/_sandbox/users/{username}")
_UNKNOWN: dict[int | str, dict[str, Any]] = {404: {"description": "The backend knows no such user."}}
_TOKEN_CLIENT = "etopay-test"  # noqa: S105 — a client's name, no secret


class WalletOut(Out):
    """An address with what it holds."""

    network_key: str
    address: str
    balance: Amount


class SessionOut(Out):
    """A sign-in that still counts."""

    session_id: str
    client_id: str
    signed_in_at: str


class UserStateOut(Out):
    """All the sandbox knows about a user."""

    username: str
    subject: str
    created_at: str
    is_verified: bool
    risk_level: int
    shares: list[str]
    """Which shares of the wallet's key are kept, never the shares."""

    wallets: list[WalletOut]
    bank_accounts: list[str]
    purchases: int
    sessions: list[SessionOut]


class TokenOut(Out):
    """An access token for calls by hand."""

    access_token: str
    expires_in: int


@router.get("", responses=_UNKNOWN)
async def show_user(context: Ctx, username: str) -> UserStateOut:
    """Return what the sandbox knows about a user."""
    with context.db.read() as session:
        user = _named(context, username)
        mine = or_(Purchase.sender_id == user.id, Purchase.receiver_id == user.id)
        addresses = context.addresses.all(session, user.id)
        kinds = session.scalars(select(ShareRow.kind).where(ShareRow.user_id == user.id))
        found: dict[str, Any] = {
            "username": user.username,
            "subject": user.subject,
            "created_at": iso(user.created_at),
            "is_verified": context.kyc.is_verified(session, user.id),
            "risk_level": context.kyc.limits(session, user.id).level,
            "shares": sorted(kinds),
            "bank_accounts": [row.address for row in details_of(session, user.id, Key.SEPA)],
            "purchases": session.scalar(select(func.count()).select_from(Purchase).where(mine)) or 0,
            "sessions": [
                SessionOut(
                    session_id=row.session_id, client_id=row.client_id, signed_in_at=iso(row.signed_in_at)
                )
                for row in session.scalars(_grants(user).order_by(Grant.signed_in_at.desc(), Grant.id))
            ],
        }
    wallets = [
        WalletOut(network_key=key, address=address, balance=await context.chains.balance(key, address))
        for key, address in addresses.items()
    ]
    return UserStateOut(**found, wallets=wallets)


@router.post("/token", responses=_UNKNOWN)
def make_token(context: Ctx, identity: Identity, username: str) -> TokenOut:
    """Sign a user in without her password and return an access token, to be copied."""
    user = _named(context, username)
    with context.db.read() as session:
        account = session.get(Account, user.subject)
    client = identity.clients.find(_TOKEN_CLIENT)
    if account is None or client is None:
        raise NotFoundError(f"{user.username} cannot sign in here.")
    answer = identity.grants.password_grant(client, account, "openid profile email")
    return TokenOut(access_token=answer.access_token, expires_in=answer.expires_in)


@router.delete("/sessions", status_code=204, responses=_UNKNOWN)
def end_sessions(context: Ctx, identity: Identity, username: str) -> None:
    """Sign a user out everywhere; her tokens count no more."""
    user = _named(context, username)
    with context.db.read() as session:
        sessions = {row.session_id for row in session.scalars(_grants(user))}
    for session_id in sessions:
        identity.grants.end_session(session_id, offline=True)


def _named(context: Context, username: str) -> User:
    with context.db.read() as session:
        user = UserDirectory(session, context.clock).named(context.accounts.issuer_key, username)
    if user is None:
        raise NotFoundError(f"The backend knows no user {username[:60]!r}.")
    return user


def _grants(user: User) -> Any:
    return select(Grant).where(Grant.account_id == user.subject, Grant.revoked_at.is_(None))
