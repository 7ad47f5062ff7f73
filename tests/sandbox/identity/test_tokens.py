"""Tokens after the sign-in: refreshing, revoking, signing out, and what never counts as one."""

import base64
import json
import secrets

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, OctKey, RSAKey

from tests.sandbox.browsing import AppSignIn, back, hidden_fields

OIDC = "/realms/etopay/protocol/openid-connect"


@pytest.fixture
def app(sandbox):
    return AppSignIn(sandbox.http)


async def refresh(app, token, **changes):
    form = {"grant_type": "refresh_token", "client_id": "etopay-app", "refresh_token": token, **changes}
    return await app.http.post(f"{OIDC}/token", data=form)


async def status(sandbox, token):
    answer = await sandbox.http.get("/api/kyc/check-status", headers=sandbox.headers(token))
    return answer.status_code


class TestRefresh:
    async def test_each_token_works_once_and_brings_the_next(self, sandbox, app):
        tokens = await app.tokens("dora")
        second = (await refresh(app, tokens["refresh_token"])).json()
        assert second["refresh_token"] != tokens["refresh_token"]
        assert await status(sandbox, second["access_token"]) == 200
        third = await refresh(app, second["refresh_token"])
        assert third.status_code == 200

    async def test_a_used_one_ends_the_whole_family(self, sandbox, app):
        tokens = await app.tokens("dora")
        second = (await refresh(app, tokens["refresh_token"])).json()

        stolen = await refresh(app, tokens["refresh_token"])

        assert stolen.json()["error"] == "invalid_grant"
        assert (await refresh(app, second["refresh_token"])).status_code == 400
        assert await status(sandbox, second["access_token"]) == 401

    async def test_other_family_of_the_same_person_lives_on(self, sandbox, app):
        first = await app.tokens("dora")
        other = (await app.redeem(back(await app.open())["code"])).json()
        await refresh(app, first["refresh_token"])
        await refresh(app, first["refresh_token"])
        assert await status(sandbox, other["access_token"]) == 200

    async def test_belongs_to_its_client(self, app):
        tokens = await app.tokens("dora")
        assert (await refresh(app, tokens["refresh_token"], client_id="etopay-test")).status_code == 400
        assert (await refresh(app, tokens["refresh_token"])).status_code == 200

    async def test_cannot_widen_the_scope(self, app):
        tokens = await app.tokens("dora")
        wider = await refresh(app, tokens["refresh_token"], scope="openid offline_access")
        assert wider.json()["error"] == "invalid_scope"

    async def test_expires(self, sandbox, app):
        tokens = await app.tokens("dora")
        sandbox.clock.advance(31 * 24 * 3600)
        assert (await refresh(app, tokens["refresh_token"])).status_code == 400


class TestRevocation:
    @pytest.mark.parametrize("kind", ["refresh_token", "access_token"])
    async def test_ends_the_grant(self, sandbox, app, kind):
        tokens = await app.tokens("dora")
        form = {"client_id": "etopay-app", "token": tokens[kind]}
        assert (await app.http.post(f"{OIDC}/revoke", data=form)).status_code == 200
        assert await status(sandbox, tokens["access_token"]) == 401

    async def test_unknown_token_is_fine_and_foreign_client_changes_nothing(self, sandbox, app):
        tokens = await app.tokens("dora")
        for form, expected in (
            ({"client_id": "etopay-app", "token": "nothing"}, 200),
            ({"client_id": "etopay-test", "token": tokens["refresh_token"]}, 400),
        ):
            assert (await app.http.post(f"{OIDC}/revoke", data=form)).status_code == expected
        assert await status(sandbox, tokens["access_token"]) == 200


