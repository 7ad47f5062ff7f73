"""Guessing passwords: ten tries, then waits that grow, the same for every name."""

import pytest

from tests.sandbox.browsing import AppSignIn

TOKEN = "/realms/etopay/protocol/openid-connect/token"


async def attempt(sandbox, username, password):
    form = {"grant_type": "password", "client_id": "etopay-test", "username": username, "password": password}
    return await sandbox.http.post(TOKEN, data=form)


@pytest.mark.parametrize("username", ["dora", "nobody"])
async def test_ten_failures_then_waiting_whoever_it_is(sandbox, username):
    await AppSignIn(sandbox.http).register("dora")
    for _ in range(10):
        assert (await attempt(sandbox, username, "wrong")).status_code == 401
    blocked = await attempt(sandbox, username, "correct horse battery")
    assert blocked.status_code == 401
    assert 55 <= int(blocked.headers["retry-after"]) <= 61


async def test_waits_grow_and_end(sandbox):
    await AppSignIn(sandbox.http).register("dora")
    for _ in range(10):
        await attempt(sandbox, "dora", "wrong")
    sandbox.clock.advance(61)
    assert (await attempt(sandbox, "dora", "wrong")).status_code == 401
    sandbox.clock.advance(61)
    assert (await attempt(sandbox, "dora", "correct horse battery")).status_code == 401
    sandbox.clock.advance(61)
    assert (await attempt(sandbox, "dora", "correct horse battery")).status_code == 200


async def test_success_forgets_the_failures_of_the_name(sandbox):
    await AppSignIn(sandbox.http).register("dora")
    for _ in range(3):
        for _ in range(8):
            await attempt(sandbox, "dora", "wrong")
        assert (await attempt(sandbox, "dora", "correct horse battery")).status_code == 200


async def test_one_machine_cannot_try_one_password_on_many_names(sandbox):
    answers = [await attempt(sandbox, f"user{number}", "wrong") for number in range(101)]
    assert {answer.status_code for answer in answers} == {401}
    assert ["retry-after" in answer.headers for answer in answers] == [False] * 100 + [True]


async def test_the_page_says_how_long(sandbox):
    app = AppSignIn(sandbox.http)
    await app.register("dora")
    for _ in range(10):
        await attempt(sandbox, "dora", "wrong")
    answer = await app.sign_in("dora", "correct horse battery", prompt="login")
    assert answer.status_code == 429
    assert "Wait 1 min" in answer.text or "Wait 2 min" in answer.text
    assert "retry-after" in answer.headers


async def test_counting_outlives_a_restart(make_sandbox):
    first = make_sandbox()
    for _ in range(10):
        await attempt(first, "dora", "wrong")
    second = make_sandbox()
    assert "retry-after" in (await attempt(second, "dora", "wrong")).headers
