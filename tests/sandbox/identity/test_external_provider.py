"""Tokens of a provider elsewhere: accepted with its keys, refused for every other reason."""

import time

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, OctKey, RSAKey

from sandbox.core import oidc
from sandbox.core.errors import StartError
from tests.sandbox.browsing import AppSignIn

ISSUER = "http://127.0.0.1:1/realms/elsewhere"


class Provider:
    """A provider that answers without a network."""

    def __init__(self):
        self.keys = {"one": RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})}
        self.asked = 0
        self.is_down = False
        self.issuer = ISSUER

    def answer(self, request):
        if self.is_down:
            raise httpx.ConnectError("down")
        if request.url.path.endswith("/openid-configuration"):
            return httpx.Response(200, json={"issuer": self.issuer, "jwks_uri": f"{ISSUER}/certs"})
        self.asked += 1
        return httpx.Response(200, json=KeySet(list(self.keys.values())).as_dict(private=False))

    def token(self, kid="one", algorithm="RS256", key=None, **claims):
        now = int(time.time())
        content = {
            "iss": ISSUER,
            "sub": "s-1",
            "aud": ["account", "etopay-backend"],
            "azp": "their-app",
            "iat": now,
            "exp": now + 60,
            "preferred_username": "Erin",
            **claims,
        }
        content = {name: value for name, value in content.items() if value is not None}
        header = {"alg": algorithm, "kid": kid}
        return jwt.encode(header, content, key or self.keys[kid], algorithms=[algorithm])


@pytest.fixture
def provider(monkeypatch):
    one = Provider()
    real = oidc.ProviderKeys

    def keys(issuer, timeout):
        return real(issuer, timeout, httpx.MockTransport(one.answer))

    monkeypatch.setattr(oidc, "ProviderKeys", keys)
    return one


@pytest.fixture
def sandbox(make_sandbox, provider):
    return make_sandbox(oidc_issuer=ISSUER, oidc_audiences=("etopay-backend",), oidc_clients=("their-app",))


async def status(sandbox, token):
    answer = await sandbox.http.get("/api/kyc/check-status", headers=sandbox.headers(token))
    return answer.status_code


async def test_somebody_is_known_at_first_sight(sandbox, provider):
    answer = await sandbox.http.get("/api/kyc/check-status", headers=sandbox.headers(provider.token()))
    assert answer.json() == {"username": "erin", "is_verified": False}
    users = (await sandbox.http.get("/_sandbox/users")).json()["users"]
    assert [(user["username"], user["subject"]) for user in users] == [("erin", "s-1")]


async def test_clients_are_sent_to_it(sandbox):
    assert (await sandbox.http.get("/_sandbox/health")).json()["idp"] == ISSUER


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "http://127.0.0.1:1/realms/other"},
        {"aud": "account"},
        {"aud": None},
        {"azp": "other-app"},
        {"azp": None},
        {"exp": 1},
        {"exp": None},
        {"exp": "never"},
        {"nbf": 99999999999},
        {"sub": None},
        {"preferred_username": None},
        {"preferred_username": ""},
        {"typ": "ID"},
        {"typ": "Refresh"},
    ],
)
async def test_wrong_claims(sandbox, provider, claims):
    assert await status(sandbox, provider.token(**claims)) == 401


async def test_foreign_keys_and_algorithms(sandbox, provider):
    assert await status(sandbox, provider.token(key=RSAKey.generate_key(2048))) == 401
    assert await status(sandbox, provider.token(algorithm="RS512")) == 401
    assert await status(sandbox, provider.token(algorithm="HS256", key=OctKey.generate_key(256))) == 401
    assert await status(sandbox, provider.token(algorithm="ES256", key=ECKey.generate_key("P-256"))) == 401
    assert await status(sandbox, "rubbish") == 401


async def test_tokens_of_the_realm_here_do_not_open_the_backend(sandbox):
    tokens = await AppSignIn(sandbox.http).tokens("dora")
    assert await status(sandbox, tokens["access_token"]) == 401


async def test_keys_are_kept_and_a_new_one_is_fetched(sandbox, provider, monkeypatch):
    for _ in range(3):
        assert await status(sandbox, provider.token()) == 200
    assert provider.asked == 1
    provider.keys["two"] = RSAKey.generate_key(2048, {"kid": "two", "use": "sig"})
    assert await status(sandbox, provider.token("two")) == 401
    monkeypatch.setattr(oidc, "_NOT_AGAIN_FOR", -1.0)
    assert await status(sandbox, provider.token("two")) == 200
    del provider.keys["one"]
    monkeypatch.setattr(oidc, "_KEYS_KEPT", -1.0)
    assert await status(sandbox, provider.token("two")) == 200


async def test_a_provider_that_does_not_answer(sandbox, provider, monkeypatch):
    provider.is_down = True
    assert await status(sandbox, provider.token()) == 503
    provider.is_down = False
    assert await status(sandbox, provider.token()) == 200
    provider.is_down = True
    monkeypatch.setattr(oidc, "_KEYS_KEPT", -1.0)
    monkeypatch.setattr(oidc, "_NOT_AGAIN_FOR", -1.0)
    assert await status(sandbox, provider.token()) == 200


async def test_a_provider_that_calls_itself_something_else(sandbox, provider):
    provider.issuer = "http://127.0.0.1:1/realms/other"
    assert await status(sandbox, provider.token()) == 503


async def test_administrators_by_a_role(make_sandbox, provider):
    role = "realm_access.roles=etopay-admin"
    sandbox = make_sandbox(oidc_issuer=ISSUER, oidc_audiences=("etopay-backend",), oidc_admin_role=role)
    verify = sandbox.app.state.context.tokens.verify
    assert verify(provider.token(realm_access={"roles": ["x", "etopay-admin"]})).is_admin
    assert not verify(provider.token(realm_access={"roles": ["x"]})).is_admin
    assert not verify(provider.token()).is_admin


@pytest.mark.parametrize(
    "changes",
    [
        {"oidc_issuer": "http://idp.example.org/realms/x"},
        {"oidc_audiences": ()},
        {"oidc_algorithms": ("HS256",)},
        {"oidc_algorithms": ("none",)},
    ],
)
def test_settings_that_are_refused(make_sandbox, changes):
    with pytest.raises(StartError):
        make_sandbox(**{"oidc_issuer": ISSUER, "oidc_audiences": ("etopay-backend",), **changes})
