"""Keycloak's calls about one user's sessions, credentials, groups, roles and wrong passwords."""

import json
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query

from sandbox.services.identity.accounts import LOCKED
from sandbox.services.identity.admin import account_out, administrator, known
from sandbox.services.identity.errors import AdminError
from sandbox.services.identity.naming import stable_id
from sandbox.services.identity.roles import ADMIN_ROLES, client_out, group_out, realm_roles, role_out
from sandbox.services.identity.service import Identity, IdentityService
from sandbox.services.identity.sessions import OpenSession

router = APIRouter(tags=["identity administration"], dependencies=[Depends(administrator)])
_GUESSES = "/attack-detection/brute-force/users"


@router.get("/users/{account_id}/sessions")
def sessions(account_id: str, identity: Identity) -> list[dict[str, Any]]:
    """Return where a user is signed in."""
    name = known(identity, account_id).username
    return [_session_out(one, name) for one in identity.sessions.of_account(account_id)]


@router.post("/users/{account_id}/logout", status_code=204)
def sign_out(account_id: str, identity: Identity) -> None:
    """End all sessions of a user."""
    known(identity, account_id)
    identity.sessions.end_all(account_id)


@router.delete("/sessions/{session_id}", status_code=204)
def end_session(
    session_id: str,
    identity: Identity,
    *,
    is_offline: Annotated[bool, Query(alias="isOffline")] = False,
) -> None:
    """End one session, or with `isOffline` what outlives it."""
    end = identity.sessions.end_offline if is_offline else identity.sessions.end
    if not end(session_id):
        raise AdminError(404, "Sesssion not found")  # sic, Keycloak says so


@router.get("/users/{account_id}/offline-sessions/{client_uuid}")
def offline_sessions(account_id: str, client_uuid: str, identity: Identity) -> list[dict[str, Any]]:
    """Return what a client has of a user that outlives her sessions."""
    name = known(identity, account_id).username
    client_id = client_named(identity, client_uuid, "Client not found")
    return [_session_out(one, name) for one in identity.sessions.offline(account_id, client_id)]


@router.get("/users/{account_id}/credentials")
def credentials(account_id: str, identity: Identity) -> list[dict[str, Any]]:
    """Return what a user signs in with, without any secret."""
    account = known(identity, account_id)
    if not account.password_hash:
        return []
    made = account.password_set_at or account.created_at
    return [
        {
            "id": stable_id("password", account_id),
            "type": "password",
            "createdDate": int(made.timestamp() * 1000),
            "credentialData": json.dumps({"algorithm": "argon2", "additionalParameters": {}}),
        }
    ]


@router.delete("/users/{account_id}/credentials/{credential_id}", status_code=204)
def remove_credential(account_id: str, credential_id: str, identity: Identity) -> None:
    """Take a user's password away."""
    account = known(identity, account_id)
    if credential_id != stable_id("password", account_id) or not account.password_hash:
        raise AdminError(404, "Credential not found")
    identity.directory.remove_password(account_id)


@router.get("/users/{account_id}/groups")
def groups_of(account_id: str, identity: Identity) -> list[dict[str, Any]]:
    """Return the groups of a user."""
    return [group_out(name) for name in known(identity, account_id).groups or ()]


@router.put("/users/{account_id}/groups/{group_id}", status_code=204)
def join(account_id: str, group_id: str, identity: Identity) -> None:
    """Put a user into a group."""
    account = known(identity, account_id)
    identity.directory.set_groups(account_id, [*(account.groups or ()), _group(identity, group_id)])


@router.delete("/users/{account_id}/groups/{group_id}", status_code=204)
def leave(account_id: str, group_id: str, identity: Identity) -> None:
    """Take a user out of a group."""
    account = known(identity, account_id)
    gone = _group(identity, group_id)
    identity.directory.set_groups(account_id, [name for name in account.groups or () if name != gone])


@router.get("/groups")
def groups(identity: Identity) -> list[dict[str, Any]]:
    """Return the groups that have members."""
    return [group_out(name) for name in identity.directory.groups()]


@router.get("/groups/count")
def count_groups(identity: Identity) -> dict[str, int]:
    """Return how many groups have members."""
    return {"count": len(identity.directory.groups())}


@router.get("/groups/{group_id}/members")
def members(group_id: str, identity: Identity) -> list[dict[str, Any]]:
    """Return who is in a group."""
    return [account_out(one) for one in identity.directory.in_group(_group(identity, group_id))]


@router.get("/users/{account_id}/role-mappings")
def role_mappings(account_id: str, identity: Identity) -> dict[str, Any]:
    """Return the roles that a user was given."""
    return {"realmMappings": realm_roles_of(account_id, identity)}


@router.get("/users/{account_id}/role-mappings/realm")
def realm_roles_of(account_id: str, identity: Identity) -> list[dict[str, Any]]:
    """Return the realm role that a user was given: everybody has the same one."""
    known(identity, account_id)
    return _realm_roles(identity)[:1]


