"""The log of requests: what an app asked, who it was, and never a secret."""

import json

import pytest

from sandbox.core.masking import HIDDEN, mask_body, mask_query, mask_url
from sandbox.core.timings import Times, Timings
from sandbox.core.traffic import KEPT, LARGEST_BODY

JWT = "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl"
SHARE = "ME-RS-AesGcm-c2VjcmV0"


async def requests(sandbox, **wanted):
    answer = await sandbox.http.get("/_sandbox/requests", params=wanted)
    assert answer.status_code == 200, answer.text
    return answer.json()["requests"]


async def test_a_call_is_listed_with_user_app_and_bodies(sandbox):
    headers = await sandbox.user("dora")
    address = {"address": "0x" + "d0" * 20}
    await sandbox.http.put("/api/user/address?network_key=ETH", json=address, headers=headers)
    [found] = await requests(sandbox, part="backend")
    assert found["method"] == "PUT"
    assert (found["path"], found["query"]) == ("/api/user/address", "network_key=ETH")
    assert (found["user"], found["app_name"], found["has_token"]) == ("dora", "standalone", True)
    assert json.loads(found["request_body"]) == address
    assert 200 <= found["status"] < 300
    assert found["at"] == "2026-03-01T12:00:00.000Z"
    assert (await sandbox.http.get(f"/_sandbox/requests/{found['id']}")).json() == found


async def test_nothing_secret_is_kept(sandbox):
    headers = await sandbox.user("dora")
    shares = {"recovery_share": SHARE, "backup_share": "ME-BS-secret"}
    await sandbox.http.put("/api/user/shares", json=shares, headers=headers)
    form = {"grant_type": "password", "client_id": "etopay-test", "username": "dora"}
    password = "correct horse battery"
    path = "/realms/etopay/protocol/openid-connect/token"
    tokens = (await sandbox.http.post(path, data=form | {"password": password})).json()
    listed = await requests(sandbox)
    kept = repr(sandbox.app.state.traffic.all()) + json.dumps(listed)
    for secret in (password, SHARE, "ME-BS-secret", tokens["access_token"], tokens["refresh_token"]):
        assert secret not in kept
    assert headers["authorization"].removeprefix("Bearer ") not in kept
    assert listed[-1]["user"] == "dora"
    assert json.loads(listed[-1]["response_body"])["access_token"] == HIDDEN
    redirects = [one["location"] for one in listed if one["location"]]
    assert any("code=" + HIDDEN in one or "code=%E2" in one for one in redirects)


async def test_filters(sandbox):
    headers = await sandbox.user("dora")
    await sandbox.http.delete("/_sandbox/requests")
    await sandbox.http.get("/api/kyc/check-status", headers=headers)
    await sandbox.http.get("/api/config/networks")
    await sandbox.http.post("/_sandbox/faucet", json={})
    await sandbox.http.get("/_sandbox/state")

    async def paths(**wanted):
        return [one["path"] for one in await requests(sandbox, **wanted)]

    assert await paths() == [
        "/_sandbox/requests",
        "/api/kyc/check-status",
        "/api/config/networks",
        "/_sandbox/faucet",
    ]
    assert await paths(user="DOR") == ["/api/kyc/check-status"]
    assert await paths(status="4xx") == ["/api/config/networks", "/_sandbox/faucet"]
    assert await paths(method="POST", part="control") == ["/_sandbox/faucet"]
    assert await paths(path="NETWORKS") == ["/api/config/networks"]
    last = (await requests(sandbox))[-1]["id"]
    assert await paths(after=last) == []


async def test_a_planned_failure_is_seen_as_the_app_saw_it(sandbox):
    fault = {"path": "/api/*", "kind": "status", "status": 503}
    await sandbox.http.post("/_sandbox/faults", json=fault)
    await sandbox.http.get("/api/config/networks")
    [found] = await requests(sandbox, part="backend")
    assert found["status"] == 503
    assert "This failure was asked for" in found["response_body"]


async def test_large_and_binary_bodies_are_told_by_size(sandbox):
    body = json.dumps({"username": "x" * LARGEST_BODY})
    await sandbox.http.post("/_sandbox/users", content=body, headers={"content-type": "application/json"})
    await sandbox.http.post("/_sandbox/users", content=b"\0\1", headers={"content-type": "image/png"})
    shown = [one["request_body"] for one in await requests(sandbox)]
    assert shown == [f"({len(body)} bytes)", "(2 bytes)"]


async def test_only_the_last_ones_stay(sandbox):
    for _ in range(KEPT + 3):
        await sandbox.http.get("/api/none")
    found = await requests(sandbox, limit=500)
    assert len(found) == KEPT
    assert found[0]["id"] == 4
    assert (await sandbox.http.get("/_sandbox/requests/1")).status_code == 404


@pytest.mark.parametrize(
    "text",
    [
        '{"a": {"password": "secret-1"}}',
        '{"list": [{"mnemonic": "secret-1"}]}',
        '{"pin": "secret-1", "pinned": "x"}',
        f'{{"note": "Bearer {JWT}"}}',
        f'{{"note": "{SHARE}"}}',
        '{"broken": "' + JWT,
    ],
)
def test_bodies_are_masked(text):
    masked = mask_body(text, "application/json")
    assert "secret-1" not in masked
    assert "c2lnbmF0dXJl" not in masked
    assert "c2VjcmV0" not in masked
    assert HIDDEN in masked


def test_what_is_no_secret_stays():
    text = '{"state": "Valid", "token_type": "Bearer", "share_count": 2, "code": -32000, "key": "SEPA"}'
    assert json.loads(mask_body(text, "application/json")) == json.loads(text)
    assert mask_query("network_key=ETH&page=1") == "network_key=ETH&page=1"
    assert mask_url("http://127.0.0.1:1/callback?code=abc&iss=http://x/y") == (
        f"http://127.0.0.1:1/callback?code={HIDDEN}&iss=http://x/y"
    )


async def test_a_refused_body_is_listed_too(make_sandbox):
    sandbox = make_sandbox(body_limit=1024)
    await sandbox.http.post("/_sandbox/users", content=b"x" * 2000)
    [found] = await requests(sandbox)
    assert found["status"] == 413


async def test_times_are_told_by_part_until_all_is_forgotten(sandbox):
    for _ in range(3):
        await sandbox.http.get("/api/config/networks")
    await sandbox.http.get("/realms/etopay/.well-known/openid-configuration")

    async def times():
        answer = await sandbox.http.get("/_sandbox/requests/times")
        return {one["part"]: one for one in answer.json()["parts"]}

    found = await times()
    assert [found[part]["count"] for part in ("backend", "identity", "nodes")] == [3, 1, 0]
    one = found["backend"]
    assert 0 < one["p50_ms"] <= one["p95_ms"] <= one["p99_ms"] == one["longest_ms"]
    await sandbox.http.delete("/_sandbox/requests")
    assert (await times())["backend"]["count"] == 0


def test_a_share_of_the_answers_took_no_longer_than_told():
    timings = Timings()
    for number in range(1, 201):
        timings.add("/api/x", float(number))
    timings.add("/nodes/x", 1000.0)
    assert timings.of(("api",)) == Times(200, 100.0, 190.0, 198.0, 200.0)
