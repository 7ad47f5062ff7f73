"""Roles, groups and clients as Keycloak writes them."""

from typing import Any

from sandbox.services.identity.clients import Client
from sandbox.services.identity.directory import stable_id

REALM_ROLES = ("default-roles", "offline_access", "uma_authorization")
ADMIN_ROLES = ("realm-admin", "manage-users", "view-users", "query-users", "query-groups", "view-clients")


def role_out(name: str) -> dict[str, Any]:
    """Write a role."""
    of_client = name in ADMIN_ROLES
    return {
        "id": stable_id("role", name),
        "name": name,
        "composite": name in {"default-roles", "realm-admin"},
        "clientRole": of_client,
        "containerId": stable_id("client", "realm-management") if of_client else stable_id("realm", "realm"),
    }


def group_out(name: str) -> dict[str, Any]:
    """Write a group."""
    return {"id": stable_id("group", name), "name": name, "path": f"/{name}", "subGroups": []}


def client_out(client: Client | None) -> dict[str, Any]:
    """Write a client."""
    if client is None:
        return {}
    return {
        "id": stable_id("client", client.id),
        "clientId": client.id,
        "name": client.name,
        "enabled": True,
        "protocol": "openid-connect",
        "publicClient": client.secret_hash is None,
        "bearerOnly": False,
        "consentRequired": client.consent_required,
        "standardFlowEnabled": bool(client.redirect_uris),
        "implicitFlowEnabled": False,
        "directAccessGrantsEnabled": client.password_grant,
        "serviceAccountsEnabled": False,
        "redirectUris": list(client.redirect_uris),
        "attributes": {
            "backchannel.logout.session.required": "true",
            **(
                {"backchannel.logout.url": client.backchannel_logout_url}
                if client.backchannel_logout_url
                else {}
            ),
        },
    }
