"""`/_sandbox/identity/…`: the settings of the realm, and the keys that sign tokens."""

from typing import Annotated, Any, Literal, cast

from fastapi import APIRouter
from pydantic import BeforeValidator, Field
from pydantic.alias_generators import to_camel
from sqlalchemy import select

from sandbox.core.clock import iso
from sandbox.core.context import Ctx
from sandbox.core.wire import In, Out
from sandbox.services.identity.clients import Client
from sandbox.services.identity.service import Identity, IdentityService
from sandbox.services.identity.tables import LogoutNotice

router = APIRouter(tags=["control room"], prefix="/identity")
_LONGEST = 10 * 365 * 24 * 3600
_MOST_NOTICES = 200


def _whole(value: object) -> object:
    """JSON has one kind of number: 5.0 is a whole one."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


Seconds = Annotated[int, Field(ge=1, le=_LONGEST), BeforeValidator(_whole)]
SecondsOrNone = Annotated[int, Field(ge=0, le=_LONGEST), BeforeValidator(_whole)]
Count = Annotated[int, Field(ge=1, le=10_000), BeforeValidator(_whole)]
CountOrNone = Annotated[int, Field(ge=0, le=10_000), BeforeValidator(_whole)]
_UNKNOWN_CLIENT: dict[int | str, dict[str, Any]] = {404: {"description": "There is no such client."}}
_UNKNOWN: dict[int | str, dict[str, Any]] = {
    404: {"description": "There is no such key."},
    409: {"description": "This key signs; make a new one first."},
}


class RealmOut(Out):
    """The realm's settings, each as Keycloak has it in camel case."""

    verify_email: bool
    reset_password_allowed: bool
    sso_session_idle_timeout: int
    sso_session_max_lifespan: int
    access_token_lifespan: int
    offline_session_idle_timeout: int
    offline_session_max_lifespan: int
    failure_factor: int
    wait_increment_seconds: int
    max_failure_wait_seconds: int
    permanent_lockout: bool
    max_temporary_lockouts: int
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
    sso_session_idle_timeout: Seconds | None = Field(
        default=None, description="When a session ends in which nothing is asked for."
    )
    sso_session_max_lifespan: SecondsOrNone | None = Field(
        default=None, description="When a session ends however it is used; 0: never by its age."
    )
    access_token_lifespan: Seconds | None = None
    offline_session_idle_timeout: Seconds | None = Field(
        default=None, description="The idle time of what was asked for with `offline_access`."
    )
    offline_session_max_lifespan: SecondsOrNone | None = None
    failure_factor: Count | None = Field(
        default=None, description="Wrong passwords for one name before waiting starts."
    )
    wait_increment_seconds: Seconds | None = Field(
        default=None, description="The first wait; each further failure doubles it."
    )
    max_failure_wait_seconds: Seconds | None = None
    permanent_lockout: bool | None = Field(
        default=None, description="Whether wrong passwords lock an account until an administrator opens it."
    )
    max_temporary_lockouts: CountOrNone | None = Field(
        default=None, description="With that: how many waits come before."
    )
    action_token_generated_by_user_lifespan: Seconds | None = Field(
        default=None, description="How long a link in a mail is good that somebody asked for herself."
    )
    action_token_generated_by_admin_lifespan: Seconds | None = Field(
        default=None, description="How long a link in a mail is good that an administrator sent."
    )


class ClientIn(In):
    """What is to be changed of a client; what is absent stays."""

    consent_required: bool | None = Field(
        default=None, description="Whether people are asked what it may see and do."
    )
    backchannel_logout_url: str | None = Field(
        default=None, max_length=2000, description="Where it is told of sign-outs; empty: nowhere."
    )


class ClientOut(Out):
    """A client of the realm."""

    id: str
    name: str
    is_public: bool
    consent_required: bool
    backchannel_logout_url: str


class ClientList(Out):
    """All clients."""

    clients: list[ClientOut]


class NoticeOut(Out):
    """What a client is told of a sign-out."""

    id: str
    client_id: str
    url: str
    subject: str
    session_id: str
    state: Literal["waiting", "delivered", "given_up"]
    attempts: int
    created_at: str
    due_at: str
    told: str | None
    """What came back last."""


class NoticeList(Out):
    """Notices, the newest first."""

    notices: list[NoticeOut]


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


@router.get("/clients")
def list_clients(identity: Identity) -> ClientList:
    """Return the clients as they behave now, without any secret."""
    return ClientList(clients=[_client(one) for one in identity.client_rules.all()])


@router.put("/clients/{client_id}", responses=_UNKNOWN_CLIENT)
def set_client(identity: Identity, client_id: str, body: ClientIn) -> ClientOut:
    """Change a client, from the next sign-in and sign-out on."""
    return _client(identity.client_rules.change(client_id, body.model_dump(exclude_none=True)))


@router.get("/logout-notices")
def list_notices(context: Ctx) -> NoticeList:
    """Return what clients are told of sign-outs, and whether they have heard; the newest first."""
    statement = select(LogoutNotice).order_by(LogoutNotice.created_at.desc(), LogoutNotice.id)
    with context.db.read() as session:
        rows = session.scalars(statement.limit(_MOST_NOTICES)).all()
    return NoticeList(notices=[_notice(row) for row in rows])


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


def _client(one: Client) -> ClientOut:
    return ClientOut(
        id=one.id,
        name=one.name,
        is_public=one.secret_hash is None,
        consent_required=one.consent_required,
        backchannel_logout_url=one.backchannel_logout_url,
    )


def _notice(row: LogoutNotice) -> NoticeOut:
    return NoticeOut(
        id=row.id,
        client_id=row.client_id,
        url=row.url,
        subject=row.subject,
        session_id=row.session_id,
        state=cast("Any", row.state),
        attempts=row.attempts,
        created_at=iso(row.created_at),
        due_at=iso(row.due_at),
        told=row.told,
    )


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
