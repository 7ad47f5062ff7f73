"""Whatever is sent, no call answers with a server error, and answers come soon."""

import json
import random
import time

import pytest

VALUES = (
    None,
    True,
    0,
    -1,
    2**63,
    10**400,
    0.1,
    1e308,
    "",
    " ",
    "\x00",
    "\n",
    "\ud800",
    "ä" * 300,
    "x" * 20_000,
    "%00",
    "../../etc/passwd",
    "'; drop table users; --",
    "<script>",
    "٣",
    "1e5",
    "NaN",
    [],
    [[]],
    {},
    {"": ""},
    {"a": {"b": {"c": None}}},
)
SEED = 20261124


def operations(app):
    for path, methods in app.openapi()["paths"].items():
        for method, call in methods.items():
            if path != "/_sandbox/reset":
                yield method.upper(), path, call


def members(app, call):
    schema = call.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    name = schema.get("$ref", "").rpartition("/")[2]
    return list(app.openapi()["components"]["schemas"].get(name, {}).get("properties", {}))


def text_of(value):
    if isinstance(value, str):
        return value.encode("utf-8", "surrogatepass").decode("latin-1")
    return json.dumps(value)


@pytest.mark.parametrize("part", range(4))
async def test_random_calls(sandbox, part):
    chance = random.Random(f"{SEED}-{part}")
    headers = await sandbox.user("dora")
    calls = list(operations(sandbox.app))
    for _ in range(100):
        method, path, call = chance.choice(calls)
        for name in [step[1:-1] for step in path.split("/") if step.startswith("{")]:
            path = path.replace(f"{{{name}}}", "x" * chance.randint(1, 200))
        names = [item["name"] for item in call.get("parameters", []) if item["in"] == "query"]
        query = {name: text_of(chance.choice(VALUES)) for name in names if chance.random() < 0.9}
        body = {name: chance.choice(VALUES) for name in members(sandbox.app, call)}
        if "kind" in body:
            body["kind"] = "none of ours"
        content = json.dumps(chance.choice((body, body, body, chance.choice(VALUES)))).encode()
        start = time.monotonic()
        answer = await sandbox.http.request(
            method,
            path,
            params=query,
            content=content,
            headers={**headers, "content-type": chance.choice(("application/json", "text/plain", ""))},
        )
        assert answer.status_code < 500, (method, path, query, content)
        assert time.monotonic() - start < 5
        if answer.status_code == 401:
            headers = await sandbox.user(f"user-{chance.randrange(10**9)}")


@pytest.mark.parametrize(
    "path", ["token", "revoke", "logout", "auth", "../login-actions/sign-in", "../login-actions/registration"]
)
async def test_random_forms(sandbox, path):
    chance = random.Random(f"{SEED}-{path}")
    url = f"/realms/etopay/protocol/openid-connect/{path}".replace("protocol/openid-connect/../", "")
    names = [
        *("client_id", "grant_type", "code", "code_verifier", "redirect_uri", "refresh_token", "token"),
        *("username", "password", "scope", "state", "id_token_hint", "post_logout_redirect_uri"),
        *("response_type", "code_challenge", "code_challenge_method", "prompt", "max_age", "flow"),
        *("form_token", "language", "login", "name", "email", "ui_locales", "ui_brand", "login_hint"),
    ]
    good = {"client_id": ("etopay-app", "etopay-test"), "grant_type": ("password", "refresh_token")}
    for _ in range(60):
        form = {}
        for name in chance.sample(names, chance.randint(1, 12)):
            value = text_of(chance.choice(VALUES))
            form[name] = chance.choice(good[name]) if name in good and chance.random() < 0.7 else value
        answer = await sandbox.http.post(url, data=form)
        assert answer.status_code < 500, form
        answer = await sandbox.http.get(url, params=form)
        assert answer.status_code < 500, form


@pytest.mark.parametrize(
    "body", [b"\xff", b"%ff=%ff", b"a=1&a=2", b"&" * 100, b"=", b"client_id=%00", b"x" * 70_000]
)
async def test_odd_forms(sandbox, body):
    headers = {"content-type": "application/x-www-form-urlencoded"}
    url = "/realms/etopay/protocol/openid-connect/token"
    answer = await sandbox.http.post(url, content=body, headers=headers)
    assert answer.status_code in {400, 401}
