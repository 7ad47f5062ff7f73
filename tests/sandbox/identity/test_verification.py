"""Confirming an e-mail address: asked for by the realm or by an administrator, done by a link in a mail."""

import re

import pytest

from tests.sandbox.browsing import AppSignIn, back, code_of, hidden_fields
from tests.sandbox.identity.letterbox import fill_in, follow, heading, letters, link_to

REALM = "/_sandbox/identity/realm"
TOKEN = "/realms/etopay/protocol/openid-connect/token"
USERS = "/admin/realms/etopay/users"
PASSWORD = "correct horse battery"


@pytest.fixture
async def strict(sandbox):
    """A sandbox whose realm wants addresses confirmed."""
    told = await sandbox.http.put(REALM, json={"verify_email": True})
    assert told.json()["verify_email"] is True
    return sandbox


@pytest.fixture
def app(sandbox):
    return AppSignIn(sandbox.http)


def account(sandbox, name="dora"):
    return sandbox.app.state.identity.accounts.find(name)


async def test_by_default_nobody_is_asked_and_no_mail_is_sent(sandbox, app):
    assert "code" in back(await app.register("dora"))
    assert await letters(sandbox) == []


async def test_registration_waits_for_the_link_and_then_goes_on(strict, app):
    page = await follow(app.http, await app.register("dora"))
    assert heading(page) == "Look into your mails"
    assert "dora@example.org" in page.text
    confirm = await app.http.get(await link_to(strict, "dora@example.org", "verify-email"))
    assert heading(confirm) == "Confirm your address"
    assert not account(strict).email_verified
    answer = await fill_in(app.http, confirm)
    tokens = (await app.redeem(code_of(answer))).json()
    assert account(strict).email_verified
    info = await app.http.get(
        "/realms/etopay/protocol/openid-connect/userinfo",
        headers={"authorization": f"Bearer {tokens['access_token']}"},
    )
    assert info.json()["email_verified"] is True


async def test_a_link_opened_elsewhere_confirms_and_the_page_that_waits_goes_on(strict, app):
    page = await follow(app.http, await app.register("dora"))
    early = await fill_in(app.http, page, answer="check")
    assert (early.status_code, heading(early)) == (400, "Look into your mails")
    assert "not confirmed yet" in early.text
    async with strict.browser() as phone:
        confirm = await phone.get(await link_to(strict, "dora@example.org", "verify-email"))
        done = await fill_in(phone, confirm)
        assert heading(done) == "Your address is confirmed"
    assert "code" in back(await fill_in(app.http, page, answer="check"))


async def test_a_page_that_is_opened_again_sends_no_second_mail_but_a_wish_does(strict, app):
    page = await follow(app.http, await app.register("dora"))
    again = await app.http.get(page.url)
    assert heading(again) == "Look into your mails"
    assert len(await letters(strict, kind="verify-email")) == 1
    more = await fill_in(app.http, again, answer="again")
    assert "Another mail" in more.text
    first, second = [one["links"][0] for one in await letters(strict, kind="verify-email")]
    assert first != second


async def test_a_link_is_good_once_and_for_a_while(strict, app):
    await app.register("dora")
    link = await link_to(strict, "dora@example.org", "verify-email")
    strict.clock.advance(299)
    page = await app.http.get(link)
    assert page.status_code == 200
    strict.clock.advance(2)
    for late in (await app.http.get(link), await fill_in(app.http, page)):
        assert late.status_code == 400
        assert "too old" in late.text
    await strict.http.put(REALM, json={"action_token_generated_by_user_lifespan": 3600})
    await app.sign_in("dora", PASSWORD, prompt="login")
    link = await link_to(strict, "dora@example.org", "verify-email")
    strict.clock.advance(3000)
    page = await app.http.get(link)
    assert "code" not in (await fill_in(app.http, page)).headers.get("location", "")
    assert account(strict).email_verified
    assert "used already" in (await app.http.get(link)).text


@pytest.mark.parametrize("key", ["", "x", "a.b.c", "{access}", "{id}"])
async def test_other_tokens_are_no_links(sandbox, app, key):
    tokens = await app.tokens("dora")
    key = key.format(access=tokens["access_token"], id=tokens["id_token"])
    answer = await app.http.get("/realms/etopay/login-actions/action-token", params={"key": key})
    assert answer.status_code == 400
    assert "not known" in answer.text


async def test_a_link_opens_nothing_else(strict, app):
    await app.register("dora")
    key = (await link_to(strict, "dora@example.org", "verify-email")).partition("key=")[2]
    headers = {"authorization": f"Bearer {key}", "x-app-name": "standalone"}
    assert (await strict.http.get("/api/kyc/check-status", headers=headers)).status_code == 401
    hint = await strict.http.get(f"{app.oidc}/logout", params={"id_token_hint": key})
    assert "You are signed out" in hint.text


