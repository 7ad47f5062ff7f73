"""The token check every backend call goes through."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from sandbox.core.context import Ctx
from sandbox.core.errors import UnauthorizedError
from sandbox.core.ports import Principal
from sandbox.core.users import UserDirectory

_CHALLENGE = {"WWW-Authenticate": "Bearer"}


@dataclass(frozen=True)
class CurrentUser:
    """The backend user a request speaks for."""

    id: str
    username: str
    principal: Principal


def bearer_token(request: Request) -> str:
    """Return the bearer token of a request or refuse it."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise UnauthorizedError("Send an access token: `Authorization: Bearer …`.", headers=_CHALLENGE)
    return token.strip()


def current_user(request: Request, context: Ctx) -> CurrentUser:
    """Check app name and token, and return the user, made known if this is the first call."""
    token = bearer_token(request)
    app_name = request.headers.get("x-app-name", "")
    if app_name not in context.settings.app_names:
        known = ", ".join(context.settings.app_names)
        raise UnauthorizedError(f"X-APP-NAME must be one of: {known}.", headers=_CHALLENGE)
    principal = context.tokens.verify(token)
    request.state.username = principal.username
    with context.db.read() as session:
        user = UserDirectory(session, context.clock).find(principal.issuer_key, principal.subject)
        if user and user.archived_at is None and user.username == principal.username:
            return CurrentUser(user.id, user.username, principal)
    with context.db.write() as session:
        user = UserDirectory(session, context.clock).ensure(
            principal.issuer_key, principal.subject, principal.username
        )
        return CurrentUser(user.id, user.username, principal)


Me = Annotated[CurrentUser, Depends(current_user)]
