"""Keycloak's user calls for the realm's administrator: finding, making, changing and removing users."""

import json
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, ValidationError

from sandbox.core.auth import bearer_token
from sandbox.core.errors import InvalidError, UnauthorizedError
from sandbox.core.wording import describe_problems
from sandbox.services.identity.directory import Wanted, known_actions
from sandbox.services.identity.errors import AdminError, TakenError
from sandbox.services.identity.schemas import AccountChanges, Credential, NewAccount
from sandbox.services.identity.service import Identity, IdentityService
from sandbox.services.identity.tables import Account

Model = TypeVar("Model", bound=BaseModel)


def administrator(request: Request, identity: Identity) -> None:
    """Let the realm's administrator through, with a token of admin-cli."""
    try:
        claims = identity.tokens.read_access(bearer_token(request))
    except UnauthorizedError as error:
        raise AdminError(401, "HTTP 401 Unauthorized") from error
    account = identity.accounts.get(claims.subject)
    if claims.client_id != "admin-cli" or account is None or not account.is_admin:
        raise AdminError(403, "HTTP 403 Forbidden")


async def read_body(request: Request) -> Any:
    """Return a body of JSON, or refuse it."""
    try:
        return json.loads(await request.body())
    except (ValueError, RecursionError) as error:
        raise AdminError(400, "invalid_request", description="Cannot parse the JSON") from error


def read_model(kind: type[Model], content: Any) -> Model:
    """Return a body in its form, or refuse it without showing what it says."""
    try:
        return kind.model_validate(content)
    except ValidationError as error:
        raise AdminError(400, describe_problems(error.errors(include_input=False))) from error


def json_body(schema: dict[str, Any]) -> dict[str, Any]:
    """Describe a body that a call reads itself."""
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


Body = Annotated[Any, Depends(read_body)]
router = APIRouter(tags=["identity administration"], dependencies=[Depends(administrator)])


def wanted(
    *,
    search: Annotated[str | None, Query(max_length=254)] = None,
    username: Annotated[str | None, Query(max_length=254)] = None,
    email: Annotated[str | None, Query(max_length=254)] = None,
    first_name: Annotated[str | None, Query(max_length=254, alias="firstName")] = None,
    last_name: Annotated[str | None, Query(max_length=254, alias="lastName")] = None,
    enabled: bool | None = None,
    email_verified: Annotated[bool | None, Query(alias="emailVerified")] = None,
    exact: bool = False,
) -> Wanted:
    """Read what is looked for."""
    return Wanted(search, username, email, first_name, last_name, enabled, email_verified, exact)


Filter = Annotated[Wanted, Depends(wanted)]


@router.post("/users", status_code=201, response_model=None)
def create(identity: Identity, content: Body) -> Response:
    """Create a user: 201, or 409 if name or e-mail address are taken."""
    body = read_model(NewAccount, content)
    passwords = [item for item in body.credentials if item.type == "password"]
    actions = known_actions(body.requiredActions)
    if any(item.temporary for item in passwords):
        actions = known_actions([*actions, "UPDATE_PASSWORD"])
    first, last = " ".join(body.firstName.split()), " ".join(body.lastName.split())
    try:
        account_id = identity.accounts.create(
            body.username,
            passwords[0].value if passwords else None,
            f"{first} {last}",
            body.email,
            email_verified=body.emailVerified,
            enabled=body.enabled,
            first_name=first,
            required_actions=actions,
            groups=[name.strip("/") for name in body.groups],
        )
    except InvalidError as error:
        raise AdminError(400, error.message, member="errorMessage") from error
    except TakenError as error:
        raise AdminError(409, error.message, member="errorMessage") from error
    settings = identity.settings
    location = f"{settings.public_url}/admin/realms/{settings.realm}/users/{account_id}"
    return Response(status_code=201, headers={"Location": location})


@router.get("/users")
def search_users(
    identity: Identity,
    which: Filter,
    first: Annotated[int, Query(ge=0, le=10**6)] = 0,
    limit: Annotated[int, Query(ge=1, le=1000, alias="max")] = 100,
) -> list[dict[str, Any]]:
    """Return users by any member, the exact match first."""
    return [account_out(account) for account in identity.directory.search(which, first, limit)]


@router.get("/users/count")
def count_users(identity: Identity, which: Filter) -> int:
    """Return how many users there are."""
    return identity.directory.count(which)


@router.get("/users/{account_id}")
def read(account_id: str, identity: Identity) -> dict[str, Any]:
    """Return one user."""
    rights = ("manageGroupMembership", "resetPassword", "view", "mapRoles", "manage")
    return account_out(known(identity, account_id)) | {"access": dict.fromkeys(rights, True)}


@router.put("/users/{account_id}", status_code=204)
def change(account_id: str, identity: Identity, content: Body) -> None:
    """Change what the body names of a user."""
    known(identity, account_id)
    body = read_model(AccountChanges, content)
    try:
        identity.directory.change(account_id, body)
    except TakenError as error:
        raise AdminError(409, error.message, member="errorMessage") from error
    for item in body.credentials:
        if item.type == "password":
            identity.directory.set_password(account_id, item.value, temporary=item.temporary)
    if body.enabled is False:
        identity.sessions.end_all(account_id)


@router.delete("/users/{account_id}", status_code=204)
def remove(account_id: str, identity: Identity) -> None:
    """Delete a user and end all sessions."""
    if not identity.accounts.remove(account_id):
        raise AdminError(404, "User not found")


@router.put("/users/{account_id}/reset-password", status_code=204)
def reset_password(account_id: str, identity: Identity, content: Body) -> None:
    """Set a user's password; a temporary one has to be replaced at the next sign-in."""
    known(identity, account_id)
    if isinstance(content, dict) and content.get("value") == "":
        raise AdminError(400, "Empty password not allowed")
    body = read_model(Credential, content)
    identity.directory.set_password(account_id, body.value, temporary=body.temporary)


def known(identity: IdentityService, account_id: str) -> Account:
    """Return an account or say that there is none."""
    account = identity.accounts.get(account_id)
    if account is None:
        raise AdminError(404, "User not found")
    return account


def account_out(account: Account) -> dict[str, Any]:
    """Write an account as Keycloak does."""
    first, last = account.names
    named: dict[str, Any] = {"firstName": first, "lastName": last, "email": account.email}
    if account.terms_accepted_at:
        named["attributes"] = {"terms_and_conditions": [str(int(account.terms_accepted_at.timestamp()))]}
    return {
        "id": account.id,
        "username": account.username,
        **{name: value for name, value in named.items() if value},
        "emailVerified": account.email_verified,
        "enabled": account.enabled,
        "createdTimestamp": int(account.created_at.timestamp() * 1000),
        "totp": False,
        "requiredActions": account.required_actions or [],
        "disableableCredentialTypes": [],
        "notBefore": 0,
        "access": {"manage": True},
    }
