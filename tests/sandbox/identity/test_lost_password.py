"""A lost password: a mail, a link that is good once, a new password, and no hint who has an account."""

import re
import time

import pytest

from tests.sandbox.browsing import AppSignIn, back, code_of
from tests.sandbox.identity.letterbox import fill_in, heading, letters, link_to

OLD, NEW = "correct horse battery", "staple correct horse"
TOKEN = "/realms/etopay/protocol/openid-connect/token"


@pytest.fixture
def app(sandbox):
    return AppSignIn(sandbox.http)


async def ask(app, login):
    """Go to the sign-in page, say that the password was forgotten, and ask for the mail."""
    page = await app.open(prompt="login")
    way = re.search(r'href="([^"]*reset-credentials[^"]*)"', page.text)[1].replace("&amp;", "&")
    return await fill_in(app.http, await app.http.get(way), login=login)


async def refreshed(app, tokens):
    form = {
        "grant_type": "refresh_token",
        "client_id": "etopay-app",
        "refresh_token": tokens["refresh_token"],
    }
    return (await app.http.post(TOKEN, data=form)).status_code


@pytest.mark.parametrize("login", ["dora", " DORA@example.org "])
async def test_the_new_password_counts_and_the_old_one_does_not(sandbox, app, login):
    await app.register("dora")
    told = await ask(app, login)
    assert heading(told) == "Look into your mails"
    page = await app.http.get(await link_to(sandbox, "dora@example.org", "reset-credentials"))
    assert heading(page) == "Choose a new password"
    answer = await fill_in(app.http, page, password=NEW, password_again=NEW, sign_out="on")
    assert "code" in back(answer), "the sign-in that waits in this browser goes on"
    async with sandbox.browser() as other:
        assert (await AppSignIn(other).sign_in("dora", OLD)).status_code == 400
    async with sandbox.browser() as other:
        assert "code" in back(await AppSignIn(other).sign_in("dora", NEW))
    assert (await letters(sandbox, "dora@"))[0]["kind"] == "notice-password"
    assert sandbox.app.state.identity.accounts.find("dora").email_verified


@pytest.mark.parametrize("kept", [True, False])
async def test_other_sessions_end_if_wished(sandbox, app, kept):
    tokens = await app.tokens("dora")
    await ask(app, "dora")
    async with sandbox.browser() as phone:
        page = await phone.get(await link_to(sandbox, "dora@", "reset-credentials"))
        assert re.search(r'name="sign_out"[^>]* checked', page.text)
        wish = {} if kept else {"sign_out": "on"}
        done = await fill_in(phone, page, password=NEW, password_again=NEW, **wish)
        assert heading(done) == "Your new password is set"
    assert await refreshed(app, tokens) == (200 if kept else 400)


async def test_unknown_disabled_and_known_names_get_the_same_answer(sandbox, app):
    await app.register("dora")
    sandbox.app.state.identity.accounts.create("off", OLD, "Off", "off@example.org", enabled=False)
    sandbox.app.state.identity.accounts.create("nomail", OLD, "No", None)
    pages = set()
    for login in ("dora", "nobody", "nobody@example.org", "off", "nomail"):
        answer = await ask(app, login)
        pages.add((answer.status_code, re.sub(r"flow=[\w-]+", "", answer.text)))
    assert len(pages) == 1
    assert [one["to"] for one in await letters(sandbox)] == ["dora@example.org"]


async def test_unknown_names_take_as_long(sandbox, app):
    await app.register("dora")
    page = await app.open(prompt="login")
    way = re.search(r'href="([^"]*reset-credentials[^"]*)"', page.text)[1].replace("&amp;", "&")
    form = await app.http.get(way)
    took = {"dora": [], "nobody": []}
    for _ in range(15):
        for login, times in took.items():
            began = time.perf_counter()
            await fill_in(app.http, form, login=login)
            times.append(time.perf_counter() - began)
    known, unknown = (sorted(times)[7] for times in took.values())
    assert 0.5 < known / unknown < 2


