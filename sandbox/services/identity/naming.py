"""Ids of what has only a name here, as Keycloak's clients expect them."""

import uuid

_NAMESPACE = uuid.UUID("0f7d1c5a-4f0f-5f6a-8e57-7f4d1f0a9b21")


def stable_id(kind: str, name: str) -> str:
    """Return the id of what has only a name here: a client, a group, a role, a credential."""
    return str(uuid.uuid5(_NAMESPACE, f"{kind} {name}"))
