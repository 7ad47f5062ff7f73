"""Guessing passwords: ten tries, then waits that grow, the same for every name."""

import pytest

from tests.sandbox.browsing import AppSignIn
from tests.sandbox.identity.letterbox import letters

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


class TestForGood:
    USERS = "/admin/realms/etopay/users"

    @pytest.fixture
    async def user(self, sandbox):
        await sandbox.http.put(
            "/_sandbox/identity/realm", json={"permanent_lockout": True, "failure_factor": 3}
        )
        await AppSignIn(sandbox.http).register("dora")
        return sandbox.app.state.identity.accounts.find("dora").id

    async def wrong(self, sandbox, times):
        for _ in range(times):
            assert (await attempt(sandbox, "dora", "wrong")).status_code == 401

    async def test_the_account_is_locked_told_and_opened_by_an_administrator(self, sandbox, admin, user):
        await self.wrong(sandbox, 2)
        assert sandbox.app.state.identity.accounts.find("dora").enabled
        await self.wrong(sandbox, 1)
        told = (await sandbox.http.get(f"{self.USERS}/{user}", headers=admin)).json()
        assert told["enabled"] is False
        status = f"/admin/realms/etopay/attack-detection/brute-force/users/{user}"
        assert (await sandbox.http.get(status, headers=admin)).json()["disabled"] is True
        (mail,) = await letters(sandbox, "dora@")
        assert mail["kind"] == "notice-locked"
        sandbox.clock.advance(500)
        refused = await attempt(sandbox, "dora", "correct horse battery")
        assert (refused.status_code, refused.json()["error_description"]) == (401, "Invalid user credentials")
        page = await AppSignIn(sandbox.http).sign_in("dora", "correct horse battery", prompt="login")
        assert "name or password is wrong" in page.text
        await sandbox.http.delete(status, headers=admin)
        await sandbox.http.put(f"{self.USERS}/{user}", json={"enabled": True}, headers=admin)
        assert (await attempt(sandbox, "dora", "correct horse battery")).status_code == 200

    @pytest.mark.usefixtures("user")
    async def test_waits_come_first_if_wished(self, sandbox):
        await sandbox.http.put("/_sandbox/identity/realm", json={"max_temporary_lockouts": 2})
        await self.wrong(sandbox, 3)
        for _ in range(2):
            assert sandbox.app.state.identity.accounts.find("dora").enabled
            assert "retry-after" in (await attempt(sandbox, "dora", "wrong")).headers
            sandbox.clock.advance(1000)
            await self.wrong(sandbox, 1)
        assert not sandbox.app.state.identity.accounts.find("dora").enabled

    @pytest.mark.usefixtures("user")
    async def test_the_right_password_at_the_last_try_counts(self, sandbox):
        await self.wrong(sandbox, 2)
        assert (await attempt(sandbox, "dora", "correct horse battery")).status_code == 200
        await self.wrong(sandbox, 2)
        assert sandbox.app.state.identity.accounts.find("dora").enabled


async def test_the_realm_says_how_often_and_how_long(sandbox):
    await sandbox.http.put(
        "/_sandbox/identity/realm",
        json={"failure_factor": 2, "wait_increment_seconds": 7, "max_failure_wait_seconds": 10},
    )
    await AppSignIn(sandbox.http).register("dora")
    await attempt(sandbox, "dora", "wrong")
    await attempt(sandbox, "dora", "wrong")
    assert 6 <= int((await attempt(sandbox, "dora", "wrong")).headers["retry-after"]) <= 8
    sandbox.clock.advance(8)
    await attempt(sandbox, "dora", "wrong")
    assert 9 <= int((await attempt(sandbox, "dora", "wrong")).headers["retry-after"]) <= 11
