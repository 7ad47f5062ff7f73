"""What somebody has to do before she is signed in, one page after another."""

import re

import pytest

from tests.sandbox.browsing import AppSignIn, back, code_of, hidden_fields
from tests.sandbox.identity.letterbox import fill_in, follow, heading, letters, link_to

OLD, NEW = "correct horse battery", "staple correct horse"
USERS = "/admin/realms/etopay/users"
ALL = ["VERIFY_EMAIL", "UPDATE_PROFILE", "TERMS_AND_CONDITIONS", "UPDATE_PASSWORD"]
TITLES = ["Terms", "Choose a new password", "Check your profile", "Look into your mails"]
PROFILE = {"first_name": "Dora", "last_name": "Maar", "email": "dora@example.org"}


@pytest.fixture
def app(sandbox):
    return AppSignIn(sandbox.http)


@pytest.fixture
def user(sandbox, admin):
    """Make a user of whom something is asked, and return her calls."""

    async def make(*actions, email="dora@example.org", **credential):
        body = {
            "username": "dora",
            "email": email,
            "firstName": "Do",
            "lastName": "Ra",
            "enabled": True,
            "credentials": [{"value": OLD, **credential}],
            "requiredActions": actions,
        }
        answer = await sandbox.http.post(USERS, json=body, headers=admin)
        assert answer.status_code == 201, answer.text
        return answer.headers["location"].removeprefix("http://127.0.0.1:9000")

    return make


async def told(sandbox, admin, user):
    return (await sandbox.http.get(user, headers=admin)).json()


async def test_all_of_them_in_keycloaks_order(sandbox, app, admin, user):
    address = await user(*ALL)
    seen = []
    page = await follow(app.http, await app.sign_in("dora", OLD))
    for fields in ({"answer": "accept"}, {"password": NEW, "password_again": NEW}, PROFILE):
        seen.append(heading(page))
        page = await follow(app.http, await fill_in(app.http, page, **fields))
    seen.append(heading(page))
    assert seen == TITLES
    confirm = await app.http.get(await link_to(sandbox, "dora@", "verify-email"))
    assert code_of(await fill_in(app.http, confirm))
    after = await told(sandbox, admin, address)
    assert after["requiredActions"] == []
    assert after["emailVerified"] is True
    assert after["attributes"]["terms_and_conditions"] == [str(int(sandbox.clock.now().timestamp()))]
    assert (after["firstName"], after["lastName"]) == ("Dora", "Maar")
    assert "code" in back(await app.open())


async def test_a_temporary_password_is_replaced_and_others_are_signed_out(sandbox, app, user):
    await user(temporary=True)
    page = await follow(app.http, await app.sign_in("dora", OLD))
    refused = await fill_in(app.http, page, password=OLD, password_again=OLD)
    assert "present password" in refused.text
    answer = await fill_in(app.http, refused, password=NEW, password_again=NEW, sign_out="on")
    assert "code" in back(await follow(app.http, answer))
    assert (await letters(sandbox, "dora@"))[0]["kind"] == "notice-password"


@pytest.mark.parametrize("wish", [{}, {"sign_out": "on"}])
async def test_other_sessions_end_with_the_old_password_if_wished(sandbox, app, admin, user, wish):
    address = await user()
    async with sandbox.browser() as other:
        elsewhere = AppSignIn(other)
        tokens = (await elsewhere.redeem(code_of(await elsewhere.sign_in("dora", OLD)))).json()
    await sandbox.http.put(address, json={"requiredActions": ["UPDATE_PASSWORD"]}, headers=admin)
    page = await follow(app.http, await app.sign_in("dora", OLD))
    await fill_in(app.http, page, password=NEW, password_again=NEW, **wish)
    form = {
        "grant_type": "refresh_token",
        "client_id": "etopay-app",
        "refresh_token": tokens["refresh_token"],
    }
    assert (await app.http.post(f"{app.oidc}/token", data=form)).status_code == (400 if wish else 200)


