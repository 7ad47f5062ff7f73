"""User, shares, KYC, networks and rates over the wire."""

from datetime import timedelta
from decimal import Decimal
from itertools import pairwise

import pytest

from sandbox.services.rates.service import Market

SHARES = {"backup_share": "ME-RS-AesGcm-QUJD+/==", "recovery_share": "ME-RS-N-QUJD"}
EVM = "0x5AAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"


class TestShares:
    async def test_come_back_byte_for_byte_and_can_be_replaced(self, sandbox):
        headers = await sandbox.user("dora")
        put = await sandbox.http.put("/api/user/shares", json=SHARES, headers=headers)
        assert (put.status_code, put.text) == (200, "null")
        for kind in ("recovery", "backup"):
            answer = await sandbox.http.get(f"/api/user/shares/{kind}", headers=headers)
            assert answer.json() == {"share": SHARES[f"{kind}_share"]}
        await sandbox.http.put(
            "/api/user/shares", json={**SHARES, "recovery_share": "ME-RS-N-WFla"}, headers=headers
        )
        answer = await sandbox.http.get("/api/user/shares/recovery", headers=headers)
        assert answer.json() == {"share": "ME-RS-N-WFla"}

    async def test_of_another_user_are_not_seen(self, sandbox):
        await sandbox.http.put("/api/user/shares", json=SHARES, headers=await sandbox.user("dora"))
        other = await sandbox.user("emil")
        assert (await sandbox.http.get("/api/user/shares/backup", headers=other)).status_code == 404

    async def test_delete_is_fine_with_and_without(self, sandbox):
        headers = await sandbox.user("dora")
        for _ in range(2):
            assert (await sandbox.http.delete("/api/user/shares", headers=headers)).status_code == 200
            assert (await sandbox.http.get("/api/user/shares/backup", headers=headers)).status_code == 404
            await sandbox.http.put("/api/user/shares", json=SHARES, headers=headers)

    @pytest.mark.parametrize(
        "changes",
        [
            {"backup_share": "ME-RS-N-QUJD"},
            {"recovery_share": "plain words"},
            {"recovery_share": "ME-RS-N-QUJD-x"},
            {"recovery_share": "ME-RS-N-" + "A" * 70_000},
        ],
    )
    async def test_unencrypted_backup_and_other_forms_are_refused_without_echo(self, sandbox, changes):
        headers = await sandbox.user("dora")
        answer = await sandbox.http.put("/api/user/shares", json={**SHARES, **changes}, headers=headers)
        assert answer.status_code == 422
        for value in changes.values():
            assert value not in answer.text


class TestUser:
    async def test_preferred_network(self, sandbox):
        headers = await sandbox.user("dora")
        for key in ("ETH", None):
            put = await sandbox.http.put("/api/user/network", json={"network_key": key}, headers=headers)
            assert put.status_code == 202
            got = await sandbox.http.get("/api/user/network", headers=headers)
            assert got.json() == {"network_key": key}
        unknown = await sandbox.http.put("/api/user/network", json={"network_key": "BTC"}, headers=headers)
        assert unknown.status_code == 404
        assert "iota_rebased_testnet" in unknown.json()["detail"]

    async def test_address_is_kept_and_may_be_sent_again(self, sandbox):
        headers = await sandbox.user("dora")
        for _ in range(2):
            put = await sandbox.http.put(
                "/api/user/address?network_key=ETH", json={"address": EVM}, headers=headers
            )
            assert put.status_code == 201
        users = (await sandbox.http.get("/_sandbox/users")).json()["users"]
        assert users[0]["addresses"] == {"ETH": EVM}

    @pytest.mark.parametrize(
        ("network", "address"),
        [
            ("ETH", "0x" + "a" * 64),
            ("ETH", "a" * 40),
            ("iota_rebased_testnet", EVM),
            ("iota_rebased_testnet", "0x" + "A" * 64),
        ],
    )
    async def test_address_must_fit_the_network(self, sandbox, network, address):
        headers = await sandbox.user("dora")
        put = await sandbox.http.put(
            f"/api/user/address?network_key={network}", json={"address": address}, headers=headers
        )
        assert put.status_code == 422

    async def test_delete_drops_all_and_the_user_may_start_again(self, sandbox):
        headers = await sandbox.user("dora")
        await sandbox.http.put("/api/user/shares", json=SHARES, headers=headers)
        await sandbox.http.put("/api/user/network", json={"network_key": "ETH"}, headers=headers)
        await sandbox.http.put("/api/user/address?network_key=ETH", json={"address": EVM}, headers=headers)
        await sandbox.http.put("/_sandbox/users/dora/kyc", json={"is_verified": True})

        assert (await sandbox.http.delete("/api/user", headers=headers)).status_code == 202

        assert (await sandbox.http.get("/_sandbox/users")).json()["users"] == []
        assert (await sandbox.http.get("/api/user/shares/backup", headers=headers)).status_code == 404
        assert (await sandbox.http.get("/api/user/network", headers=headers)).json() == {"network_key": None}
        status = await sandbox.http.get("/api/kyc/check-status", headers=headers)
        assert status.json() == {"username": "dora", "is_verified": False}
        assert (await sandbox.http.get("/_sandbox/users")).json()["users"][0]["addresses"] == {}
        assert (await sandbox.http.delete("/api/user", headers=headers)).status_code == 202


