"""Consents as Keycloak's calls show and revoke them: for the administrator, and for the person herself."""

from datetime import datetime
from typing import Any

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel, ConfigDict, Field

from sandbox.core.errors import InvalidError
from sandbox.services.identity.account_api import Mine
from sandbox.services.identity.admin import Body, administrator, json_body, known, read_model
from sandbox.services.identity.admin_details import client_named
from sandbox.services.identity.errors import AdminError
from sandbox.services.identity.naming import stable_id
from sandbox.services.identity.service import Identity, IdentityService
from sandbox.services.identity.tables import Consent

router = APIRouter(tags=["identity administration"], dependencies=[Depends(administrator)])
own_router = APIRouter(tags=["identity"], prefix="/account/applications")
_URL = "backchannel.logout.url"


class _ClientChanges(BaseModel):
    """What can be changed of a client; what else Keycloak knows is passed over."""

    model_config = ConfigDict(extra="ignore")
    consentRequired: bool | None = None  # noqa: N815 — Keycloak's spelling
    attributes: dict[str, str | None] = Field(default_factory=dict)


@router.put(
    "/clients/{client_uuid}", status_code=204, openapi_extra=json_body(_ClientChanges.model_json_schema())
)
def change_client(client_uuid: str, identity: Identity, content: Body) -> None:
    """Change whether a client asks for consent, and where it is told of sign-outs."""
    client_id = client_named(identity, client_uuid)
    body = read_model(_ClientChanges, content)
    changes: dict[str, Any] = {}
    if body.consentRequired is not None:
        changes["consent_required"] = body.consentRequired
    if _URL in body.attributes:
        changes["backchannel_logout_url"] = body.attributes[_URL] or ""
    try:
        identity.client_rules.change(client_id, changes)
    except InvalidError as error:
        raise AdminError(400, error.message, member="errorMessage") from error


@router.get("/users/{account_id}/consents")
def consents(account_id: str, identity: Identity) -> list[dict[str, Any]]:
    """Return what a user lets apps see and do."""
    known(identity, account_id)
    given = {row.client_id: row for row in identity.consents.of(account_id)}
    offline = identity.consents.offline_clients(account_id)
    return [_consent_out(name, given.get(name), name in offline) for name in sorted({*given, *offline})]


@router.delete("/users/{account_id}/consents/{client_id}", status_code=204)
def revoke(account_id: str, client_id: str, identity: Identity) -> None:
    """Take a user's consent back, with all tokens of the client."""
    known(identity, account_id)
    if identity.clients.find(client_id) is None:
        raise AdminError(404, "Client not found")
    if not identity.consents.revoke(account_id, client_id):
        raise AdminError(404, "Consent nor offline token not found")


@own_router.get("")
def applications(identity: Identity, mine: Mine) -> list[dict[str, Any]]:
    """Return the apps that the caller uses or has consented to."""
    given = {row.client_id: row for row in identity.consents.of(mine.subject)}
    offline = identity.consents.offline_clients(mine.subject)
    used = {name for one in identity.sessions.of_account(mine.subject) for name in one.clients}
    found = []
    for name in sorted({*given, *offline, *used}):
        client = identity.client_rules.find(name)
        consent = {"consent": _own_consent_out(given[name])} if name in given else {}
        found.append(
            {
                "clientId": name,
                "clientName": client.name if client else name,
                "userConsentRequired": client.consent_required if client else False,
                "inUse": name in used,
                "offlineAccess": name in offline,
                **consent,
            }
        )
    return found


@own_router.get("/{client_id}/consent", response_model=None, responses={204: {"description": "None."}})
def own_consent(client_id: str, identity: Identity, mine: Mine) -> dict[str, Any] | Response:
    """Return what the caller lets an app see and do."""
    _known_client(identity, client_id)
    for row in identity.consents.of(mine.subject):
        if row.client_id == client_id:
            return _own_consent_out(row)
    return Response(status_code=204)


@own_router.delete("/{client_id}/consent", status_code=204)
def revoke_own(client_id: str, identity: Identity, mine: Mine) -> None:
    """Take the caller's consent back, with all tokens of the app."""
    _known_client(identity, client_id)
    identity.consents.revoke(mine.subject, client_id)


def _known_client(identity: IdentityService, client_id: str) -> None:
    if identity.clients.find(client_id) is None:
        raise AdminError(404, "No client with clientId: " + client_id[:60] + " found.", member="errorMessage")


def _consent_out(client_id: str, row: Consent | None, has_offline: bool) -> dict[str, Any]:
    dates = {"createdDate": _stamp(row.created_at), "lastUpdatedDate": _stamp(row.updated_at)} if row else {}
    extra = [{"client": stable_id("client", client_id), "key": "Offline Token"}] if has_offline else []
    return {
        "clientId": client_id,
        **dates,
        "grantedClientScopes": row.scopes if row else [],
        "additionalGrants": extra,
    }


def _own_consent_out(row: Consent) -> dict[str, Any]:
    return {
        "createdDate": _stamp(row.created_at),
        "lastUpdatedDate": _stamp(row.updated_at),
        "grantedScopes": [{"id": stable_id("scope", name), "name": name} for name in row.scopes],
    }


def _stamp(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