class TestSignOut:
    async def test_with_id_token_ends_session_and_tokens_and_returns(self, sandbox, app):
        tokens = await app.tokens("dora")
        answer = await app.http.get(
            f"{OIDC}/logout",
            params={
                "id_token_hint": tokens["id_token"],
                "post_logout_redirect_uri": "http://127.0.0.1:5000/callback",
                "state": "s",
            },
        )
        assert answer.headers["location"] == "http://127.0.0.1:5000/callback?state=s"
        assert await status(sandbox, tokens["access_token"]) == 401
        assert (await app.open()).status_code == 200

    async def test_without_proof_asks_first(self, sandbox, app):
        tokens = await app.tokens("dora")
        page = await app.http.get(f"{OIDC}/logout", params={"client_id": "etopay-app"})
        assert "Sign out?" in page.text
        assert await status(sandbox, tokens["access_token"]) == 200
        done = await app.http.post(f"{OIDC}/logout", data=hidden_fields(page.text))
        assert "You are signed out" in done.text
        assert await status(sandbox, tokens["access_token"]) == 401

    async def test_returns_to_registered_addresses_only(self, app):
        tokens = await app.tokens("dora")
        answer = await app.http.get(
            f"{OIDC}/logout",
            params={"id_token_hint": tokens["id_token"], "post_logout_redirect_uri": "https://evil.example/"},
        )
        assert answer.status_code == 400
        assert "location" not in answer.headers


class TestPasswordGrant:
    async def test_marked_client_only(self, sandbox, app):
        await app.register("dora")
        form = {"grant_type": "password", "username": "dora", "password": "correct horse battery"}
        refused = await app.http.post(f"{OIDC}/token", data={**form, "client_id": "etopay-app"})
        assert refused.json()["error"] == "unauthorized_client"

        good = await app.http.post(
            f"{OIDC}/token", data={**form, "client_id": "etopay-test", "client_secret": "", "scope": "openid"}
        )
        assert good.status_code == 200
        assert await status(sandbox, good.json()["access_token"]) == 200

    async def test_wrong_password(self, app):
        await app.register("dora")
        form = {"grant_type": "password", "client_id": "etopay-test", "username": "dora", "password": "x"}
        answer = await app.http.post(f"{OIDC}/token", data=form)
        assert answer.status_code == 401
        assert answer.json()["error"] == "invalid_grant"

    @pytest.mark.parametrize(
        ("form", "error"),
        [
            ({}, "invalid_client"),
            ({"client_id": "etopay-app"}, "invalid_request"),
            ({"client_id": "etopay-app", "grant_type": "implicit"}, "unsupported_grant_type"),
            ({"client_id": "etopay-app", "grant_type": "authorization_code"}, "invalid_request"),
            ({"client_id": "etopay-app", "grant_type": "refresh_token"}, "invalid_request"),
        ],
    )
    async def test_other_requests(self, app, form, error):
        answer = await app.http.post(f"{OIDC}/token", data=form or {"x": "y"})
        assert answer.json()["error"] == error
        assert answer.status_code in {400, 401}

    async def test_json_body_is_refused(self, app):
        answer = await app.http.post(f"{OIDC}/token", json={"grant_type": "password"})
        assert answer.json()["error"] == "invalid_request"