async def test_terms_that_are_declined_end_the_sign_in(sandbox, app, admin, user):
    address = await user("TERMS_AND_CONDITIONS")
    page = await follow(app.http, await app.sign_in("dora", OLD))
    assert "worth nothing" in page.text
    assert back(await fill_in(app.http, page, answer="decline"))["error"] == "access_denied"
    assert (await told(sandbox, admin, address))["requiredActions"] == ["TERMS_AND_CONDITIONS"]


class TestProfile:
    @pytest.mark.parametrize(
        ("changes", "field", "text"),
        [
            ({"first_name": " "}, "first_name", "Fill in"),
            ({"last_name": "x" * 61}, "last_name", "at most 60"),
            ({"email": "no mail"}, "email", "not an e-mail"),
            ({"email": "bo@example.org"}, "email", "belongs to an account"),
        ],
    )
    async def test_problems_are_tied_to_their_field(self, sandbox, app, user, changes, field, text):
        sandbox.app.state.identity.accounts.create("bo", OLD, "Bo", "bo@example.org")
        await user("UPDATE_PROFILE")
        page = await follow(app.http, await app.sign_in("dora", OLD))
        assert 'value="Do"' in page.text
        refused = await fill_in(app.http, page, **{**PROFILE, **changes})
        assert refused.status_code == 400
        assert text in re.search(rf'id="{field}-error">([^<]+)<', refused.text)[1]
        assert "code" in back(await fill_in(app.http, refused, **PROFILE))

    async def test_a_new_address_has_to_be_confirmed_and_the_old_one_is_told(self, sandbox, app, user):
        await sandbox.http.put("/_sandbox/identity/realm", json={"verify_email": True})
        address = await user("UPDATE_PROFILE", email="old@example.org")
        sandbox.app.state.identity.selfcare.ask_to_act(
            address.rpartition("/")[2], ["VERIFY_EMAIL"], client_id=None, redirect_uri=None, seconds=None
        )
        confirm = await app.http.get(await link_to(sandbox, "old@", "verify-email"))
        await fill_in(app.http, confirm)
        page = await follow(app.http, await app.sign_in("dora", OLD))
        page = await follow(app.http, await fill_in(app.http, page, **PROFILE))
        assert heading(page) == "Look into your mails"
        assert "dora@example.org" in page.text
        assert (await letters(sandbox, "old@"))[0]["kind"] == "notice-email"


class TestTricks:
    async def test_a_step_cannot_be_left_out(self, sandbox, app, user):
        await user("TERMS_AND_CONDITIONS", "UPDATE_PASSWORD")
        page = await follow(app.http, await app.sign_in("dora", OLD))
        fields = {**hidden_fields(page.text), "execution": "UPDATE_PASSWORD"}
        answer = await app.http.post(
            f"{app.actions}/required-action", data={**fields, "password": NEW, "password_again": NEW}
        )
        assert heading(await follow(app.http, answer)) == "Terms"
        assert (await app.sign_in("dora", NEW, prompt="login")).status_code == 400

    async def test_nothing_is_done_before_the_password_was_good(self, app, user):
        await user("TERMS_AND_CONDITIONS")
        page = await app.open()
        flow = hidden_fields(page.text)
        shown = await app.http.get(f"{app.actions}/required-action", params={"flow": flow["flow"]})
        assert shown.status_code == 400
        fields = {**flow, "execution": "TERMS_AND_CONDITIONS", "answer": "accept"}
        assert (await app.http.post(f"{app.actions}/required-action", data=fields)).status_code == 400

    async def test_a_page_of_another_browser_is_stale(self, sandbox, app, user):
        await user("TERMS_AND_CONDITIONS")
        page = await follow(app.http, await app.sign_in("dora", OLD))
        async with sandbox.browser() as other:
            assert (await other.get(page.url)).status_code == 400
            assert (await fill_in(other, page, answer="accept")).status_code == 400

    async def test_an_account_that_was_disabled_meanwhile_comes_no_further(self, sandbox, app, admin, user):
        address = await user("TERMS_AND_CONDITIONS")
        page = await follow(app.http, await app.sign_in("dora", OLD))
        await sandbox.http.put(address, json={"enabled": False}, headers=admin)
        assert (await fill_in(app.http, page, answer="accept")).status_code == 400

    async def test_prompt_none_does_not_show_them(self, sandbox, app, admin, user):
        address = await user()
        await app.sign_in("dora", OLD)
        await sandbox.http.put(address, json={"requiredActions": ["UPDATE_PROFILE"]}, headers=admin)
        assert back(await app.open(prompt="none"))["error"] == "interaction_required"