class TestNetworks:
    async def test_are_what_the_sdk_needs(self, sandbox):
        headers = await sandbox.user("dora")
        networks = (await sandbox.http.get("/api/config/networks", headers=headers)).json()["networks"]
        by_key = {network["key"]: network for network in networks}
        assert list(by_key) == ["iota_rebased_testnet", "iota_rebased_mainnet", "ETH", "EURX"]
        assert [network["is_testnet"] for network in networks] == [True, False, False, False]
        assert by_key["ETH"]["protocol"] == {"Evm": {"chain_id": 31337}}
        assert by_key["EURX"]["protocol"] == {
            "EvmERC20": {"chain_id": 31337, "contract_address": "0x" + "c0" * 20}
        }
        assert by_key["iota_rebased_testnet"]["protocol"] == {"IotaRebased": {"coin_type": "0x2::iota::IOTA"}}
        assert by_key["iota_rebased_testnet"]["node_urls"] == [
            "http://127.0.0.1:9000/nodes/iota_rebased_testnet"
        ]
        assert by_key["EURX"]["decimals"] == 6
        assert {network["coin_type"] for network in networks} == {4218, 60}
        for network in networks:
            assert network["block_explorer_url"] == f"http://127.0.0.1:9000/explorer/{network['key']}"

    @pytest.mark.parametrize(
        "path", ["//api/config/networks", "/api//config/networks", "/api/config//networks"]
    )
    async def test_slashes_too_many(self, sandbox, path):
        headers = await sandbox.user("dora")
        url = f"http://127.0.0.1:9000{path}"
        assert (await sandbox.http.get(url, headers=headers)).status_code == 200


class TestRates:
    async def test_now_as_a_decimal_string(self, sandbox):
        headers = await sandbox.user("dora")
        for key, low, high in (
            ("ETH", 2250, 2650),
            ("iota_rebased_testnet", "0.16", "0.21"),
            ("EURX", "0.99", "1.01"),
        ):
            answer = await sandbox.http.get(f"/api/courses?network_key={key}", headers=headers)
            course = answer.json()["course"]
            assert isinstance(course["course"], str)
            assert Decimal(low) < Decimal(course["course"]) < Decimal(high)
            assert course["date"] == "2026-03-01T12:00:00.000Z"
        assert (await sandbox.http.get("/api/courses?network_key=BTC", headers=headers)).status_code == 404
        assert (await sandbox.http.get("/api/courses", headers=headers)).status_code == 422

    @pytest.mark.parametrize("key", ["ETH", "EURX", "iota_rebased_mainnet"])
    def test_a_function_of_time_that_moves_without_jumps(self, sandbox, key):
        start = sandbox.clock.now()
        rates = [Market().eur_rate(key, start + timedelta(minutes=5 * step)) for step in range(2000)]
        again = [Market().eur_rate(key, start + timedelta(minutes=5 * step)) for step in range(2000)]
        assert rates == again
        assert len(set(rates)) > 100
        for before, after in pairwise(rates):
            assert abs(after - before) / before < Decimal("0.01")

    async def test_history_ends_now_and_joins_the_present_rate(self, sandbox):
        headers = await sandbox.user("dora")
        url = "/api/courses/history?network_key=ETH"
        month = (await sandbox.http.get(url, headers=headers)).json()["courses"]
        assert len(month) == 31
        now = (await sandbox.http.get("/api/courses?network_key=ETH", headers=headers)).json()["course"]
        assert month[-1] == now
        day = await sandbox.http.get(f"{url}&from_date=2026-02-28&to_date=2026-02-28", headers=headers)
        assert len(day.json()["courses"]) == 24

    @pytest.mark.parametrize(
        "query",
        [
            "from_date=2026-03-02&to_date=2026-03-01",
            "to_date=0001-01-01",
            "from_date=0001-01-01",
            "from_date=9999-12-31",
            "from_date=yesterday",
        ],
    )
    async def test_odd_periods(self, sandbox, query):
        headers = await sandbox.user("dora")
        answer = await sandbox.http.get(f"/api/courses/history?network_key=ETH&{query}", headers=headers)
        assert answer.status_code == 422
