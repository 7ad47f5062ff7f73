"""Keycloak's user calls, as the SDK's own tests make them."""

import pytest

from tests.sandbox.browsing import AppSignIn

TOKEN = "/realms/etopay/protocol/openid-connect/token"
USERS = "/admin/realms/etopay/users"


def representation(username, **changes):
    return {
        "username": username,
        "enabled": True,
        "emailVerified": True,
        "firstName": "Test",
        "lastName": "Person",
        "email": f"{username}@example.org",
        "credentials": [{"temporary": False, "value": "StrongP@55w0rd", "type": "password"}],
        "groups": ["tmp"],
        **changes,
    }


@pytest.fixture
async def admin(sandbox):
    form = {
        "grant_type": "password",
        "client_id": "admin-cli",
        "scope": "profile email openid",
        "username": "admin",
        "password": "sandbox-admin",
    }
    answer = await sandbox.http.post(TOKEN, data=form)
    assert answer.status_code == 200
    return {"authorization": f"Bearer {answer.json()['access_token']}"}


async def test_create_use_and_delete(sandbox, admin):
    created = await sandbox.http.post(USERS, json=representation("satoshi"), headers=admin)
    assert created.status_code == 201
    assert created.content == b""

    form = {"grant_type": "password", "client_id": "etopay-test", "username": "satoshi", "scope": "openid"}
    token = await sandbox.http.post(TOKEN, data={**form, "password": "StrongP@55w0rd"})
    headers = sandbox.headers(token.json()["access_token"])
    assert (await sandbox.http.get("/api/kyc/check-status", headers=headers)).json() == {
        "username": "satoshi",
        "is_verified": False,
    }

    found = await sandbox.http.get(f"{USERS}?username=satoshi", headers=admin)
    assert found.json()[0]["username"] == "satoshi"
    removed = await sandbox.http.delete(f"{USERS}/{found.json()[0]['id']}", headers=admin)
    assert removed.status_code == 204
    assert (await sandbox.http.get("/api/kyc/check-status", headers=headers)).status_code == 401
    again = await sandbox.http.post(USERS, json=representation("satoshi"), headers=admin)
    assert again.status_code == 201


async def test_taken_name_or_mail_is_409(sandbox, admin):
    await sandbox.http.post(USERS, json=representation("satoshi"), headers=admin)
    name = await sandbox.http.post(
        USERS, json=representation("Satoshi", email="x@example.org"), headers=admin
    )
    mail = await sandbox.http.post(
        USERS, json=representation("other", email="satoshi@example.org"), headers=admin
    )
    assert (name.status_code, mail.status_code) == (409, 409)
    assert name.json() == {"errorMessage": "User exists with same username"}
    assert mail.json() == {"errorMessage": "User exists with same email"}


async def test_exact_match_comes_first(sandbox, admin):
    for name in ("ann", "annabel", "hanna", "anna"):
        await sandbox.http.post(USERS, json=representation(name), headers=admin)
    found = (await sandbox.http.get(f"{USERS}?username=anna", headers=admin)).json()
    assert [user["username"] for user in found] == ["anna", "annabel", "hanna"]
    exact = (await sandbox.http.get(f"{USERS}?username=anna&exact=true", headers=admin)).json()
    assert [user["username"] for user in exact] == ["anna"]
    assert (await sandbox.http.get(f"{USERS}?username=%25", headers=admin)).json() == []


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"not json",
        b"[" * 100_000,
        b'{"username":"x"}',
        b'{"username":"a b","credentials":[{"value":"x"}]}',
        b'{"username":5,"credentials":[{"value":"x"}]}',
        b'{"username":"\\ud800x","credentials":[{"value":"x"}]}',
    ],
)
async def test_bad_bodies_are_400_and_show_no_password(sandbox, admin, body):
    answer = await sandbox.http.post(USERS, content=body, headers=admin)
    assert answer.status_code == 400


async def test_unknown_user_is_404(sandbox, admin):
    assert (await sandbox.http.delete(f"{USERS}/none", headers=admin)).status_code == 404
    assert (await sandbox.http.get(f"{USERS}/none", headers=admin)).status_code == 404


async def test_only_the_administrator_through_admin_cli(sandbox, admin):
    tokens = await AppSignIn(sandbox.http).tokens("dora")
    user = {"authorization": f"Bearer {tokens['access_token']}"}
    form = {"grant_type": "password", "username": "admin", "password": "sandbox-admin"}
    through_test = await sandbox.http.post(TOKEN, data={**form, "client_id": "etopay-test"})
    other = {"authorization": f"Bearer {through_test.json()['access_token']}"}
    for headers, status in ((user, 403), (other, 403), ({}, 401), ({"authorization": "Bearer x"}, 401)):
        for call in (
            sandbox.http.get(USERS, headers=headers),
            sandbox.http.post(USERS, json={}, headers=headers),
        ):
            assert (await call).status_code == status


async def test_admin_tokens_do_not_open_the_backend(sandbox, admin):
    answer = await sandbox.http.get("/api/kyc/check-status", headers={**admin, "x-app-name": "standalone"})
    assert answer.status_code == 401


async def test_admin_follows_the_settings(make_sandbox):
    make_sandbox()
    second = make_sandbox(admin_username="root", admin_password="other-password")
    form = {
        "grant_type": "password",
        "client_id": "admin-cli",
        "username": "root",
        "password": "other-password",
    }
    assert (await second.http.post(TOKEN, data=form)).status_code == 200
