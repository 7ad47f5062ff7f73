"""Many calls at the same moment: each code, token and name is given away once."""

import asyncio

from tests.sandbox.browsing import AppSignIn, code_of

TOKEN = "/realms/etopay/protocol/openid-connect/token"


def statuses(answers):
    return sorted(answer.status_code for answer in answers)


async def test_a_code_is_redeemed_once(sandbox):
    app = AppSignIn(sandbox.http)
    code = code_of(await app.register("dora"))
    assert statuses(await asyncio.gather(*(app.redeem(code) for _ in range(8)))) == [200] + [400] * 7


async def test_a_refresh_token_is_used_once(sandbox):
    tokens = await AppSignIn(sandbox.http).tokens("dora")
    form = {
        "grant_type": "refresh_token",
        "client_id": "etopay-app",
        "refresh_token": tokens["refresh_token"],
    }
    answers = await asyncio.gather(*(sandbox.http.post(TOKEN, data=form) for _ in range(8)))
    assert statuses(answers) == [200] + [400] * 7


async def test_a_name_is_given_once(sandbox):
    async def create():
        body = {"username": "dora", "password": "sandbox-Pass-9"}
        return await sandbox.http.post("/_sandbox/users", json=body)

    assert statuses(await asyncio.gather(*(create() for _ in range(8)))) == [201] + [409] * 7


async def test_guesses_at_once_all_count(sandbox):
    form = {"grant_type": "password", "client_id": "etopay-test", "username": "dora", "password": "x"}
    answers = await asyncio.gather(*(sandbox.http.post(TOKEN, data=form) for _ in range(30)))
    assert statuses(answers) == [401] * 30
    assert sum("retry-after" in answer.headers for answer in answers) == 20


async def test_a_crowd_of_calls_is_answered(sandbox):
    headers = await sandbox.user("dora")

    async def write(number):
        body = {"network_key": "ETH" if number % 2 else None}
        return await sandbox.http.put("/api/user/network", json=body, headers=headers)

    assert statuses(await asyncio.gather(*(write(number) for number in range(120)))) == [202] * 120
