"""Authorization code with PKCE, from the app's first redirect to its tokens."""

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from tests.sandbox.browsing import CALLBACK, AppSignIn, back, code_of, hidden_fields, pkce


@pytest.fixture
def app(sandbox):
    return AppSignIn(sandbox.http)


class TestSignIn:
    async def test_register_then_tokens_with_the_claims_clients_read(self, sandbox, app):
        answer = await app.register("dora")
        parameters = back(answer)
        assert parameters["state"] == app.state
        assert parameters["iss"] == sandbox.settings.issuer

        tokens = (await app.redeem(parameters["code"])).json()

        keys = KeySet.import_key_set((await sandbox.http.get(f"{app.oidc}/certs")).json())
        access = jwt.decode(tokens["access_token"], keys, algorithms=["ES256"]).claims
        identity = jwt.decode(tokens["id_token"], keys, algorithms=["ES256"]).claims
        assert access["preferred_username"] == "dora"
        assert access["azp"] == "etopay-app"
        assert access["exp"] - access["iat"] == 600
        assert identity["aud"] == "etopay-app"
        assert identity["nonce"] == "n-1"
        assert identity["email"] == "dora@example.org"
        assert identity["sub"] == access["sub"]
        assert tokens["token_type"] == "Bearer"

    async def test_existing_account_signs_in_by_name_or_mail(self, sandbox, app):
        await app.register("dora")
        for login in ("dora", "Dora", "dora@example.org"):
            async with sandbox.browser() as browser:
                answer = await AppSignIn(browser).sign_in(login, "correct horse battery")
                assert "code" in back(answer)

    async def test_signed_in_browser_needs_no_second_password(self, app):
        await app.register("dora")
        assert "code" in back(await app.open())
        assert "code" in back(await app.open(prompt="none"))

    async def test_prompt_login_and_old_sign_in_ask_again(self, sandbox, app):
        await app.register("dora")
        assert (await app.open(prompt="login")).status_code == 200
        sandbox.clock.advance(100)
        assert (await app.open(max_age="50")).status_code == 200
        assert (await app.open(max_age="500")).status_code == 303

    async def test_prompt_none_without_session_is_told_to_the_client(self, app):
        parameters = back(await app.open(prompt="none"))
        assert parameters["error"] == "login_required"
        assert parameters["state"] == app.state

    async def test_keycloaks_registration_path_opens_the_form(self, app):
        page = await app.http.get(
            "/realms/etopay/protocol/openid-connect/registrations", params=app.request()
        )
        assert page.status_code == 200
        assert 'action="/realms/etopay/login-actions/registration"' in page.text


class TestAuthorizationRequest:
    @pytest.mark.parametrize(
        "callback",
        [
            "http://127.0.0.1:1/callback",
            "http://127.0.0.1:65000/oauth/callback",
            "http://localhost:8550/callback",
            "etopay://auth",
            "juno://auth",
        ],
    )
    async def test_registered_addresses(self, app, callback):
        assert (await app.open(redirect_uri=callback)).status_code == 200

    @pytest.mark.parametrize(
        "callback",
        [
            "http://127.0.0.1:5000/other",
            "http://127.0.0.1:5000/callback/",
            "http://127.0.0.1:5000/callback?x=1",
            "http://127.0.0.1:5000/callback#x",
            "http://127.0.0.1:5000/%63allback",
            "http://user@127.0.0.1:5000/callback",
            "http://127.0.0.1.evil.example:5000/callback",
            "http://127.0.0.1:5000@evil.example/callback",
            "http://127.0.0.1:99999/callback",
            "https://127.0.0.1:5000/callback",
            "http://127.1:5000/callback",
            "http://[::ffff:127.0.0.1]:5000/callback",
            "etopay://auth/x",
            "etopay://other",
            "evil://auth",
            "javascript:alert(1)",
            "",
        ],
    )
    async def test_other_addresses_get_a_page_and_no_redirect(self, app, callback):
        answer = await app.open(redirect_uri=callback)
        assert answer.status_code == 400
        assert "location" not in answer.headers

    async def test_unknown_client_gets_a_page(self, app):
        answer = await app.open(client_id="stranger")
        assert answer.status_code == 400
        assert "not known" in answer.text

    @pytest.mark.parametrize(
        ("changes", "error"),
        [
            ({"code_challenge": None}, "invalid_request"),
            ({"code_challenge_method": "plain"}, "invalid_request"),
            ({"code_challenge_method": None}, "invalid_request"),
            ({"code_challenge": "short"}, "invalid_request"),
            ({"response_type": "token"}, "unsupported_response_type"),
            ({"response_type": "id_token"}, "unsupported_response_type"),
            ({"response_mode": "fragment"}, "invalid_request"),
            ({"prompt": "none login"}, "invalid_request"),
            ({"prompt": "dance"}, "invalid_request"),
            ({"max_age": "soon"}, "invalid_request"),
            ({"request": "x"}, "request_not_supported"),
            ({"request_uri": "https://x.example"}, "request_uri_not_supported"),
        ],
    )
    async def test_other_faults_are_told_to_the_client(self, app, changes, error):
        parameters = back(await app.open(**changes))
        assert parameters["error"] == error
        assert parameters["state"] == app.state
        assert "code" not in parameters

    async def test_a_parameter_given_twice_is_refused(self, app):
        answer = await app.http.get(f"{app.oidc}/auth?client_id=etopay-app&client_id=etopay-app")
        assert answer.status_code == 400


