"""Signing keys: a new one signs, the older ones verify until they are retired."""

from tests.sandbox.browsing import AppSignIn

CERTS = "/realms/etopay/protocol/openid-connect/certs"
KEYS = "/_sandbox/identity/keys"


async def status(sandbox, token):
    answer = await sandbox.http.get("/api/kyc/check-status", headers=sandbox.headers(token))
    return answer.status_code


async def tokens(sandbox, name):
    async with sandbox.browser() as browser:
        return (await AppSignIn(browser).tokens(name))["access_token"]


async def test_rotation_and_retirement(sandbox, make_sandbox):
    old = await tokens(sandbox, "dora")
    (first,) = (await sandbox.http.get(KEYS)).json()["keys"]
    sandbox.clock.advance(1)
    made = await sandbox.http.post(KEYS)
    assert made.status_code == 201
    assert [key["signs"] for key in made.json()["keys"]] == [False, True]
    new = await tokens(sandbox, "erin")
    assert (await status(sandbox, old), await status(sandbox, new)) == (200, 200)
    shown = (await sandbox.http.get(CERTS)).json()["keys"]
    assert {key["kid"] for key in shown} == {key["kid"] for key in made.json()["keys"]}

    assert (await sandbox.http.delete(f"{KEYS}/{first['kid']}")).status_code == 204

    assert (await status(sandbox, old), await status(sandbox, new)) == (401, 200)
    assert len((await sandbox.http.get(CERTS)).json()["keys"]) == 1
    again = make_sandbox()
    assert (await status(again, old), await status(again, new)) == (401, 200)


async def test_the_key_that_signs_stays(sandbox):
    (only,) = (await sandbox.http.get(KEYS)).json()["keys"]
    assert (await sandbox.http.delete(f"{KEYS}/{only['kid']}")).status_code == 409
    assert (await sandbox.http.delete(f"{KEYS}/other")).status_code == 404
