"""The control room."""

from decimal import Decimal

import httpx
import pytest

from tests.sandbox.browsing import AppSignIn

EVM = "0x" + "d0" * 20


class TestUsers:
    async def test_created_ones_can_sign_in(self, sandbox):
        body = {"username": "dora", "password": "sandbox-Pass-9", "is_verified": True}
        created = await sandbox.http.post("/_sandbox/users", json=body)
        assert created.status_code == 201
        assert created.json()["is_verified"] is True
        answer = await AppSignIn(sandbox.http).sign_in("dora", "sandbox-Pass-9")
        assert answer.status_code == 303
        listed = (await sandbox.http.get("/_sandbox/users")).json()["users"]
        assert [user["username"] for user in listed] == ["dora"]

    async def test_taken_and_malformed_names(self, sandbox):
        body = {"username": "dora", "password": "sandbox-Pass-9"}
        await sandbox.http.post("/_sandbox/users", json=body)
        assert (await sandbox.http.post("/_sandbox/users", json=body)).status_code == 409
        bad = await sandbox.http.post("/_sandbox/users", json={**body, "username": "../x"})
        assert bad.status_code == 422
        assert "sandbox-Pass-9" not in bad.text


class TestFaucet:
    async def test_by_address_and_by_name(self, sandbox):
        headers = await sandbox.user("dora")
        await sandbox.http.put("/api/user/address?network_key=ETH", json={"address": EVM}, headers=headers)
        for target in ({"address": EVM}, {"username": "dora"}):
            body = {"network_key": "ETH", "amount": "1.5", **target}
            answer = await sandbox.http.post("/_sandbox/faucet", json=body)
            assert answer.json()["tx_id"].startswith("0x")
        assert await sandbox.chains.balance("ETH", EVM) == Decimal(3)

    @pytest.mark.parametrize(
        ("changes", "status"),
        [
            ({}, 422),
            ({"address": EVM, "username": "dora"}, 422),
            ({"username": "nobody"}, 404),
            ({"username": "dora"}, 404),
            ({"address": EVM, "network_key": "BTC"}, 404),
            ({"address": EVM, "amount": "0"}, 422),
            ({"address": EVM, "amount": 1}, 422),
        ],
    )
    async def test_refusals(self, sandbox, changes, status):
        await sandbox.user("dora")
        body = {"network_key": "ETH", "amount": "1", **changes}
        assert (await sandbox.http.post("/_sandbox/faucet", json=body)).status_code == status

    async def test_chain_refusal_is_told(self, sandbox):
        sandbox.chains.refuse = "The treasury is empty."
        body = {"network_key": "ETH", "amount": "1", "address": EVM}
        answer = await sandbox.http.post("/_sandbox/faucet", json=body)
        assert answer.status_code == 422
        assert answer.json()["detail"] == "The treasury is empty."