@pytest.mark.parametrize(
    ("fields", "field", "text"),
    [
        ({"password": "short", "password_again": "short"}, "password", "at least 10"),
        ({"password": "", "password_again": ""}, "password", "Fill in"),
        ({"password": NEW, "password_again": "other"}, "password_again", "not the same"),
        ({"password": OLD, "password_again": OLD}, "password", "present password"),
        ({"password": "dora@example.org", "password_again": "dora@example.org"}, "password", "too easy"),
    ],
)
async def test_bad_passwords_are_told_and_the_link_stays_good(sandbox, app, fields, field, text):
    await app.register("dora")
    await ask(app, "dora")
    page = await app.http.get(await link_to(sandbox, "dora@", "reset-credentials"))
    refused = await fill_in(app.http, page, **fields)
    assert refused.status_code == 400
    assert text in re.search(rf'id="{field}-error">([^<]+)<', refused.text)[1]
    assert fields["password"] not in refused.text or not fields["password"]
    assert not re.search(r'name="sign_out"[^>]* checked', refused.text)
    assert "code" in back(await fill_in(app.http, refused, password=NEW, password_again=NEW))


async def test_a_link_is_good_once_and_only_until_another_was_used(sandbox, app):
    await app.register("dora")
    await ask(app, "dora")
    first = await link_to(sandbox, "dora@", "reset-credentials")
    await ask(app, "dora")
    second = await link_to(sandbox, "dora@", "reset-credentials")
    page = await app.http.get(second)
    await fill_in(app.http, page, password=NEW, password_again=NEW)
    for used in (await app.http.get(first), await app.http.get(second)):
        assert (used.status_code, "used already" in used.text) == (400, True)
    late = await fill_in(app.http, page, password=OLD, password_again=OLD)
    assert late.status_code == 400


async def test_a_link_ends_on_the_clock_and_with_a_changed_address(sandbox, app, admin):
    await app.register("dora")
    await ask(app, "dora")
    link = await link_to(sandbox, "dora@", "reset-credentials")
    sandbox.clock.advance(301)
    assert "too old" in (await app.http.get(link)).text
    await ask(app, "dora")
    link = await link_to(sandbox, "dora@", "reset-credentials")
    user = sandbox.app.state.identity.accounts.find("dora").id
    body = {"email": "new@example.org"}
    await sandbox.http.put(f"/admin/realms/etopay/users/{user}", json=body, headers=admin)
    assert (await app.http.get(link)).status_code == 400


async def test_a_new_password_ends_the_waiting_after_guesses(sandbox, app):
    await app.register("dora")
    form = {"grant_type": "password", "client_id": "etopay-test", "username": "dora", "password": "wrong"}
    for _ in range(11):
        await app.http.post(TOKEN, data=form)
    await ask(app, "dora")
    page = await app.http.get(await link_to(sandbox, "dora@", "reset-credentials"))
    await fill_in(app.http, page, password=NEW, password_again=NEW)
    assert (await app.http.post(TOKEN, data={**form, "password": NEW})).status_code == 200


async def test_it_can_be_switched_off(sandbox, app):
    page = await app.open()
    way = re.search(r'href="([^"]*reset-credentials[^"]*)"', page.text)[1].replace("&amp;", "&")
    form = await app.http.get(way)
    await sandbox.http.put("/_sandbox/identity/realm", json={"reset_password_allowed": False})
    assert "reset-credentials" not in (await app.open()).text
    assert (await app.http.get(way)).status_code == 400
    assert (await fill_in(app.http, form, login="dora")).status_code == 400


async def test_nobody_named_is_asked_again(app):
    answer = await ask(app, "  ")
    assert answer.status_code == 400
    assert 'id="login-error"' in answer.text


async def test_a_link_never_signs_in_elsewhere(sandbox, app):
    await app.register("dora")
    await ask(app, "dora")
    async with sandbox.browser() as phone:
        page = await phone.get(await link_to(sandbox, "dora@", "reset-credentials"))
        await fill_in(phone, page, password=NEW, password_again=NEW)
        assert "etopay_sandbox_session" not in phone.cookies
    assert code_of(await app.sign_in("dora", NEW, prompt="login"))


async def test_the_log_of_requests_shows_neither_links_nor_passwords(sandbox, app):
    await app.register("dora")
    await ask(app, "dora")
    link = await link_to(sandbox, "dora@", "reset-credentials")
    page = await app.http.get(link)
    await fill_in(app.http, page, password=NEW, password_again=NEW)
    log = (await sandbox.http.get("/_sandbox/requests?part=identity")).text
    assert "action-token" in log
    for secret in (NEW, NEW.replace(" ", "+"), NEW.replace(" ", "%20"), link.partition("key=")[2]):
        assert secret not in log
