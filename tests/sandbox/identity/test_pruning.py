"""What has ended is forgotten: at the start, and when something new is handed out; what lives stays."""

import pytest
from sqlalchemy import func, select

from sandbox.services.identity.tables import (
    AuthorizationCode,
    BrowserSession,
    Grant,
    RefreshToken,
    SignInFlow,
)
from tests.sandbox.browsing import AppSignIn, back

DAY = 24 * 3600
TABLES = (AuthorizationCode, BrowserSession, Grant, RefreshToken, SignInFlow)
TOKEN = "/realms/etopay/protocol/openid-connect/token"


def counts(sandbox):
    with sandbox.db.read() as session:
        return {
            table.__tablename__: session.scalar(select(func.count()).select_from(table)) for table in TABLES
        }


async def refresh(http, token):
    form = {"grant_type": "refresh_token", "client_id": "etopay-app", "refresh_token": token}
    return await http.post(TOKEN, data=form)


async def status(sandbox, token):
    answer = await sandbox.http.get("/api/kyc/check-status", headers=sandbox.headers(token))
    return answer.status_code


async def sign_in(sandbox, username):
    async with sandbox.browser() as browser:
        return await AppSignIn(browser).tokens(username)


async def test_a_sign_in_takes_away_what_has_ended(sandbox):
    for number in range(3):
        await sign_in(sandbox, f"old{number}")
    async with sandbox.browser() as browser:
        await AppSignIn(browser).open()
    before = counts(sandbox)
    assert before == {
        "authorization_codes": 3,
        "browser_sessions": 3,
        "grants": 3,
        "refresh_tokens": 3,
        "sign_in_flows": 1,
    }
    sandbox.clock.advance(31 * DAY)

    await sign_in(sandbox, "new")

    assert counts(sandbox) == dict.fromkeys(before, 1) | {"sign_in_flows": 0}


async def test_a_start_does_too(make_sandbox):
    first = make_sandbox()
    first.clock.advance(-40 * DAY)
    await sign_in(first, "old")
    async with first.browser() as browser:
        await AppSignIn(browser).open()

    second = make_sandbox()

    assert set(counts(second).values()) == {0}


async def test_a_password_grant_does_too(sandbox):
    await sign_in(sandbox, "dora")
    sandbox.clock.advance(31 * DAY)
    form = {"grant_type": "password", "client_id": "etopay-test", "username": "dora", "scope": "openid"}
    await sandbox.http.post(TOKEN, data={**form, "password": "correct horse battery"})
    found = counts(sandbox)
    assert (found["grants"], found["refresh_tokens"], found["browser_sessions"]) == (1, 1, 0)


async def test_a_grant_that_is_refreshed_lives_on_without_its_session(sandbox):
    tokens = await sign_in(sandbox, "dora")
    for number in range(4):
        sandbox.clock.advance(20 * DAY)
        await sign_in(sandbox, f"other{number}")
        answer = await refresh(sandbox.http, tokens["refresh_token"])
        assert answer.status_code == 200
        tokens = answer.json()
    assert await status(sandbox, tokens["access_token"]) == 200


async def test_used_refresh_tokens_of_a_living_grant_go_too(sandbox):
    tokens = await sign_in(sandbox, "dora")
    for _ in range(6):
        sandbox.clock.advance(10 * DAY)
        tokens = (await refresh(sandbox.http, tokens["refresh_token"])).json()
    assert counts(sandbox)["refresh_tokens"] == 4


async def test_signing_out_leaves_nothing(sandbox):
    tokens = await sign_in(sandbox, "dora")
    await sandbox.http.get(
        "/realms/etopay/protocol/openid-connect/logout", params={"id_token_hint": tokens["id_token"]}
    )
    await sign_in(sandbox, "other")
    found = counts(sandbox)
    assert (found["grants"], found["browser_sessions"], found["authorization_codes"]) == (1, 1, 1)


async def test_a_revoked_grant_goes_and_stays_revoked(sandbox):
    tokens = await sign_in(sandbox, "dora")
    second = (await refresh(sandbox.http, tokens["refresh_token"])).json()
    await refresh(sandbox.http, tokens["refresh_token"])

    await sign_in(sandbox, "other")

    assert counts(sandbox)["grants"] == 1
    assert await status(sandbox, second["access_token"]) == 401
    assert (await refresh(sandbox.http, second["refresh_token"])).status_code == 400


async def test_an_access_token_outlives_a_shorter_refresh_token(make_sandbox):
    sandbox = make_sandbox(refresh_token_seconds=10)
    tokens = await sign_in(sandbox, "dora")
    sandbox.clock.advance(599)
    await sign_in(sandbox, "other")
    assert await status(sandbox, tokens["access_token"]) == 200


@pytest.mark.parametrize("seconds", [59, 13 * 3600])
async def test_a_code_that_comes_back_late_still_ends_what_it_gave(sandbox, seconds):
    app = AppSignIn(sandbox.http)
    code = back(await app.register("dora"))["code"]
    tokens = (await app.redeem(code)).json()
    sandbox.clock.advance(seconds)
    await sign_in(sandbox, "other")

    assert (await app.redeem(code)).status_code == 400

    assert (await refresh(sandbox.http, tokens["refresh_token"])).status_code == 400
