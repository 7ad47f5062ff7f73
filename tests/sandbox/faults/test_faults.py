"""Planned failures: whom they meet, what happens, how often; each through the whole application."""

import asyncio

import pytest

from sandbox.core.faults import Fault
from sandbox.core.faults.partners import UnreliableChains
from tests.sandbox.browsing import AppSignIn

NETWORK = "/api/user/network"
STATUS = "/api/kyc/check-status"
BLOCK = {"jsonrpc": "2.0", "id": 7, "method": "eth_blockNumber", "params": []}


@pytest.fixture
async def headers(sandbox):
    return await sandbox.user("dora")


@pytest.fixture
def plan(sandbox):
    async def make(**body):
        answer = await sandbox.http.post("/_sandbox/faults", json=body)
        assert answer.status_code == 201, answer.text
        return answer.json()

    return make


async def statuses(sandbox, headers, calls):
    return [(await sandbox.http.get(STATUS, headers=headers)).status_code for _ in range(calls)]


async def in_force(sandbox):
    return (await sandbox.http.get("/_sandbox/faults")).json()["faults"]


async def until(holds):
    """Ask again until something holds."""
    async with asyncio.timeout(5):
        while not await holds():
            await asyncio.sleep(0.01)


class TestWhomTheyMeet:
    async def test_an_operation_by_its_id(self, sandbox, headers, plan):
        await plan(operation="set_network*", kind="status", status=503)
        body = {"network_key": "ETH"}
        assert (await sandbox.http.put(NETWORK, json=body, headers=headers)).status_code == 503
        assert (await sandbox.http.get(NETWORK, headers=headers)).status_code == 200

    async def test_an_operation_that_does_not_exist_is_refused_with_the_nearest(self, sandbox):
        body = {"operation": "set_netwrk_api_user_network_put", "kind": "drop"}
        answer = await sandbox.http.post("/_sandbox/faults", json=body)
        assert answer.status_code == 422
        assert "Did you mean `set_network_api_user_network_put`?" in answer.json()["detail"]

    async def test_one_user_only(self, sandbox, headers, plan):
        other = await sandbox.user("emil")
        await plan(path="/api/*", user="Dora", kind="status", status=500)
        assert (await sandbox.http.get(STATUS, headers=headers)).status_code == 500
        assert (await sandbox.http.get(STATUS, headers=other)).status_code == 200

    async def test_the_user_who_asks_for_a_token(self, sandbox, plan):
        await plan(path="/realms/*/token", user="dora", kind="status", status=503)
        url = "/realms/etopay/protocol/openid-connect/token"
        form = {"grant_type": "password", "client_id": "etopay-test", "password": "x"}
        assert (await sandbox.http.post(url, data={**form, "username": "dora"})).status_code == 503
        assert (await sandbox.http.post(url, data={**form, "username": "emil"})).status_code != 503

    async def test_one_method_of_a_node(self, sandbox, plan):
        await plan(rpc="eth_block*", kind="rpc_error", code=-32005, body="limit exceeded")
        refused = await sandbox.http.post("/nodes/ETH", json=BLOCK)
        error = {"code": -32005, "message": "limit exceeded"}
        assert refused.json() == {"jsonrpc": "2.0", "id": 7, "error": error}
        batch = (await sandbox.http.post("/nodes/ETH", json=[BLOCK, {**BLOCK, "id": 8}])).json()
        assert [(one["id"], one["error"]) for one in batch] == [(7, error), (8, error)]
        await sandbox.http.post("/nodes/ETH", json={**BLOCK, "method": "eth_chainId"})
        assert (await in_force(sandbox))[0]["hits"] == 2

    async def test_another_instance_is_left_alone(self, sandbox, headers, plan):
        await plan(path="/api/*", instance="staging", kind="drop")
        assert await statuses(sandbox, headers, 1) == [200]
        await plan(path="/api/*", instance="default", kind="status", status=500)
        assert await statuses(sandbox, headers, 1) == [500]


