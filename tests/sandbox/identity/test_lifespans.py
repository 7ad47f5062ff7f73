"""How long sessions and tokens last: idle, by age, and offline ones beyond the session."""

import pytest

from tests.sandbox.browsing import AppSignIn, back, code_of
from tests.sandbox.identity.letterbox import fill_in

REALM = "/_sandbox/identity/realm"
TOKEN = "/realms/etopay/protocol/openid-connect/token"
INFO = "/realms/etopay/protocol/openid-connect/userinfo"
USERS = "/admin/realms/etopay/users"
PASSWORD = "correct horse battery"


@pytest.fixture
def app(sandbox):
    return AppSignIn(sandbox.http)


async def refresh(app, tokens):
    form = {
        "grant_type": "refresh_token",
        "client_id": "etopay-app",
        "refresh_token": tokens["refresh_token"],
    }
    return await app.http.post(TOKEN, data=form)


async def offline(app):
    """Sign in for tokens that outlive the session."""
    page = await app.open(prompt="login", scope="openid offline_access")
    answer = await fill_in(app.http, page, login="dora", password=PASSWORD)
    return (await app.redeem(code_of(answer))).json()


async def good(app, tokens):
    headers = {"authorization": f"Bearer {tokens['access_token']}"}
    return (await app.http.get(INFO, headers=headers)).status_code == 200


class TestIdle:
    async def test_a_session_ends_that_is_not_used(self, sandbox, app):
        await sandbox.http.put(REALM, json={"sso_session_idle_timeout": 100})
        tokens = await app.tokens("dora")
        assert tokens["refresh_expires_in"] == 100
        sandbox.clock.advance(100)
        assert (await refresh(app, tokens)).status_code == 400
        assert back(await app.open(prompt="none"))["error"] == "login_required"

    async def test_use_by_the_app_and_in_the_browser_keeps_it(self, sandbox, app):
        await sandbox.http.put(REALM, json={"sso_session_idle_timeout": 100})
        tokens = await app.tokens("dora")
        for _ in range(3):
            sandbox.clock.advance(90)
            tokens = (await refresh(app, tokens)).json()
        sandbox.clock.advance(90)
        assert "code" in back(await app.open(prompt="none"))
        sandbox.clock.advance(5)
        assert await good(app, tokens)

    async def test_a_shorter_time_counts_for_what_is_there(self, sandbox, app):
        tokens = await app.tokens("dora")
        sandbox.clock.advance(50)
        await sandbox.http.put(REALM, json={"sso_session_idle_timeout": 40})
        assert (await refresh(app, tokens)).status_code == 400


class TestAge:
    async def test_a_session_ends_however_it_is_used(self, sandbox, app):
        await sandbox.http.put(REALM, json={"sso_session_max_lifespan": 200, "access_token_lifespan": 150})
        tokens = await app.tokens("dora")
        assert (tokens["expires_in"], tokens["refresh_expires_in"]) == (150, 200)
        sandbox.clock.advance(120)
        tokens = (await refresh(app, tokens)).json()
        assert (tokens["expires_in"], tokens["refresh_expires_in"]) == (80, 80)
        sandbox.clock.advance(79)
        assert await good(app, tokens)
        sandbox.clock.advance(1)
        assert not await good(app, tokens)
        assert (await refresh(app, tokens)).status_code == 400
        assert back(await app.open(prompt="none"))["error"] == "login_required"

    async def test_the_life_of_access_tokens(self, sandbox, app):
        await sandbox.http.put(REALM, json={"access_token_lifespan": 30})
        tokens = await app.tokens("dora")
        assert tokens["expires_in"] == 30
        sandbox.clock.advance(29)
        assert await good(app, tokens)
        sandbox.clock.advance(1)
        assert not await good(app, tokens)
        assert (await refresh(app, tokens)).status_code == 200

    async def test_the_administrator_and_the_person_see_when_it_ends(self, sandbox, app):
        await sandbox.http.put(REALM, json={"sso_session_idle_timeout": 100, "sso_session_max_lifespan": 150})
        tokens = await app.tokens("dora")
        sandbox.clock.advance(90)
        tokens = (await refresh(app, tokens)).json()
        headers = {"authorization": f"Bearer {tokens['access_token']}"}
        (one,) = (await app.http.get("/realms/etopay/account/sessions", headers=headers)).json()
        assert one["expires"] - one["started"] == 150


