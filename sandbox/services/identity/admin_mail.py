"""Keycloak's calls that write to users, and those that change the realm itself."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from pydantic import ValidationError

from sandbox.core.wording import describe_problems
from sandbox.services.identity.actions import ACTIONS, EMAIL, descriptions
from sandbox.services.identity.admin import Body, administrator, json_body, known
from sandbox.services.identity.clients import may_redirect
from sandbox.services.identity.errors import AdminError
from sandbox.services.identity.naming import stable_id
from sandbox.services.identity.realm import RealmRules
from sandbox.services.identity.service import Identity, IdentityService
from sandbox.services.identity.tables import Account

router = APIRouter(tags=["identity administration"], dependencies=[Depends(administrator)])
ClientId = Annotated[str | None, Query(max_length=60)]
RedirectUri = Annotated[str | None, Query(max_length=2000)]
Lifespan = Annotated[int | None, Query(ge=1, le=10 * 365 * 24 * 3600)]


_ACTIONS_BODY = json_body({"type": "array", "items": {"type": "string", "enum": list(ACTIONS)}})
_REALM_BODY = json_body(RealmRules.model_json_schema())


@router.put("/users/{account_id}/execute-actions-email", status_code=204, openapi_extra=_ACTIONS_BODY)
def execute_actions_email(
    account_id: str,
    identity: Identity,
    content: Body,
    *,
    client_id: ClientId = None,
    redirect_uri: RedirectUri = None,
    lifespan: Lifespan = None,
) -> None:
    """Send a user a mail with a link to what she has to do."""
    account = known(identity, account_id)
    names = content if isinstance(content, list) else None
    if names is None or any(name not in ACTIONS for name in names):
        raise _refused("Provided invalid required actions")
    _check(identity, account, client_id, redirect_uri)
    wanted = [name for name in ACTIONS if name in names]
    identity.selfcare.ask_to_act(
        account_id, wanted, client_id=client_id, redirect_uri=redirect_uri, seconds=lifespan
    )


@router.put("/users/{account_id}/send-verify-email", status_code=204)
def send_verify_email(
    account_id: str,
    identity: Identity,
    *,
    client_id: ClientId = None,
    redirect_uri: RedirectUri = None,
    lifespan: Lifespan = None,
) -> None:
    """Send a user a mail with a link that confirms her address."""
    account = known(identity, account_id)
    _check(identity, account, client_id, redirect_uri)
    identity.selfcare.ask_to_act(
        account_id, [EMAIL], client_id=client_id, redirect_uri=redirect_uri, seconds=lifespan
    )


def _check(
    identity: IdentityService, account: Account, client_id: str | None, redirect_uri: str | None
) -> None:
    if not account.email:
        raise _refused("User email missing")
    if not account.enabled:
        raise _refused("User is disabled")
    if redirect_uri is not None and client_id is None:
        raise _refused("Client id missing")
    client = identity.clients.find(client_id) if client_id is not None else None
    if client_id is not None and client is None:
        raise _refused("Client doesn't exist")
    if redirect_uri is not None and client and not may_redirect(client.redirect_uris, redirect_uri):
        raise _refused("Invalid redirect uri.")


def _refused(message: str) -> AdminError:
    return AdminError(400, message, member="errorMessage")


@router.get("")
def read_realm(identity: Identity) -> dict[str, Any]:
    """Return the realm with its settings."""
    name = identity.settings.realm
    fixed = {"registrationAllowed": True, "bruteForceProtected": True, "revokeRefreshToken": True}
    return {
        "id": stable_id("realm", name),
        "realm": name,
        "enabled": True,
        **fixed,
        **identity.realm.rules().model_dump(by_alias=True),
    }


@router.put("", status_code=204, openapi_extra=_REALM_BODY)
def change_realm(identity: Identity, content: Body) -> None:
    """Change what the body names of the realm's settings; what means nothing here is passed over."""
    if not isinstance(content, dict):
        raise AdminError(400, "unknown_error", description="Cannot parse the JSON")
    known_names = {field.alias for field in type(identity.realm.rules()).model_fields.values()}
    try:
        identity.realm.change({name: value for name, value in content.items() if name in known_names})
    except ValidationError as error:
        raise AdminError(400, describe_problems(error.errors(include_input=False))) from error


@router.get("/authentication/required-actions")
def required_actions() -> list[dict[str, Any]]:
    """Return what users can be asked to do; the disabled ones are refused here."""
    return descriptions()
