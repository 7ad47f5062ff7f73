"""`/_sandbox/identity/…`: the settings of the realm, and the keys that sign tokens."""

from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import Field
from pydantic.alias_generators import to_camel

from sandbox.core.clock import iso
from sandbox.core.wire import In, Out
from sandbox.services.identity.service import Identity, IdentityService

router = APIRouter(tags=["control room"], prefix="/identity")
Seconds = Annotated[int, Field(ge=1, le=10 * 365 * 24 * 3600)]
_UNKNOWN: dict[int | str, dict[str, Any]] = {
    404: {"description": "There is no such key."},
    409: {"description": "This key signs; make a new one first."},
}


class RealmOut(Out):
    """The realm's settings, each as Keycloak has it in camel case."""

    verify_email: bool
    reset_password_allowed: bool
    action_token_generated_by_user_lifespan: int
    action_token_generated_by_admin_lifespan: int


class RealmIn(In):
    """What is to be changed of the realm's settings; what is absent stays."""

    verify_email: bool | None = Field(
        default=None, description="Whether an address has to be confirmed before its owner may sign in."
    )
    reset_password_allowed: bool | None = Field(
        default=None, description="Whether the sign-in page offers to replace a lost password."
    )
    action_token_generated_by_user_lifespan: Seconds | None = Field(
        default=None, description="How long a link in a mail is good that somebody asked for herself."
    )
    action_token_generated_by_admin_lifespan: Seconds | None = Field(
        default=None, description="How long a link in a mail is good that an administrator sent."
    )


class KeyOut(Out):
    """A key that verifies tokens; one of them signs."""

    kid: str
    algorithm: str
    created_at: str
    signs: bool = Field(description="Whether new tokens are signed with it.")


class KeyList(Out):
    """All keys, oldest first."""

    keys: list[KeyOut]


@router.get("/realm")
def show_realm(identity: Identity) -> RealmOut:
    """Return the settings of the realm."""
    return RealmOut(**identity.realm.rules().model_dump())


@router.put("/realm")
def set_realm(identity: Identity, body: RealmIn) -> RealmOut:
    """Change settings of the realm, from the next sign-in on."""
    changes = {to_camel(name): value for name, value in body.model_dump(exclude_none=True).items()}
    return RealmOut(**identity.realm.change(changes).model_dump())


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