class TestFaults:
    async def plan(self, sandbox, **body):
        answer = await sandbox.http.post("/_sandbox/faults", json=body)
        assert answer.status_code == 201, answer.text
        return answer.json()["id"]

    async def test_status_for_a_number_of_calls(self, sandbox):
        headers = await sandbox.user("dora")
        await self.plan(sandbox, path="/api/kyc/*", method="GET", kind="status", status=503, count=2)
        statuses = [
            (await sandbox.http.get("/api/kyc/check-status", headers=headers)).status_code for _ in range(3)
        ]
        assert statuses == [503, 503, 200]
        assert (await sandbox.http.get("/_sandbox/faults")).json()["faults"] == []

    async def test_until_cleared_and_only_where_meant(self, sandbox):
        headers = await sandbox.user("dora")
        fault = await self.plan(sandbox, path="/api/user/*", method="PUT", kind="status", status=401)
        url = "/api/user/network"
        put = await sandbox.http.put(url, json={"network_key": "ETH"}, headers=headers)
        assert put.status_code == 401
        assert (await sandbox.http.get(url, headers=headers)).json() == {"network_key": None}
        assert (await sandbox.http.get("/_sandbox/faults")).json()["faults"][0]["hits"] == 1
        assert (await sandbox.http.delete(f"/_sandbox/faults/{fault}")).status_code == 204
        assert (await sandbox.http.delete(f"/_sandbox/faults/{fault}")).status_code == 404
        put = await sandbox.http.put(url, json={"network_key": "ETH"}, headers=headers)
        assert put.status_code == 202

    async def test_after_means_done_but_not_told(self, sandbox):
        headers = await sandbox.user("dora")
        await self.plan(sandbox, path="/api/user/network", kind="status", status=500, stage="after", count=1)
        put = await sandbox.http.put("/api/user/network", json={"network_key": "ETH"}, headers=headers)
        assert put.status_code == 500
        got = await sandbox.http.get("/api/user/network", headers=headers)
        assert got.json() == {"network_key": "ETH"}

    async def test_garbage_and_delay(self, sandbox):
        headers = await sandbox.user("dora")
        await self.plan(sandbox, path="/api/kyc/*", kind="garbage", count=1)
        answer = await sandbox.http.get("/api/kyc/check-status", headers=headers)
        assert answer.status_code == 200
        with pytest.raises(ValueError, match="Expecting"):
            answer.json()
        for stage in ("before", "after"):
            await self.plan(sandbox, path="/api/kyc/*", kind="delay", seconds=0.05, stage=stage, count=1)
            answer = await sandbox.http.get("/api/kyc/check-status", headers=headers)
            assert answer.json()["username"] == "dora"
            assert answer.elapsed.total_seconds() >= 0.05

    async def test_identity_provider_and_slashes_too(self, sandbox):
        await self.plan(sandbox, path="/realms/etopay/*/token", kind="status", status=500)
        assert (await sandbox.http.post("/realms/etopay//protocol/openid-connect/token")).status_code == 500
        await sandbox.http.delete("/_sandbox/faults")
        assert (await sandbox.http.post("/realms/etopay/protocol/openid-connect/token")).status_code == 400

    async def test_the_control_room_itself_never_fails(self, sandbox):
        await self.plan(sandbox, path="*", kind="status", status=500)
        assert (await sandbox.http.get("/_sandbox/health")).status_code == 200


class TestReset:
    async def test_users_chains_and_faults_are_gone_the_keys_stay(self, sandbox):
        headers = await sandbox.user("dora")
        await sandbox.chains.fund("ETH", EVM, Decimal(1))
        await sandbox.http.post("/_sandbox/faults", json={"path": "/api/*", "kind": "drop"})
        before = (await sandbox.http.get("/realms/etopay/protocol/openid-connect/certs")).json()

        assert (await sandbox.http.post("/_sandbox/reset")).status_code == 204

        assert (await sandbox.http.get("/api/kyc/check-status", headers=headers)).status_code == 401
        assert await sandbox.chains.balance("ETH", EVM) == 0
        state = (await sandbox.http.get("/_sandbox/state")).json()
        assert (state["users"], state["faults"]) == (0, 0)
        assert (await sandbox.http.get("/realms/etopay/protocol/openid-connect/certs")).json() == before
        assert (await sandbox.user("dora"))["authorization"]


