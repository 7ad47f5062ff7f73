"""Pages that wait half-way through a sign-in: what was proved for them ends with session and password."""

import pytest

from tests.sandbox.browsing import AppSignIn, back
from tests.sandbox.identity.letterbox import fill_in, follow, heading, link_to

USERS = "/admin/realms/etopay/users"
OLD, NEW = "correct horse battery", "staple correct horse"


@pytest.fixture
async def app(sandbox):
    """An app that dora is signed in to."""
    app = AppSignIn(sandbox.http)
    assert "code" in back(await app.register("dora"))
    return app


@pytest.fixture
def address(sandbox, app):
    return f"{USERS}/{sandbox.app.state.identity.accounts.find('dora').id}"


async def asks_consent(sandbox):
    await sandbox.http.put("/_sandbox/identity/clients/etopay-app", json={"consent_required": True})


async def is_stale(http, page, **fields):
    """The page leads nowhere any more, and nobody is signed in."""
    answer = await fill_in(http, page, **fields)
    assert answer.status_code == 400, answer.headers.get("location")
    assert "etopay_sandbox_session" not in answer.cookies


async def parked(app, title, password=None):
    """The page on which a sign-in waits: by the session of the browser, or by a password."""
    answer = await (app.sign_in("dora", password, prompt="login") if password else app.open())
    page = await follow(app.http, answer)
    assert heading(page) == title
    return page


async def test_consent_after_signing_out(sandbox, app):
    await asks_consent(sandbox)
    page = await parked(app, "May ETOPay see this?")
    question = await app.http.get(f"{app.oidc}/logout")
    assert heading(await fill_in(app.http, question)) == "You are signed out"
    await is_stale(app.http, page, answer="allow")
    assert back(await app.open(prompt="none"))["error"] == "login_required"


async def test_a_required_action_after_signing_out(sandbox, app, admin, address):
    await sandbox.http.put(address, json={"requiredActions": ["UPDATE_PASSWORD"]}, headers=admin)
    page = await parked(app, "Choose a new password")
    await fill_in(app.http, await app.http.get(f"{app.oidc}/logout"))
    await is_stale(app.http, page, password=NEW, password_again=NEW)
    assert (await app.sign_in("dora", NEW, prompt="login")).status_code == 400, "it was not set"


@pytest.mark.parametrize("way", ["link", "administrator", "removed", "signed out", "disabled"])
async def test_what_the_old_password_had_begun(sandbox, app, admin, address, way):
    await asks_consent(sandbox)
    async with sandbox.browser() as other:
        page = await parked(AppSignIn(other), "May ETOPay see this?", OLD)
        if way == "link":
            form = await app.http.get((await app.open(prompt="login")).url)
            flow = {"flow": form.text.partition('name="flow" value="')[2].partition('"')[0]}
            asked = await app.http.get(f"{app.actions}/reset-credentials", params=flow)
            await fill_in(app.http, asked, login="dora")
            link = await app.http.get(await link_to(sandbox, "dora@", "reset-credentials"))
            await fill_in(app.http, link, password=NEW, password_again=NEW)
        elif way == "administrator":
            await sandbox.http.put(f"{address}/reset-password", json={"value": NEW}, headers=admin)
        elif way == "removed":
            (one,) = (await sandbox.http.get(f"{address}/credentials", headers=admin)).json()
            await sandbox.http.delete(f"{address}/credentials/{one['id']}", headers=admin)
        elif way == "signed out":
            await sandbox.http.post(f"{address}/logout", headers=admin)
        else:
            for enabled in (False, True):
                await sandbox.http.put(address, json={"enabled": enabled}, headers=admin)
        await is_stale(other, page, answer="allow")


@pytest.mark.parametrize("wish", [{}, {"sign_out": "on"}])
async def test_a_password_chosen_elsewhere_ends_it_and_its_own_sign_in_goes_on(
    sandbox, app, admin, address, wish
):
    asked = {"requiredActions": ["UPDATE_PASSWORD", "UPDATE_PROFILE"]}
    await sandbox.http.put(address, json=asked, headers=admin)
    profile = {"first_name": "Dora", "last_name": "Maar", "email": "dora@example.org"}
    async with sandbox.browser() as other, sandbox.browser() as own:
        page = await parked(AppSignIn(other), "Choose a new password", OLD)
        here = await parked(AppSignIn(own), "Choose a new password", OLD)
        answer = await fill_in(own, here, password=NEW, password_again=NEW, **wish)
        assert "code" in back(await fill_in(own, await follow(own, answer), **profile))
        await is_stale(other, page, password=OLD, password_again=OLD)


async def test_ending_the_other_sessions_leaves_the_own_one_alone(sandbox, app):
    tokens = (await app.redeem(back(await app.open())["code"])).json()
    await asks_consent(sandbox)
    page = await parked(app, "May ETOPay see this?")
    async with sandbox.browser() as other:
        theirs = await parked(AppSignIn(other), "May ETOPay see this?", OLD)
        mine = {"authorization": f"Bearer {tokens['access_token']}"}
        ended = await sandbox.http.delete("/realms/etopay/account/sessions", headers=mine)
        assert ended.status_code == 204
        await is_stale(other, theirs, answer="allow")
    assert "code" in back(await fill_in(app.http, page, answer="allow"))
