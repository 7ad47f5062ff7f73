"""`/_sandbox/identity/…`: the keys that sign tokens."""

from typing import Any

from fastapi import APIRouter
from pydantic import Field

from sandbox.core.clock import iso
from sandbox.core.wire import Out
from sandbox.services.identity.service import Identity, IdentityService

router = APIRouter(tags=["control room"], prefix="/identity")
_UNKNOWN: dict[int | str, dict[str, Any]] = {
    404: {"description": "There is no such key."},
    409: {"description": "This key signs; make a new one first."},
}


class KeyOut(Out):
    """A key that verifies tokens; one of them signs."""

    kid: str
    algorithm: str
    created_at: str
    signs: bool = Field(description="Whether new tokens are signed with it.")


class KeyList(Out):
    """All keys, oldest first."""

    keys: list[KeyOut]


@router.get("/keys")
def list_keys(identity: Identity) -> KeyList:
    """Return the keys of the identity provider, without their secret halves."""
    return _keys(identity)


@router.post("/keys", status_code=201)
def rotate_key(identity: Identity) -> KeyList:
    """Sign with a new key from now on; what older keys signed stays good until they are retired."""
    identity.keys.rotate()
    return _keys(identity)


@router.delete("/keys/{kid}", status_code=204, responses=_UNKNOWN)
def retire_key(kid: str, identity: Identity) -> None:
    """Retire an older key: the tokens it signed are worth nothing from now on."""
    identity.keys.retire(kid)


def _keys(identity: IdentityService) -> KeyList:
    signing, _ = identity.keys.signing_key()
    return KeyList(
        keys=[
            KeyOut(
                kid=row.kid, algorithm=row.algorithm, created_at=iso(row.created_at), signs=row.kid == signing
            )
            for row in identity.keys.rows()
        ]
    )
