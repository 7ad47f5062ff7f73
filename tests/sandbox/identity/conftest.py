"""What tests of the identity provider share: an administrator."""

import pytest

TOKEN = "/realms/etopay/protocol/openid-connect/token"


@pytest.fixture
async def admin(sandbox):
    """The headers of Keycloak's administrator."""
    form = {"grant_type": "password", "client_id": "admin-cli", "username": "admin"}
    answer = await sandbox.http.post(TOKEN, data={**form, "password": "sandbox-admin"})
    assert answer.status_code == 200
    return {"authorization": f"Bearer {answer.json()['access_token']}"}