class TestMail:
    URL = "execute-actions-email?client_id=etopay-app&redirect_uri=etopay://auth&lifespan=60"

    async def test_a_link_leads_through_them_and_back_and_opens_no_session(self, sandbox, app, admin, user):
        address = await user()
        body = ["UPDATE_PASSWORD", "TERMS_AND_CONDITIONS"]
        answer = await sandbox.http.put(f"{address}/{self.URL}", json=body, headers=admin)
        assert (answer.status_code, answer.content) == (204, b"")
        assert (await told(sandbox, admin, address))["requiredActions"] == []
        mail = (await letters(sandbox, "dora@", "execute-actions"))[0]
        assert "- Accept the terms\n- Choose a new password" in mail["text"]
        link = await link_to(sandbox, "dora@", "execute-actions")
        async with sandbox.browser() as browser:
            page = await browser.get(link)
            assert "<li>Accept the terms</li>" in page.text
            page = await follow(browser, await fill_in(browser, page))
            page = await follow(browser, await fill_in(browser, page, answer="accept"))
            page = await follow(browser, await fill_in(browser, page, password=NEW, password_again=NEW))
            assert heading(page) == "All done"
            assert 'href="etopay://auth"' in page.text
            assert "etopay_sandbox_session" not in browser.cookies
            assert "used already" in (await browser.get(link)).text
        assert "code" in back(await app.sign_in("dora", NEW))

    async def test_a_link_that_was_only_begun_is_still_good(self, sandbox, admin, user):
        address = await user()
        await sandbox.http.put(f"{address}/{self.URL}", json=["UPDATE_PASSWORD"], headers=admin)
        link = await link_to(sandbox, "dora@", "execute-actions")
        for _ in range(2):
            async with sandbox.browser() as browser:
                page = await follow(browser, await fill_in(browser, await browser.get(link)))
                assert heading(page) == "Choose a new password"
        sandbox.clock.advance(61)
        assert "too old" in (await sandbox.http.get(link)).text

    @pytest.mark.parametrize("body", [["CONFIGURE_TOTP"], ["DANCE"], {"a": 1}, "UPDATE_PASSWORD", [[]]])
    async def test_what_is_not_offered_is_refused(self, sandbox, admin, user, body):
        address = await user()
        answer = await sandbox.http.put(f"{address}/{self.URL}", json=body, headers=admin)
        assert (answer.status_code, answer.json()) == (
            400,
            {"errorMessage": "Provided invalid required actions"},
        )


async def test_one_time_codes_are_refused_by_name_and_listed_as_disabled(sandbox, admin, user):
    address = await user("UNKNOWN_ACTION")
    assert (await told(sandbox, admin, address))["requiredActions"] == []
    answer = await sandbox.http.put(address, json={"requiredActions": ["CONFIGURE_TOTP"]}, headers=admin)
    assert answer.status_code == 400
    assert "CONFIGURE_TOTP is not offered" in answer.json()["errorMessage"]
    listed = await sandbox.http.get("/admin/realms/etopay/authentication/required-actions", headers=admin)
    enabled = {one["alias"] for one in listed.json() if one["enabled"]}
    assert enabled == set(ALL)
    assert "CONFIGURE_TOTP" in {one["alias"] for one in listed.json()} - enabled