async def test_a_form_of_another_browser_is_refused(strict, app):
    await app.register("dora")
    link = await link_to(strict, "dora@example.org", "verify-email")
    page = await app.http.get(link)
    async with strict.browser() as other:
        answer = await other.post(link.partition("?")[0], data=hidden_fields(page.text))
        assert answer.status_code == 400
    assert not account(strict).email_verified


async def test_whoever_signs_in_is_asked_too_and_the_password_grant_refuses(strict, app):
    strict.app.state.identity.accounts.create("dora", PASSWORD, "Dora", "dora@example.org")
    strict.app.state.identity.accounts.create("nomail", PASSWORD, "No", None)
    page = await follow(app.http, await app.sign_in("dora", PASSWORD))
    assert heading(page) == "Look into your mails"
    form = {"grant_type": "password", "client_id": "etopay-test", "password": PASSWORD}
    refused = await app.http.post(TOKEN, data={**form, "username": "dora"})
    assert refused.json()["error_description"] == "Account is not fully set up"
    assert (await app.http.post(TOKEN, data={**form, "username": "nomail"})).status_code == 200


async def test_an_open_session_is_asked_at_its_next_request(sandbox, app):
    await app.register("dora")
    assert "code" in back(await app.open())
    await sandbox.http.put(REALM, json={"verify_email": True})
    assert back(await app.open(prompt="none"))["error"] == "interaction_required"
    page = await follow(app.http, await app.open())
    assert heading(page) == "Look into your mails"
    confirm = await app.http.get(await link_to(sandbox, "dora@example.org", "verify-email"))
    answer = await fill_in(app.http, confirm)
    assert "set-cookie" not in answer.headers or "etopay_sandbox_session" not in answer.headers["set-cookie"]
    assert "code" in back(answer)


async def test_mails_are_in_the_language_of_the_page_and_of_the_account(sandbox, app, admin):
    page = await app.open(prompt="create", ui_locales="de", ui_brand="juno")
    fields = {"username": "dora", "password": PASSWORD, "name": "Dora", "email": "dora@example.org"}
    await app.http.post(f"{app.actions}/registration", data={**hidden_fields(page.text), **fields})
    await sandbox.http.put(f"{USERS}/{account(sandbox).id}/send-verify-email", headers=admin)
    mail = (await letters(sandbox, "dora@", "verify-email"))[0]
    assert mail["subject"] == "Bestätige deine E-Mail-Adresse"
    assert (mail["language"], '<html lang="de">' in mail["html"]) == ("de", True)
    assert mail["links"][0] in mail["html"].replace("&amp;", "&")
    assert re.search(r"bis 2026-03-0\d \d\d:\d\d UTC", mail["text"])


class TestAdministrator:
    async def test_sends_a_link_that_confirms(self, sandbox, app, admin):
        await app.register("dora")
        url = f"{USERS}/{account(sandbox).id}/send-verify-email"
        answer = await sandbox.http.put(url, headers=admin)
        assert (answer.status_code, answer.content) == (204, b"")
        sandbox.clock.advance(12 * 3600 - 1)
        async with sandbox.browser() as browser:
            page = await browser.get(await link_to(sandbox, "dora@", "verify-email"))
            assert heading(await fill_in(browser, page)) == "Your address is confirmed"
        assert account(sandbox).email_verified

    async def test_a_changed_address_is_not_confirmed_by_an_older_link(self, sandbox, app, admin):
        await app.register("dora")
        user = f"{USERS}/{account(sandbox).id}"
        await sandbox.http.put(f"{user}/send-verify-email", headers=admin)
        await sandbox.http.put(user, json={"email": "new@example.org"}, headers=admin)
        answer = await app.http.get(await link_to(sandbox, "dora@", "verify-email"))
        assert answer.status_code == 400

    @pytest.mark.parametrize(
        ("query", "message"),
        [
            ("redirect_uri=etopay://auth", "Client id missing"),
            ("client_id=nobody", "Client doesn't exist"),
            ("client_id=etopay-app&redirect_uri=http://evil.example", "Invalid redirect uri."),
        ],
    )
    async def test_refusals_are_keycloaks(self, sandbox, app, admin, query, message):
        await app.register("dora")
        url = f"{USERS}/{account(sandbox).id}/send-verify-email?{query}"
        answer = await sandbox.http.put(url, headers=admin)
        assert (answer.status_code, answer.json()) == (400, {"errorMessage": message})

    async def test_nobody_is_written_to_without_address_or_when_disabled(self, sandbox, admin):
        make = sandbox.app.state.identity.accounts.create
        none = make("nomail", PASSWORD, "No", None)
        off = make("off", PASSWORD, "Off", "off@example.org", enabled=False)
        for user, message in ((none, "User email missing"), (off, "User is disabled")):
            answer = await sandbox.http.put(f"{USERS}/{user}/send-verify-email", headers=admin)
            assert (answer.status_code, answer.json()) == (400, {"errorMessage": message})
        unknown = await sandbox.http.put(f"{USERS}/none/send-verify-email", headers=admin)
        assert (unknown.status_code, unknown.json()) == (404, {"error": "User not found"})
        assert await letters(sandbox) == []
