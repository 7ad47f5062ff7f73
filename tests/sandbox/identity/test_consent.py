"""Consent: asked where a client needs it, kept, shown, and taken back with the tokens it led to."""

import pytest

from tests.sandbox.browsing import AppSignIn, back, code_of
from tests.sandbox.identity.letterbox import fill_in, follow, heading

USERS, CLIENTS = "/admin/realms/etopay/users", "/_sandbox/identity/clients"
ACCOUNT = "/realms/etopay/account/applications"
TOKEN = "/realms/etopay/protocol/openid-connect/token"
PASSWORD = "correct horse battery"


@pytest.fixture
async def app(sandbox):
    """An app whose users are asked."""
    told = await sandbox.http.put(f"{CLIENTS}/etopay-app", json={"consent_required": True})
    assert told.json()["consent_required"] is True
    return AppSignIn(sandbox.http)


async def allowed(app, answer):
    """Go on to the page that asks, and allow it."""
    page = await follow(app.http, answer)
    assert heading(page) == "May ETOPay see this?"
    return await fill_in(app.http, page, answer="allow")


async def tokens_of(app, **scope):
    page = await app.open(prompt="login", **scope)
    answer = await fill_in(app.http, page, login="dora", password=PASSWORD)
    if "/login-actions/consent" in answer.headers["location"]:
        answer = await allowed(app, answer)
    return (await app.redeem(code_of(answer))).json()


async def refreshed(app, tokens):
    form = {
        "grant_type": "refresh_token",
        "client_id": "etopay-app",
        "refresh_token": tokens["refresh_token"],
    }
    return (await app.http.post(TOKEN, data=form)).status_code


async def test_asked_once_and_again_for_more(app):
    page = await follow(app.http, await app.register("dora"))
    assert "<li>Your name and user name</li><li>Your e-mail address</li>" in page.text
    assert "code" in back(await fill_in(app.http, page, answer="allow"))
    assert "code" in back(await app.open())
    assert "code" in back(await app.open(prompt="none"))
    assert (
        back(await app.open(prompt="none", scope="openid offline_access"))["error"] == "interaction_required"
    )
    more = await follow(app.http, await app.open(scope="openid profile offline_access"))
    assert "Stay signed in" in more.text
    assert "Your name" not in more.text


async def test_prompt_consent_asks_again(app):
    await allowed(app, await app.register("dora"))
    page = await follow(app.http, await app.open(prompt="consent"))
    assert "Your name and user name" in page.text


async def test_refusing_is_told_to_the_app_and_asked_again(app):
    page = await follow(app.http, await app.register("dora"))
    assert back(await fill_in(app.http, page, answer="refuse"))["error"] == "access_denied"
    assert heading(await follow(app.http, await app.sign_in("dora", PASSWORD))) == "May ETOPay see this?"


async def test_nobody_consents_before_signing_in_or_for_another_browser(sandbox, app):
    page = await follow(app.http, await app.register("dora"))
    async with sandbox.browser() as other:
        assert (await fill_in(other, page, answer="allow")).status_code == 400
        stranger = AppSignIn(other)
        form = await stranger.open()
        flow = form.text.partition('name="flow" value="')[2].partition('"')[0]
        assert (await other.get(f"{app.actions}/consent", params={"flow": flow})).status_code == 400


async def test_consent_comes_after_what_has_to_be_done(sandbox, app, admin):
    await allowed(app, await app.register("dora"))
    user = sandbox.app.state.identity.accounts.find("dora").id
    await sandbox.http.put(
        f"{USERS}/{user}", json={"requiredActions": ["TERMS_AND_CONDITIONS"]}, headers=admin
    )
    page = await follow(app.http, await app.open(prompt="consent"))
    assert heading(page) == "Terms"
    page = await follow(app.http, await fill_in(app.http, page, answer="accept"))
    assert heading(page) == "May ETOPay see this?"


async def test_the_password_grant_cannot_ask(sandbox, app):
    await app.register("dora")
    await sandbox.http.put(f"{CLIENTS}/etopay-test", json={"consent_required": True})
    form = {"grant_type": "password", "client_id": "etopay-test", "username": "dora", "password": PASSWORD}
    answer = await app.http.post(TOKEN, data=form)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_client")
    assert answer.json()["error_description"] == "Client requires user consent"