class TestCode:
    async def test_wrong_verifier_uses_the_code_up(self, app):
        code = code_of(await app.register("dora"))
        refused = await app.redeem(code, code_verifier=pkce()[0])
        assert refused.status_code == 400
        assert refused.json()["error"] == "invalid_grant"
        assert (await app.redeem(code)).status_code == 400

    @pytest.mark.parametrize(
        "changes",
        [
            {"code_verifier": ""},
            {"redirect_uri": "http://127.0.0.1:53118/callback"},
            {"redirect_uri": ""},
            {"client_id": "etopay-test"},
        ],
    )
    async def test_must_come_back_as_it_was_asked_for(self, app, changes):
        code = code_of(await app.register("dora"))
        assert (await app.redeem(code, **changes)).json()["error"] == "invalid_grant"

    async def test_second_use_ends_what_the_first_one_got(self, sandbox, app):
        code = code_of(await app.register("dora"))
        tokens = (await app.redeem(code)).json()
        headers = sandbox.headers(tokens["access_token"])
        assert (await sandbox.http.get("/api/kyc/check-status", headers=headers)).status_code == 200

        assert (await app.redeem(code)).json()["error"] == "invalid_grant"

        assert (await sandbox.http.get("/api/kyc/check-status", headers=headers)).status_code == 401
        assert (await self._refresh(app, tokens["refresh_token"])).status_code == 400

    async def test_lives_a_minute(self, sandbox, app):
        code = code_of(await app.register("dora"))
        sandbox.clock.advance(61)
        assert (await app.redeem(code)).json()["error"] == "invalid_grant"

    async def test_is_worth_nothing_after_signing_out(self, app):
        tokens = (await app.redeem(code_of(await app.register("dora")))).json()
        code = code_of(await app.open())
        await app.http.get(f"{app.oidc}/logout", params={"id_token_hint": tokens["id_token"]})
        assert (await app.redeem(code)).json()["error"] == "invalid_grant"

    @staticmethod
    async def _refresh(app, token):
        form = {"grant_type": "refresh_token", "client_id": "etopay-app", "refresh_token": token}
        return await app.http.post(f"{app.oidc}/token", data=form)


class TestForms:
    async def test_a_form_of_another_browser_is_refused(self, sandbox, app):
        page = await app.open()
        fields = {**hidden_fields(page.text), "login": "dora", "password": "x"}
        async with sandbox.browser() as stranger:
            answer = await stranger.post(f"{app.actions}/sign-in", data=fields)
        assert answer.status_code == 400
        assert "no longer valid" in answer.text

    async def test_a_form_without_its_token_is_refused(self, app):
        fields = hidden_fields((await app.open()).text)
        fields["form_token"] = "0" * 64
        answer = await app.http.post(f"{app.actions}/sign-in", data={**fields, "login": "a", "password": "b"})
        assert "no longer valid" in answer.text

    async def test_a_form_is_good_once(self, app):
        page = await app.open(prompt="create")
        fields = {
            **hidden_fields(page.text),
            "username": "dora",
            "password": "correct horse battery",
            "name": "Dora",
            "email": "dora@example.org",
        }
        assert (await app.http.post(f"{app.actions}/registration", data=fields)).status_code == 303
        again = await app.http.post(f"{app.actions}/registration", data=fields)
        assert again.status_code == 400

    async def test_cookies_are_for_this_realm_and_not_for_scripts(self, app):
        answer = await app.register("dora")
        cookie = answer.headers["set-cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=lax" in cookie
        assert "Path=/realms/etopay" in cookie

    async def test_sign_in_renews_the_session(self, app):
        first = (await app.register("dora")).headers["set-cookie"]
        page = await app.open(prompt="login")
        fields = {**hidden_fields(page.text), "login": "dora", "password": "correct horse battery"}
        second = (await app.http.post(f"{app.actions}/sign-in", data=fields)).headers["set-cookie"]
        assert first.split(";")[0] != second.split(";")[0]


async def test_the_callback_of_these_tests_is_a_registered_one(app):
    assert (await app.open(redirect_uri=CALLBACK)).status_code == 200