class TestForgeries:
    """Everything that is not an access token this realm signed gives 401."""

    async def forged(self, sandbox, app, *, header=None, claims=None, key=None, algorithm="ES256"):
        async with sandbox.browser() as browser:
            tokens = await AppSignIn(browser).tokens(f"user-{secrets.token_hex(4)}")
        good = jwt.decode(
            tokens["access_token"],
            KeySet.import_key_set((await app.http.get(f"{OIDC}/certs")).json()),
            algorithms=["ES256"],
        )
        kid, own = sandbox.app.state.identity.keys.signing_key()
        full_header = {"alg": algorithm, "kid": kid, "typ": "at+jwt", **(header or {})}
        token = jwt.encode(full_header, {**good.claims, **(claims or {})}, key or own, algorithms=[algorithm])
        return await status(sandbox, token)

    async def test_the_way_it_is_forged_here_would_be_accepted(self, sandbox, app):
        assert await self.forged(sandbox, app) == 200

    @pytest.mark.parametrize(
        "claims",
        [
            {"iss": "http://evil.example/realms/etopay"},
            {"aud": "account"},
            {"exp": 1},
            {"iat": 99999999999, "exp": 99999999999},
            {"gid": "no-such-grant"},
            {"sub": "no-such-account"},
        ],
    )
    async def test_wrong_claims(self, sandbox, app, claims):
        assert await self.forged(sandbox, app, claims=claims) == 401

    async def test_wrong_type_key_and_algorithm(self, sandbox, app):
        assert await self.forged(sandbox, app, header={"typ": "JWT"}) == 401
        assert await self.forged(sandbox, app, header={"kid": "other"}) == 401

    async def test_foreign_key(self, sandbox, app):
        assert await self.forged(sandbox, app, key=ECKey.generate_key("P-256")) == 401

    async def test_foreign_key_in_the_header(self, sandbox, app):
        key = ECKey.generate_key("P-256")
        header = {"jwk": key.as_dict(private=False)}
        assert await self.forged(sandbox, app, key=key, header=header) == 401

    async def test_other_algorithms(self, sandbox, app):
        assert await self.forged(sandbox, app, key=RSAKey.generate_key(2048), algorithm="RS256") == 401
        assert await self.forged(sandbox, app, key=OctKey.generate_key(256), algorithm="HS256") == 401

    async def test_unsigned(self, sandbox, app):
        tokens = await app.tokens("dora")
        _, payload, _ = tokens["access_token"].split(".")
        head = base64.urlsafe_b64encode(json.dumps({"alg": "none", "typ": "at+jwt"}).encode()).decode()
        assert await status(sandbox, f"{head.rstrip('=')}.{payload}.") == 401

    async def test_id_and_refresh_tokens(self, sandbox, app):
        tokens = await app.tokens("dora")
        assert await status(sandbox, tokens["id_token"]) == 401
        assert await status(sandbox, tokens["refresh_token"]) == 401

    @pytest.mark.parametrize("token", ["x", "a.b.c", "ä", "....", "e30.e30.e30", "x" * 5000])
    async def test_rubbish(self, sandbox, token):
        headers = {"authorization": f"Bearer {token}".encode(), "x-app-name": "standalone"}
        answer = await sandbox.http.get("/api/kyc/check-status", headers=headers)
        assert answer.status_code == 401

    async def test_expired(self, sandbox, app):
        tokens = await app.tokens("dora")
        sandbox.clock.advance(599)
        assert await status(sandbox, tokens["access_token"]) == 200
        sandbox.clock.advance(2)
        assert await status(sandbox, tokens["access_token"]) == 401


class TestUserInfo:
    async def test_tells_what_the_scope_opens(self, sandbox, app):
        tokens = await app.tokens("dora")
        answer = await app.http.get(f"{OIDC}/userinfo", headers=sandbox.headers(tokens["access_token"]))
        assert answer.json()["preferred_username"] == "dora"
        assert answer.json()["email"] == "dora@example.org"

    async def test_without_token(self, app):
        answer = await app.http.get(f"{OIDC}/userinfo")
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"].startswith("Bearer")


async def test_discovery_names_what_is_there(sandbox):
    document = (await sandbox.http.get("/realms/etopay/.well-known/openid-configuration")).json()
    assert document["issuer"] == "http://127.0.0.1:9000/realms/etopay"
    assert document["code_challenge_methods_supported"] == ["S256"]
    for name in ("jwks_uri", "authorization_endpoint"):
        answer = await sandbox.http.get(document[name])
        assert answer.status_code in {200, 400}


async def test_rs256_is_the_default_and_keys_are_public_only(make_sandbox, tmp_path):
    sandbox = make_sandbox(token_algorithm="RS256")
    key = (await sandbox.http.get(f"{OIDC}/certs")).json()["keys"][0]
    assert (key["kty"], key["alg"], key["use"]) == ("RSA", "RS256", "sig")
    assert not {"d", "p", "q", "dp", "dq", "qi"} & set(key)


async def test_keys_stay_over_a_restart_and_a_change_of_algorithm(make_sandbox):
    first = make_sandbox()
    tokens = await AppSignIn(first.http).tokens("dora")
    second = make_sandbox(token_algorithm="RS256")
    assert await status(second, tokens["access_token"]) == 200
    keys = (await second.http.get(f"{OIDC}/certs")).json()["keys"]
    assert {key["kty"] for key in keys} == {"EC", "RSA"}