class TestHowOften:
    async def test_some_pass_first(self, sandbox, headers, plan):
        await plan(path="/api/*", kind="status", status=500, skip=2, count=1)
        assert await statuses(sandbox, headers, 4) == [200, 200, 500, 200]
        assert await in_force(sandbox) == []

    async def test_the_same_seed_strikes_the_same_calls(self, sandbox, headers, plan):
        async def struck(seed):
            await sandbox.http.delete("/_sandbox/faults")
            await plan(path="/api/*", kind="status", status=500, probability=0.4, seed=seed)
            return await statuses(sandbox, headers, 40)

        first, again, other = await struck("a"), await struck("a"), await struck("b")
        assert first == again != other
        assert 8 <= first.count(500) <= 24

    async def test_only_in_a_window_of_the_sandboxs_time(self, sandbox, headers, plan):
        starts = "2026-03-01T12:00:10Z"
        await plan(path="/api/*", kind="status", status=500, starts_at=starts, lasts_seconds=5)
        assert await statuses(sandbox, headers, 1) == [200]
        sandbox.clock.advance(10)
        assert await statuses(sandbox, headers, 1) == [500]
        sandbox.clock.advance(5)
        assert await statuses(sandbox, headers, 1) == [200]
        assert await in_force(sandbox) == []

    @pytest.mark.parametrize(
        ("body", "detail"),
        [
            ({"kind": "drop"}, "say which calls are meant: `path`, `operation`, `rpc` or `partner`"),
            ({"path": "/*", "kind": "drop", "probability": 0}, "`probability`: “0” must be more than 0"),
            (
                {"path": "/*", "kind": "drop", "ends_at": "2027-01-01T00:00:00Z", "lasts_seconds": 1},
                "send either `ends_at` or `lasts_seconds`",
            ),
        ],
    )
    async def test_what_makes_no_sense_is_refused(self, sandbox, body, detail):
        answer = await sandbox.http.post("/_sandbox/faults", json=body)
        assert answer.status_code == 422
        assert detail in answer.json()["detail"]

    def test_jitter_is_drawn_for_each_call_and_the_same_again(self):
        def delays(seed):
            fault = Fault(kind="delay", seconds=1, jitter_seconds=0.5, seed=seed)
            return [fault.delay(number) for number in range(50)]

        assert delays("a") == delays("a") != delays("b")
        assert min(delays("a")) < 0.7
        assert max(delays("a")) > 1.3
        assert all(0.5 <= one <= 1.5 for one in delays("a"))

    def test_what_a_snapshot_keeps_comes_back(self):
        fault = Fault(kind="drop", path="/api/*", remaining=3, probability=0.5, seed="x", seen=4, hits=2)
        again = Fault.restored(fault.kept())
        assert again.kept() == fault.kept()