@router.get("/users/{account_id}/role-mappings/realm/composite")
def all_realm_roles_of(account_id: str, identity: Identity) -> list[dict[str, Any]]:
    """Return the realm roles that a user has, those included that are in another."""
    known(identity, account_id)
    return _realm_roles(identity)


@router.get("/users/{account_id}/role-mappings/realm/available")
def realm_roles_left(account_id: str, identity: Identity) -> list[dict[str, Any]]:
    """Return the realm roles that a user could be given besides."""
    known(identity, account_id)
    return _realm_roles(identity)[1:]


@router.get("/users/{account_id}/role-mappings/clients/{client_uuid}")
@router.get("/users/{account_id}/role-mappings/clients/{client_uuid}/composite")
def client_roles_of(account_id: str, client_uuid: str, identity: Identity) -> list[dict[str, Any]]:
    """Return the roles of a user at a client: the administrator has those of the realm's management."""
    account = known(identity, account_id)
    is_management = client_uuid == stable_id("client", "realm-management")
    return [role_out(name) for name in ADMIN_ROLES] if is_management and account.is_admin else []


@router.get("/roles")
def roles(identity: Identity) -> list[dict[str, Any]]:
    """Return the realm roles."""
    return _realm_roles(identity)


@router.get("/roles/{name}")
def role(name: str, identity: Identity) -> dict[str, Any]:
    """Return one realm role."""
    for one in _realm_roles(identity):
        if one["name"] == name:
            return {**one, "attributes": {}}
    raise AdminError(404, "Could not find role")


def _realm_roles(identity: IdentityService) -> list[dict[str, Any]]:
    return [role_out(name) for name in realm_roles(identity.settings.realm)]


@router.get("/clients")
def clients(identity: Identity, clientId: str | None = None) -> list[dict[str, Any]]:  # noqa: N803
    """Return the clients of the realm, without any secret."""
    return [client_out(one) for one in identity.client_rules.all() if clientId in {None, one.id}]


@router.get("/clients/{client_uuid}")
def client(client_uuid: str, identity: Identity) -> dict[str, Any]:
    """Return one client."""
    return client_out(identity.client_rules.find(client_named(identity, client_uuid)))


@router.get("/clients/{client_uuid}/user-sessions")
def client_sessions(client_uuid: str, identity: Identity) -> list[dict[str, Any]]:
    """Return the sessions in which a client has tokens."""
    found = []
    for one in identity.sessions.of_client(client_named(identity, client_uuid)):
        account = identity.accounts.get(one.account_id)
        found.append(_session_out(one, account.username if account else ""))
    return found


@router.get(f"{_GUESSES}/{{account_id}}")
def guesses(account_id: str, identity: Identity) -> dict[str, Any]:
    """Return how often a user's password was guessed, and whether there is no further try for now."""
    locked = known(identity, account_id).disabled_reason == LOCKED
    state = identity.accounts.failures.state(account_id)
    until, last = state.blocked_until, state.last_at
    return {
        "numFailures": state.failures,
        "numTemporaryLockouts": state.locks,
        "disabled": locked or identity.accounts.failures.is_blocked(account_id),
        "lastIPFailure": state.last_address or "n/a",
        "lastFailure": int(last.timestamp() * 1000) if last else 0,
        "failedLoginNotBefore": int(until.timestamp()) if until else 0,
    }


@router.delete(f"{_GUESSES}/{{account_id}}", status_code=204)
def unlock(account_id: str, identity: Identity) -> None:
    """Let a user try again at once."""
    known(identity, account_id)
    identity.accounts.failures.unlock(account_id)


@router.delete(_GUESSES, status_code=204)
def unlock_all(identity: Identity) -> None:
    """Let everybody try again at once."""
    identity.accounts.failures.unlock(None)


def _group(identity: IdentityService, group_id: str) -> str:
    for name in identity.directory.groups():
        if stable_id("group", name) == group_id:
            return name
    raise AdminError(404, "Could not find group by id")


def client_named(identity: IdentityService, client_uuid: str, refusal: str = "Could not find client") -> str:
    """Return the client id of Keycloak's id of a client, or say that there is none."""
    for one in identity.clients.all():
        if stable_id("client", one.id) == client_uuid:
            return one.id
    raise AdminError(404, refusal)


def _session_out(one: OpenSession, username: str) -> dict[str, Any]:
    return {
        "id": one.id,
        "username": username,
        "userId": one.account_id,
        "ipAddress": one.address,
        "start": int(one.started_at.timestamp() * 1000),
        "lastAccess": int(one.used_at.timestamp() * 1000),
        "rememberMe": False,
        "clients": {stable_id("client", name): name for name in one.clients},
        "transientUser": False,
    }