class TestTakenBack:
    @pytest.fixture
    async def user(self, sandbox, app):
        await allowed(app, await app.register("dora"))
        return sandbox.app.state.identity.accounts.find("dora").id

    async def test_by_the_administrator(self, sandbox, app, admin, user):
        tokens = await tokens_of(app, scope="openid profile email offline_access")
        (told,) = (await sandbox.http.get(f"{USERS}/{user}/consents", headers=admin)).json()
        now = int(sandbox.clock.now().timestamp() * 1000)
        assert told["clientId"] == "etopay-app"
        assert told["grantedClientScopes"] == ["profile", "email", "offline_access"]
        assert (told["createdDate"], told["lastUpdatedDate"]) == (now, now)
        assert [one["key"] for one in told["additionalGrants"]] == ["Offline Token"]
        gone = await sandbox.http.delete(f"{USERS}/{user}/consents/etopay-app", headers=admin)
        assert gone.status_code == 204
        assert await refreshed(app, tokens) == 400
        assert (await sandbox.http.get(f"{USERS}/{user}/consents", headers=admin)).json() == []
        again = await sandbox.http.delete(f"{USERS}/{user}/consents/etopay-app", headers=admin)
        assert (again.status_code, again.json()) == (404, {"error": "Consent nor offline token not found"})
        unknown = await sandbox.http.delete(f"{USERS}/{user}/consents/none", headers=admin)
        assert (unknown.status_code, unknown.json()) == (404, {"error": "Client not found"})

    @pytest.mark.usefixtures("user")
    async def test_by_the_person_herself(self, sandbox, app):
        tokens = await tokens_of(app)
        mine = {"authorization": f"Bearer {tokens['access_token']}"}
        (one,) = (await sandbox.http.get(ACCOUNT, headers=mine)).json()
        assert (one["clientId"], one["clientName"], one["inUse"]) == ("etopay-app", "ETOPay", True)
        assert one["userConsentRequired"] is True
        assert [scope["name"] for scope in one["consent"]["grantedScopes"]] == ["profile", "email"]
        told = await sandbox.http.get(f"{ACCOUNT}/etopay-app/consent", headers=mine)
        assert told.json() == one["consent"]
        assert (await sandbox.http.get(f"{ACCOUNT}/juno-app/consent", headers=mine)).status_code == 204
        assert (await sandbox.http.get(f"{ACCOUNT}/none/consent", headers=mine)).status_code == 404
        gone = await sandbox.http.delete(f"{ACCOUNT}/etopay-app/consent", headers=mine)
        assert gone.status_code == 204
        assert (await sandbox.http.get(ACCOUNT, headers=mine)).status_code == 401
        assert await refreshed(app, tokens) == 400

    async def test_consents_outlive_a_restart_and_go_with_the_account(
        self, make_sandbox, sandbox, admin, user
    ):
        again = make_sandbox()
        assert len((await again.http.get(f"{USERS}/{user}/consents", headers=admin)).json()) == 1
        await again.http.delete(f"{USERS}/{user}", headers=admin)
        app = AppSignIn(again.http)
        assert heading(await follow(app.http, await app.register("dora"))) == "May ETOPay see this?"


async def test_keycloaks_call_changes_the_client_too(sandbox, app, admin):
    (client,) = (
        await sandbox.http.get("/admin/realms/etopay/clients?clientId=etopay-app", headers=admin)
    ).json()
    assert client["consentRequired"] is True
    url = f"/admin/realms/etopay/clients/{client['id']}"
    body = {**client, "consentRequired": False}
    assert (await sandbox.http.put(url, json=body, headers=admin)).status_code == 204
    assert "code" in back(await app.register("dora"))
    refused = await sandbox.http.put(url, json={"attributes": {"backchannel.logout.url": "x"}}, headers=admin)
    assert refused.status_code == 400


async def test_unknown_clients_and_odd_addresses_are_refused(sandbox):
    assert (await sandbox.http.put(f"{CLIENTS}/none", json={})).status_code == 404
    for url in ("ftp://x", "http://", "http://u@h/", "http://h/#f", "http://h:99999/", "http://[x/"):
        answer = await sandbox.http.put(f"{CLIENTS}/etopay-app", json={"backchannel_logout_url": url})
        assert answer.status_code == 422, url