class TestWhatHappens:
    @pytest.mark.parametrize(
        ("path", "status", "told"),
        [
            (STATUS, 409, {"error": "conflict", "detail": "This failure was asked for."}),
            (
                "/realms/etopay/protocol/openid-connect/certs",
                500,
                {"error": "server_error", "error_description": "This failure was asked for."},
            ),
            ("/admin/realms/etopay/users", 403, {"errorMessage": "This failure was asked for."}),
        ],
    )
    async def test_errors_have_the_body_of_their_service(self, sandbox, plan, path, status, told):
        await plan(path=path, kind="status", status=status)
        answer = await sandbox.http.get(path)
        assert (answer.status_code, answer.json()) == (status, told)

    async def test_wrong_bodies(self, sandbox, headers, plan):
        await sandbox.http.put(NETWORK, json={"network_key": "ETH"}, headers=headers)
        for kind in ("empty", "html", "wrong_type"):
            await plan(path=NETWORK, kind=kind, count=1)
        empty, page, mistyped = [await sandbox.http.get(NETWORK, headers=headers) for _ in range(3)]
        assert (empty.status_code, empty.content) == (200, b"")
        assert page.headers["content-type"].startswith("text/html")
        assert "<html>" in page.text
        assert mistyped.json() == {"network_key": 0}

    async def test_a_request_that_arrives_twice_is_handled_twice(self, sandbox, headers, plan):
        emil = await sandbox.user("emil")
        await sandbox.http.put(
            "/api/user/address?network_key=ETH", json={"address": "0x" + "d0" * 20}, headers=emil
        )
        await plan(operation="create_api_transactions*", kind="duplicate", count=1)
        order = {"amount": "1", "network_key": "ETH", "receiver": "emil"}
        answer = await sandbox.http.post("/api/transactions/create", json=order, headers=headers)
        assert answer.status_code == 201
        url = "/api/transactions/txs-details?is_sender=true&start=0&limit=10"
        listed = (await sandbox.http.get(url, headers=headers)).json()["txs"]
        assert len(listed) == 2
        assert answer.json()["index"] in {one["index"] for one in listed}

    @pytest.mark.parametrize(("stage", "last"), [("before", "ETH"), ("after", "EURX")])
    async def test_two_requests_or_their_answers_change_places(self, sandbox, headers, plan, stage, last):
        await plan(path=NETWORK, method="PUT", kind="swap", stage=stage, count=1)

        async def put(key):
            body = {"network_key": key}
            assert (await sandbox.http.put(NETWORK, json=body, headers=headers)).status_code == 202

        async def kept():
            return (await sandbox.http.get(NETWORK, headers=headers)).json()["network_key"]

        meanwhile = None if stage == "before" else "ETH"

        async def waits():
            return (await in_force(sandbox))[0]["hits"] == 1 and await kept() == meanwhile

        first = asyncio.create_task(put("ETH"))
        await until(waits)
        assert not first.done()
        assert await kept() == meanwhile
        await put("EURX")
        await first
        assert await kept() == last
        assert await in_force(sandbox) == []

    async def test_a_call_that_waits_for_a_second_goes_on_in_the_end(self, sandbox, headers, plan):
        await plan(path=STATUS, kind="swap", seconds=0.05, count=1)
        assert await statuses(sandbox, headers, 2) == [200, 200]

    async def test_clearing_lets_a_waiting_call_go(self, sandbox, headers, plan):
        await plan(path=STATUS, kind="swap", seconds=60)
        waiting = asyncio.create_task(sandbox.http.get(STATUS, headers=headers))

        async def waits():
            return (await in_force(sandbox))[0]["hits"] == 1

        await until(waits)
        assert not waiting.done()
        await sandbox.http.delete("/_sandbox/faults")
        assert (await asyncio.wait_for(waiting, 5)).status_code == 200


async def test_sign_in_itself_can_fail(sandbox, plan):
    await plan(operation="token*", kind="status", status=503, count=1)
    tokens = await sandbox.http.post("/realms/etopay/protocol/openid-connect/token", data={})
    assert tokens.json()["error"] == "temporarily_unavailable"
    assert await AppSignIn(sandbox.http).tokens("dora")


class TestDelaysThatAreEnded:
    """Whoever waits goes on at once, even where the failure strikes nobody else any more."""

    @pytest.fixture(params=[{}, {"count": 1}], ids=["more to come", "used up"])
    def delay(self, plan, request):
        async def make(**meant):
            return (await plan(kind="delay", seconds=600, **meant, **request.param))["id"]

        return make

    async def ends(self, sandbox, call, which):
        waiting = asyncio.create_task(call)
        await asyncio.sleep(0.05)
        assert not waiting.done()
        assert (await sandbox.http.delete(f"/_sandbox/faults{which}")).status_code == 204
        async with asyncio.timeout(5):
            return await waiting

    @pytest.mark.parametrize("by_id", [True, False])
    async def test_of_a_chain(self, sandbox, delay, by_id):
        fault = await delay(partner="chain.fate")
        chains = UnreliableChains(sandbox.chains, sandbox.app.state.context.faults)
        fate = await self.ends(sandbox, chains.fate("ETH", "0x1"), f"/{fault}" if by_id else "")
        assert fate == await sandbox.chains.fate("ETH", "0x1")

    @pytest.mark.parametrize("stage", ["before", "after"])
    async def test_of_a_call(self, sandbox, headers, delay, stage):
        await delay(path=STATUS, stage=stage)
        answer = await self.ends(sandbox, sandbox.http.get(STATUS, headers=headers), "")
        assert answer.status_code == 200
