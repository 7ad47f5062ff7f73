"""Beside a real Keycloak: its tokens open the sandbox's backend, and no others do."""

import time

import httpx
import pytest


def token(keycloak, client="etopay-test"):
    form = {"grant_type": "password", "client_id": client, "username": "alice", "password": "sandbox-Pass-1"}
    url = f"{keycloak.issuer}/protocol/openid-connect/token"
    answer = httpx.post(url, data={**form, "scope": "openid"}, trust_env=False, timeout=60)
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.fixture
def beside(make_sandbox, keycloak):
    """A sandbox whose backend trusts the Keycloak."""
    return make_sandbox(oidc_issuer=keycloak.issuer, oidc_audiences=("etopay-backend",))


async def status(sandbox, token):
    answer = await sandbox.http.get("/api/kyc/check-status", headers=sandbox.headers(token))
    return answer.status_code


@pytest.mark.campaign("keycloak")
async def test_the_backend_takes_its_tokens_and_no_others(campaign, beside, keycloak):
    good = token(keycloak)
    headers = beside.headers(good["access_token"])
    answer = await beside.http.get("/api/kyc/check-status", headers=headers)
    assert answer.json() == {"username": "alice", "is_verified": False}
    assert (
        await beside.http.put("/api/user/network", json={"network_key": "ETH"}, headers=headers)
    ).status_code == 202
    assert await status(beside, good["id_token"]) == 401
    assert await status(beside, good["refresh_token"]) == 401
    assert await status(beside, token(keycloak, "foreign")["access_token"]) == 401
    short = token(keycloak, "etopay-short")["access_token"]
    time.sleep(2)
    assert await status(beside, short) == 401
    other = make_token_of_another_realm(keycloak)
    assert await status(beside, other) == 401
    assert (await beside.http.get("/_sandbox/health")).json()["idp"] == keycloak.issuer
    campaign.count()


def make_token_of_another_realm(keycloak):
    """A good token of the same Keycloak, but of the realm of its administrators."""
    form = {"grant_type": "password", "client_id": "admin-cli", "username": "root", "password": "root-Pass-1"}
    url = f"{keycloak.url}/realms/master/protocol/openid-connect/token"
    return httpx.post(url, data=form, trust_env=False, timeout=60).json()["access_token"]
