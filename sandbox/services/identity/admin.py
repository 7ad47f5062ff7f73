"""Keycloak's user calls for the realm's administrator."""

import json
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import JSONResponse
from pydantic import ValidationError

from sandbox.core.auth import bearer_token
from sandbox.core.errors import ForbiddenError, InvalidError, NotFoundError, SandboxError
from sandbox.core.wording import describe_problems
from sandbox.services.identity.schemas import NewAccount
from sandbox.services.identity.service import Identity
from sandbox.services.identity.tables import Account


def _administrator(request: Request, identity: Identity) -> None:
    claims = identity.tokens.read_access(bearer_token(request))
    account = identity.accounts.get(claims.subject)
    if claims.client_id != "admin-cli" or account is None or not account.is_admin:
        raise ForbiddenError("Only the realm's administrator may do this, with a token of admin-cli.")


async def _new_account(request: Request) -> NewAccount:
    try:
        return NewAccount.model_validate(json.loads(await request.body()))
    except ValidationError as error:
        raise _BadRequestError(describe_problems(error.errors(include_input=False))) from error
    except (ValueError, RecursionError) as error:
        raise _BadRequestError("The body is not JSON.") from error


class _BadRequestError(SandboxError):
    """Keycloak answers 400 here."""


router = APIRouter(tags=["identity administration"], dependencies=[Depends(_administrator)])


@router.post("/users", status_code=201, response_model=None)
def create(identity: Identity, body: Annotated[NewAccount, Depends(_new_account)]) -> Response:
    """Create a user: 201, or 409 if name or e-mail address are taken."""
    passwords = [item.value for item in body.credentials if item.type == "password"]
    if not passwords:
        raise _BadRequestError("Send one credential of type `password`.")
    try:
        account_id = identity.accounts.create(
            body.username,
            passwords[0],
            f"{body.firstName} {body.lastName}",
            body.email,
            email_verified=body.emailVerified,
            enabled=body.enabled,
        )
    except InvalidError as error:
        raise _BadRequestError(error.message) from error
    except SandboxError as error:
        return JSONResponse({"errorMessage": error.message}, status_code=error.status)
    settings = identity.settings
    location = f"{settings.public_url}/admin/realms/{settings.realm}/users/{account_id}"
    return Response(status_code=201, headers={"Location": location})


@router.get("/users")
def search(
    identity: Identity,
    *,
    username: Annotated[str, Query(max_length=100)] = "",
    search: Annotated[str, Query(max_length=100)] = "",
    exact: bool = False,
    first: Annotated[int, Query(ge=0, le=10**6)] = 0,
    limit: Annotated[int, Query(ge=1, le=1000, alias="max")] = 100,
) -> list[dict[str, Any]]:
    """Return users whose name contains a text, the exact match first."""
    found = identity.accounts.search(username or search, exact=exact, first=first, limit=limit)
    return [_out(account) for account in found]


@router.get("/users/{account_id}")
def read(account_id: str, identity: Identity) -> dict[str, Any]:
    """Return one user."""
    account = identity.accounts.get(account_id)
    if account is None:
        raise NotFoundError("User not found")
    return _out(account)


@router.delete("/users/{account_id}", status_code=204)
def remove(account_id: str, identity: Identity) -> None:
    """Delete a user and end all sessions."""
    if not identity.accounts.remove(account_id):
        raise NotFoundError("User not found")


def _out(account: Account) -> dict[str, Any]:
    """Write an account as Keycloak does."""
    first, _, last = account.name.partition(" ")
    return {
        "id": account.id,
        "username": account.username,
        "firstName": first,
        "lastName": last,
        "email": account.email,
        "emailVerified": account.email_verified,
        "enabled": account.enabled,
        "createdTimestamp": int(account.created_at.timestamp() * 1000),
        "totp": False,
        "requiredActions": [],
        "disableableCredentialTypes": [],
        "notBefore": 0,
    }