class TestWhoMay:
    async def test_other_machines_may_not(self, sandbox):
        transport = httpx.ASGITransport(sandbox.app, client=("192.168.1.7", 5000))
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:9000") as stranger:
            assert (await stranger.get("/_sandbox/users")).status_code == 403
            assert (await stranger.get("/realms/etopay/.well-known/openid-configuration")).status_code == 200

    @pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "evil.example:9000", "", "["])
    async def test_foreign_host_names_are_refused(self, sandbox, host):
        assert (await sandbox.http.get("/_sandbox/health", headers={"host": host})).status_code == 421
        assert (await sandbox.http.get("/api/config/networks", headers={"host": host})).status_code == 421

    @pytest.mark.parametrize(
        "headers", [{"origin": "https://evil.example"}, {"origin": "null"}, {"sec-fetch-site": "cross-site"}]
    )
    async def test_other_web_pages_may_not_give_orders(self, sandbox, headers):
        await sandbox.user("dora")
        assert (await sandbox.http.post("/_sandbox/reset", headers=headers)).status_code == 403
        assert (await sandbox.http.get("/_sandbox/state")).json()["users"] == 1

    @pytest.mark.parametrize("origin", ["https://evil.example", "http://127.0.0.1:1", "null"])
    async def test_other_web_pages_may_not_call_nodes(self, sandbox, origin):
        """As plain text, which browsers send without asking first: nodes take orders such as evm_mine."""
        headers = {"origin": origin, "content-type": "text/plain"}
        assert (await sandbox.http.post("/nodes/ETH", headers=headers, content="{}")).status_code == 403

    @pytest.mark.parametrize("origin", [None, "http://127.0.0.1:9000", "chrome-extension://abc"])
    async def test_wallets_may_call_nodes(self, sandbox, origin):
        """These chains have no nodes, but the call gets to where they would be."""
        headers = {"origin": origin} if origin else {}
        assert (await sandbox.http.post("/nodes/ETH", headers=headers, content="{}")).status_code == 404


class TestPages:
    @pytest.mark.parametrize("path", ["/", "/_sandbox/docs"])
    async def test_are_plain_html_without_scripts(self, sandbox, path):
        answer = await sandbox.http.get(path)
        assert answer.status_code == 200
        assert "<script" not in answer.text
        assert "default-src 'none'" in answer.headers["content-security-policy"]

    async def test_docs_name_every_call(self, sandbox):
        page = (await sandbox.http.get("/_sandbox/docs")).text
        for path in sandbox.app.openapi()["paths"]:
            assert f"<code>{path}</code>" in page

    async def test_events_tell_what_happened(self, sandbox):
        body = {"network_key": "ETH", "amount": "1.5", "address": EVM}
        await sandbox.http.post("/_sandbox/faucet", json=body)
        events = (await sandbox.http.get("/_sandbox/events")).json()["events"]
        assert (events[-1]["kind"], events[-1]["state"]["amount"]) == ("faucet.paid", "1.5")
        assert events[-1]["state"]["address"] == EVM
        later = await sandbox.http.get(f"/_sandbox/events?after={events[-1]['id']}")
        assert later.json()["events"] == []

    async def test_the_last_events_come_newest_first(self, sandbox):
        for amount in ("1", "2", "3"):
            body = {"network_key": "ETH", "amount": amount, "address": EVM}
            await sandbox.http.post("/_sandbox/faucet", json=body)
        paid = (await sandbox.http.get("/_sandbox/events?kind=faucet")).json()["events"]
        last = (await sandbox.http.get("/_sandbox/events?kind=faucet&newest=true&limit=2")).json()["events"]
        assert last == [paid[-1], paid[-2]]
        behind = await sandbox.http.get(f"/_sandbox/events?newest=true&after={paid[-2]['id']}")
        assert behind.json()["events"] == [paid[-1]]


class TestLimits:
    async def test_large_bodies_are_refused_declared_or_not(self, sandbox):
        async def chunks():
            for _ in range(40):
                yield b"x" * 65536

        declared = await sandbox.http.post("/api/transactions/create", content=b"x" * 1_100_000)
        assert declared.status_code == 413
        headers = await sandbox.user("dora")
        streamed = await sandbox.http.post("/api/transactions/create", content=chunks(), headers=headers)
        assert streamed.status_code in {400, 413}

    async def test_unknown_paths_and_methods_answer_in_our_shape(self, sandbox):
        assert (await sandbox.http.get("/api/nothing")).json() == {
            "error": "not_found",
            "detail": "Nothing is served at /api/nothing.",
        }
        wrong = await sandbox.http.post("/api/config/networks")
        assert (wrong.status_code, wrong.json()["error"]) == (405, "method_not_allowed")
