"""Roles, groups and clients as Keycloak writes them."""

from typing import Any

from sandbox.services.identity.clients import Client
from sandbox.services.identity.naming import stable_id

_TITLES = {"offline_access": "offline-access"}
ADMIN_ROLES = ("realm-admin", "manage-users", "view-users", "query-users", "query-groups", "view-clients")


_DEFAULT = "default-roles-"


def realm_roles(realm: str) -> tuple[str, ...]:
    """Return the realm's roles; the first is everybody's, and the others are in it."""
    return (f"{_DEFAULT}{realm}", "uma_authorization", "offline_access")


def role_out(name: str) -> dict[str, Any]:
    """Write a role."""
    of_client, is_default = name in ADMIN_ROLES, name.startswith(_DEFAULT)
    return {
        "id": stable_id("role", name),
        "name": name,
        "description": f"${{role_{_TITLES.get(name, 'default-roles' if is_default else name)}}}",
        "composite": is_default or name == "realm-admin",
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
