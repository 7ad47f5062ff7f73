"""What is set at the keeper is known to every worker before its next answer."""

import asyncio
import json

import httpx
import pytest

from tests.sandbox.workers.conftest import sign_in

WELL_KNOWN = "/realms/etopay/protocol/openid-connect/certs"


def everywhere(cluster, path, **options):
    return [httpx.get(f"{one.url}{path}", trust_env=False, timeout=30, **options) for one in cluster.workers]


async def networks(cluster, headers):
    return [one.status_code for one in everywhere(cluster, "/api/config/networks", headers=headers)]


async def test_the_clock_moves_for_all(cluster):
    async with cluster.workers[0].client() as http:
        headers = await sign_in(http, "alice")
    assert await networks(cluster, headers) == [200] * 3
    cluster.control("POST", "clock/advance", {"seconds": 601})
    assert await networks(cluster, headers) == [401] * 3
    cluster.control("PUT", "clock", {"mode": "real"})
    assert await networks(cluster, headers) == [200] * 3


async def test_keys_that_are_made_or_retired_are_so_for_all(cluster):
    async with cluster.workers[1].client() as http:
        before = await sign_in(http, "alice")
        old = {one["kid"] for one in (await http.get(WELL_KNOWN)).json()["keys"]}
        cluster.control("POST", "identity/keys")
        after = await sign_in(http, "alice")
    assert await networks(cluster, before) == await networks(cluster, after) == [200] * 3
    for kid in old:
        cluster.control("DELETE", f"identity/keys/{kid}")
    assert await networks(cluster, before) == [401] * 3
    assert await networks(cluster, after) == [200] * 3
    published = [{key["kid"] for key in one.json()["keys"]} for one in everywhere(cluster, WELL_KNOWN)]
    assert published[0] == published[1] == published[2]
    assert not published[0] & old


async def test_planned_failures_strike_as_often_as_planned_whoever_is_asked(cluster):
    async with cluster.workers[2].client() as http:
        headers = await sign_in(http, "alice")
    cluster.control("POST", "faults", {"path": "/api/*", "kind": "status", "status": 503, "count": 4})
    found = await networks(cluster, headers) + await networks(cluster, headers)
    assert sorted(found) == [200, 200, 503, 503, 503, 503]
    cluster.control("POST", "faults", {"path": "/api/*", "kind": "drop", "count": 1})
    with pytest.raises(httpx.RemoteProtocolError):
        await networks(cluster, headers)
    assert await networks(cluster, headers) == [200] * 3


async def test_what_ends_at_one_worker_has_ended_at_all(cluster):
    async with cluster.workers[0].client() as first, cluster.workers[1].client() as second:
        headers = await sign_in(first, "alice")
        assert (await second.delete("/api/user", headers=headers)).status_code == 202
        form = {"grant_type": "password", "client_id": "etopay-test", "scope": "openid"}
        form |= {"username": "bob", "password": "sandbox-Pass-2"}
        token = "/realms/etopay/protocol/openid-connect/token"
        refresh = (await first.post(token, data=form)).json()["refresh_token"]
        again = {"grant_type": "refresh_token", "client_id": "etopay-test", "refresh_token": refresh}
        assert (await second.post(token, data=again)).status_code == 200
        assert (await first.post(token, data=again)).status_code == 400


async def test_a_snapshot_is_put_back_for_all(cluster):
    async with cluster.workers[0].client() as http:
        headers = await sign_in(http, "alice")
    cluster.control("POST", "snapshots", {"name": "before"})
    cluster.control("POST", "users", {"username": "later", "password": "sandbox-Pass-1"})
    cluster.control("POST", "snapshots/before/restore")
    assert await networks(cluster, headers) == [200] * 3
    names = [user["username"] for user in cluster.control("GET", "users").json()["users"]]
    assert "later" not in names


def test_who_may_not_control_the_keeper_may_not_through_a_worker(cluster):
    url = f"{cluster.workers[0].url}/_sandbox/health"
    assert httpx.get(url, trust_env=False).status_code == 200
    for header in ("x-forwarded-for", "forwarded", "x-real-ip"):
        assert httpx.get(url, headers={header: "203.0.113.9"}, trust_env=False).status_code == 403
    answer = httpx.get(url, headers={"origin": "https://evil.example"}, trust_env=False)
    assert answer.status_code == 403


def test_nodes_and_explorer_are_reached_through_a_worker(cluster):
    call = {"jsonrpc": "2.0", "id": 1, "method": "eth_chainId", "params": []}
    answer = httpx.post(f"{cluster.workers[0].url}/nodes/ETH", json=call, trust_env=False)
    assert answer.json()["result"] == hex(31337)
    page = httpx.get(f"{cluster.workers[1].url}/explorer/ETH", trust_env=False, follow_redirects=True)
    assert page.status_code == 200
    assert "<html" in page.text


def test_a_worker_with_other_settings_does_not_start(cluster):
    other = cluster.worker("other", ETOPAY_SANDBOX_FEE_RATE="0.1", ETOPAY_SANDBOX_APP_NAMES="one,two")
    assert other.process.wait(60) == 2
    assert "ETOPAY_SANDBOX_APP_NAMES, ETOPAY_SANDBOX_FEE_RATE" in other.said()


def test_a_worker_without_a_shared_database_does_not_start(cluster):
    alone = cluster.worker("alone", ETOPAY_SANDBOX_DATABASE_URL="")
    assert alone.process.wait(60) == 2
    assert "Name it with ETOPAY_SANDBOX_DATABASE_URL" in alone.said()


async def test_what_workers_answered_is_in_the_log_of_requests(cluster):
    async with cluster.workers[1].client() as http:
        headers = await sign_in(http, "alice")
    cluster.control("DELETE", "requests")
    assert await networks(cluster, headers) == [200] * 3
    for _ in range(50):
        found = cluster.control("GET", "requests?part=backend").json()["requests"]
        if len(found) == 3:
            break
        await asyncio.sleep(0.1)
    assert [(one["path"], one["user"], one["status"]) for one in found] == [
        ("/api/config/networks", "alice", 200)
    ] * 3
    counts = {one["part"]: one["count"] for one in cluster.control("GET", "requests/times").json()["parts"]}
    assert counts["backend"] == 3
    assert headers["authorization"].split()[1] not in json.dumps(found)


async def test_workers_go_on_while_their_keeper_is_gone(cluster):
    async with cluster.workers[2].client() as http:
        headers = await sign_in(http, "alice")
        cluster.keeper.process.kill()
        cluster.keeper.process.wait()
        assert await networks(cluster, headers) == [200] * 3
        assert await sign_in(http, "alice")
        [told] = {(one.status_code, one.json()["error"]) for one in everywhere(cluster, "/_sandbox/health")}
        assert told == (503, "keeper_away")
        before = cluster.keeper.url
        cluster.keeper.start()
        await asyncio.to_thread(cluster.keeper.wait)
        assert cluster.keeper.url == before
        assert await networks(cluster, headers) == [200] * 3
        assert [one.status_code for one in everywhere(cluster, "/_sandbox/health")] == [200] * 3