class TestOffline:
    @pytest.fixture
    async def user(self, sandbox, app):
        await app.register("dora")
        return sandbox.app.state.identity.accounts.find("dora").id

    @pytest.mark.usefixtures("user")
    async def test_it_outlives_sign_out_restart_and_idle_sessions(self, make_sandbox, sandbox, app):
        await sandbox.http.put(REALM, json={"sso_session_idle_timeout": 100})
        tokens = await offline(app)
        assert tokens["refresh_expires_in"] == 0
        assert "offline_access" in tokens["scope"].split()
        await app.http.get(f"{app.oidc}/logout", params={"id_token_hint": tokens["id_token"]})
        assert back(await app.open(prompt="none"))["error"] == "login_required"
        sandbox.clock.advance(1000)
        again = make_sandbox()
        again.clock.advance(1000)
        later = await refresh(AppSignIn(again.http), tokens)
        assert later.status_code == 200
        assert later.json()["refresh_expires_in"] == 0

    @pytest.mark.usefixtures("user")
    async def test_other_tokens_of_the_session_end_with_it(self, app):
        kept = await offline(app)
        other = (await app.redeem(code_of(await app.open()))).json()
        await app.http.get(f"{app.oidc}/logout", params={"id_token_hint": kept["id_token"]})
        assert (await refresh(app, other)).status_code == 400
        assert (await refresh(app, kept)).status_code == 200

    @pytest.mark.usefixtures("user")
    async def test_it_ends_when_it_stands_idle_or_is_too_old(self, sandbox, app):
        await sandbox.http.put(REALM, json={"offline_session_idle_timeout": 100})
        tokens = await offline(app)
        sandbox.clock.advance(90)
        tokens = (await refresh(app, tokens)).json()
        sandbox.clock.advance(100)
        assert (await refresh(app, tokens)).status_code == 400
        await sandbox.http.put(REALM, json={"offline_session_max_lifespan": 150})
        tokens = await offline(app)
        assert tokens["refresh_expires_in"] == 100
        sandbox.clock.advance(90)
        tokens = (await refresh(app, tokens)).json()
        assert tokens["refresh_expires_in"] == 60

    async def test_administrators_see_and_end_it(self, sandbox, app, admin, user):
        tokens = await offline(app)
        (client,) = (
            await sandbox.http.get("/admin/realms/etopay/clients?clientId=etopay-app", headers=admin)
        ).json()
        url = f"{USERS}/{user}/offline-sessions/{client['id']}"
        (one,) = (await sandbox.http.get(url, headers=admin)).json()
        assert one["id"] == tokens["session_state"]
        await sandbox.http.post(f"{USERS}/{user}/logout", headers=admin)
        assert (await sandbox.http.get(f"{USERS}/{user}/sessions", headers=admin)).json() == []
        assert len((await sandbox.http.get(url, headers=admin)).json()) == 1
        gone = f"/admin/realms/etopay/sessions/{one['id']}?isOffline=true"
        assert (await sandbox.http.delete(gone, headers=admin)).status_code == 204
        assert (await sandbox.http.delete(gone, headers=admin)).status_code == 404
        assert (await refresh(app, tokens)).status_code == 400

    @pytest.mark.usefixtures("user")
    async def test_its_owner_ends_it_by_revoking_it_or_signing_out_with_it(self, app):
        for path in ("revoke", "logout"):
            tokens = await offline(app)
            name = "token" if path == "revoke" else "refresh_token"
            form = {"client_id": "etopay-app", name: tokens["refresh_token"]}
            assert (await app.http.post(f"{app.oidc}/{path}", data=form)).status_code in {200, 204}
            assert (await refresh(app, tokens)).status_code == 400

    @pytest.mark.usefixtures("user")
    async def test_signing_out_everywhere_in_the_console_ends_it_too(self, sandbox, app):
        tokens = await offline(app)
        headers = {"authorization": f"Bearer {tokens['access_token']}", "x-app-name": "standalone"}
        assert (await app.http.get("/api/kyc/check-status", headers=headers)).status_code == 200
        await sandbox.http.delete("/_sandbox/users/dora/sessions")
        assert (await refresh(app, tokens)).status_code == 400
