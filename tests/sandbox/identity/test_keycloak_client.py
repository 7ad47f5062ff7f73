"""A client that only knows Keycloak's paths signs in and administers users: python-keycloak, unchanged."""

import socket
import threading
import time

import pytest
import uvicorn

from sandbox.core.ids import fingerprint
from sandbox.services.identity.clients import Client
from tests.sandbox.identity.keycloak_story import CALLBACK, SERVICE_SECRET, Story


@pytest.fixture
def served(make_sandbox, tmp_path):
    """A sandbox that answers at a real address."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    sandbox = make_sandbox(folder=tmp_path, public_url=url)
    service = Client("etopay-service", "Service", (CALLBACK,), secret_hash=fingerprint(SERVICE_SECRET))
    sandbox.app.state.identity.clients.add(service)
    config = uvicorn.Config(sandbox.app, log_config=None, lifespan="off", ws="none")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, args=([listener],))
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield f"{url}/"
    server.should_exit = True
    thread.join()


def test_signs_in_and_administers_users(served):
    assert Story(served).run() == {
        "taken": (409, "User exists with same email"),
        "id by name": True,
        "user": {
            "username": "satoshi",
            "firstName": "Anna Maria",
            "lastName": "Person",
            "email": "satoshi@example.org",
            "emailVerified": True,
            "enabled": True,
            "totp": False,
            "requiredActions": [],
            "disableableCredentialTypes": [],
            "notBefore": 0,
        },
        "search": ["satoshi"],
        "by mail": ["satoshi"],
        "count": 1,
        "updated": ["New", "Person", "new@example.org", True],
        "rename": 400,
        "bad mail": (400, "error-invalid-email"),
        "credentials": ["password"],
        "groups": [],
        "clients": True,
        "unknown user": (404, "User not found"),
        "unknown role": (404, "Could not find role"),
        "answer": [
            *("access_token", "expires_in", "id_token", "not-before-policy", "refresh_expires_in"),
            *("refresh_token", "scope", "session_state", "token_type"),
        ],
        "access claims": [
            *(
                "acr",
                "aud",
                "azp",
                "email",
                "email_verified",
                "exp",
                "family_name",
                "gid",
                "given_name",
                "iat",
            ),
            *("iss", "jti", "name", "preferred_username", "scope", "sid", "sub", "typ"),
        ],
        "id claims": [
            *("acr", "at_hash", "aud", "auth_time", "azp", "email", "email_verified", "exp", "family_name"),
            *("given_name", "iat", "iss", "jti", "name", "preferred_username", "sid", "sub", "typ"),
        ],
        "user info": {
            "preferred_username": "satoshi",
            "name": "New Person",
            "given_name": "New",
            "family_name": "Person",
            "email": "new@example.org",
            "email_verified": True,
        },
        "introspected": [True, "satoshi", "etopay-test", "Bearer"],
        "introspected nonsense": {"active": False},
        "introspected by a public client": (403, "invalid_request"),
        "sessions": [["etopay-test"]],
        "refreshed": True,
        "used again": (400, "invalid_grant"),
        "after that": (400, "invalid_grant"),
        "signed out": (400, "invalid_grant"),
        "nobody signed in": [],
        "signed out by admin": (400, "invalid_grant"),
        "temporary": ["UPDATE_PASSWORD"],
        "temporary sign-in": (400, "invalid_grant"),
        "disabled": (400, "invalid_grant"),
        "public key": True,
        "sent back": ["code", "iss", "session_state", "state"],
        "nonce": "n",
        "code again": (400, "invalid_grant"),
        "wrong password": (401, "invalid_grant"),
        "unknown client": (401, "invalid_client"),
        "no password grant": (400, "unauthorized_client"),
        "unknown grant": (400, "unsupported_grant_type"),
        "no token": (401, {"error": "HTTP 401 Unauthorized"}),
        "no admin": (403, {"error": "HTTP 403 Forbidden"}),
        "locked": [True, "127.0.0.1"],
        "locked sign-in": (401, "invalid_grant"),
        "unlocked": True,
        "gone": (404, "User not found"),
    }


async def test_somebody_sees_and_ends_her_own_sessions(sandbox):
    headers = await sandbox.user("dora")
    form = {"grant_type": "password", "client_id": "etopay-test", "username": "dora"}
    token = "/realms/etopay/protocol/openid-connect/token"
    second = (await sandbox.http.post(token, data={**form, "password": "correct horse battery"})).json()
    mine = (await sandbox.http.get("/realms/etopay/account/sessions", headers=headers)).json()
    assert [one["clients"][0]["clientId"] for one in mine] == ["etopay-app", "etopay-test"] or len(mine) == 2
    other = next(one for one in mine if not one["current"])
    stranger = await sandbox.user("eve")
    url = f"/realms/etopay/account/sessions/{other['id']}"
    assert (await sandbox.http.delete(url, headers=stranger)).status_code == 404
    assert (await sandbox.http.delete(url, headers=headers)).status_code == 204
    refresh = {"grant_type": "refresh_token", "client_id": "etopay-test"}
    answer = await sandbox.http.post(token, data={**refresh, "refresh_token": second["refresh_token"]})
    assert answer.status_code == 400
    left = (await sandbox.http.get("/realms/etopay/account/sessions", headers=headers)).json()
    assert [one["current"] for one in left] == [True]
    assert (await sandbox.http.get("/realms/etopay/account/sessions")).status_code == 401
