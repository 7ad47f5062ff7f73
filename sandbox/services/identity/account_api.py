"""Keycloak's account calls: what somebody who is signed in sees and ends of her own sessions."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request

from sandbox.core.auth import bearer_token
from sandbox.core.errors import UnauthorizedError
from sandbox.services.identity.errors import AdminError
from sandbox.services.identity.service import Identity, IdentityService
from sandbox.services.identity.sessions import OpenSession
from sandbox.services.identity.tokens import AccessClaims

router = APIRouter(tags=["identity"], prefix="/account")


def _signed_in(request: Request, identity: Identity) -> AccessClaims:
    try:
        return identity.tokens.read_access(bearer_token(request))
    except UnauthorizedError as error:
        raise AdminError(401, "HTTP 401 Unauthorized") from error


Mine = Annotated[AccessClaims, Depends(_signed_in)]


@router.get("/sessions")
def sessions(identity: Identity, mine: Mine) -> list[dict[str, Any]]:
    """Return where the caller is signed in."""
    found = identity.sessions.of_account(mine.subject)
    return [_out(one, identity, current=one.id == mine.session_id) for one in found]


@router.delete("/sessions", status_code=204)
def end_others(identity: Identity, mine: Mine, *, current: bool = False) -> None:
    """End the caller's other sessions; with `current` this one too."""
    identity.sessions.end_all(mine.subject, but=None if current else mine.session_id)


@router.delete("/sessions/{session_id}", status_code=204)
def end(session_id: str, identity: Identity, mine: Mine) -> None:
    """End one of the caller's sessions."""
    if not identity.sessions.end(session_id, mine.subject):
        raise AdminError(404, "HTTP 404 Not Found")


def _out(one: OpenSession, identity: IdentityService, *, current: bool) -> dict[str, Any]:
    clients = [(name, identity.clients.find(name)) for name in one.clients]
    return {
        "id": one.id,
        "ipAddress": one.address,
        "started": int(one.started_at.timestamp()),
        "lastAccess": int(one.used_at.timestamp()),
        "expires": int(one.expires_at.timestamp()),
        "clients": [
            {"clientId": name, "clientName": client.name if client else name, "inUse": True}
            for name, client in clients
        ],
        "current": current,
    }
