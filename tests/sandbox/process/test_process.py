"""The sandbox as a process, with its real chains: start, stop, kill, restart, faults on the wire."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from decimal import Decimal

import httpx
import pytest

from tests.sandbox.browsing import AppSignIn
from tests.sandbox.kills.customers import Wallet
from tests.sandbox.process.conftest import FAST

ALICE = {"username": "alice", "password": "sandbox-Pass-1"}


async def alices_headers(browser):
    form = {"grant_type": "password", "client_id": "etopay-test", "scope": "openid", **ALICE}
    answer = await browser.post("/realms/etopay/protocol/openid-connect/token", data=form)
    return {"authorization": f"Bearer {answer.json()['access_token']}", "x-app-name": "standalone"}


async def wait_until(check, seconds=20):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if await check():
            return True
        time.sleep(0.1)
    return False


class TestLife:
    async def test_ready_file_says_where_all_is_and_goes_with_the_process(self, start, tmp_path):
        running = start()
        assert running.ready == {
            "backend": f"{running.url}/api",
            "idp": f"{running.url}/realms/etopay",
            "sandbox": running.url,
            "address": running.url,
            "data": str(tmp_path / "data"),
            "pid": running.process.pid,
        }
        # Whoever knows the folder finds it too, whatever other file was asked for.
        own = tmp_path / "data" / "ready.json"
        assert json.loads(own.read_text()) == running.ready
        async with running.browser() as browser:
            assert (await browser.get("/_sandbox/health")).json()["data"] == str(tmp_path / "data")
        code, log = running.end()
        assert code == 0
        assert "Traceback" not in log
        assert not running.ready_file.exists()
        assert not own.exists()

    async def test_interrupt_ends_it_even_with_a_hanging_call(self, start):
        running = start()
        async with running.browser() as browser:
            body = {"path": "/api/*", "kind": "hang"}
            await browser.post("/_sandbox/faults", json=body)
        with socket.create_connection(("127.0.0.1", int(running.url.rsplit(":", 1)[1]))) as hanging:
            hanging.sendall(b"GET /api/config/networks HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
            time.sleep(0.3)
            code, _ = running.end(signal.SIGINT)
        assert code == 0

    async def test_ends_with_its_parent(self, start):
        parent = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
        running = start("--parent-pid", str(parent.pid))
        parent.communicate(b"\n", timeout=10)
        assert running.process.wait(timeout=10) == 0

    async def test_kill_and_restart_keep_users_coins_tokens_and_port(self, start):
        first = start()
        async with first.browser() as browser:
            headers = await alices_headers(browser)
            shares = {"backup_share": "ME-RS-AesGcm-AAAA", "recovery_share": "ME-RS-N-AAAA"}
            await browser.put("/api/user/shares", json=shares, headers=headers)
            tokens = await AppSignIn(browser).tokens("dora")
            body = {"network_key": "ETH", "address": "0x" + "d0" * 20, "amount": "3"}
            await browser.post("/_sandbox/faucet", json=body)
        first.end(signal.SIGKILL)
        assert first.ready_file.exists()

        second = start()

        assert second.url == first.url
        async with second.browser() as browser:
            share = await browser.get("/api/user/shares/recovery", headers=headers)
            assert share.json() == {"share": "ME-RS-N-AAAA"}
            form = {
                "grant_type": "refresh_token",
                "client_id": "etopay-app",
                "refresh_token": tokens["refresh_token"],
            }
            refreshed = await browser.post("/realms/etopay/protocol/openid-connect/token", data=form)
            assert refreshed.status_code == 200
            call = {
                "jsonrpc": "2.0",
                "id": 0,
                "method": "eth_getBalance",
                "params": ["0x" + "d0" * 20, "latest"],
            }
            balance = (await browser.post("/nodes/ETH", json=call)).json()["result"]
            assert int(balance, 16) == 3 * 10**18
            users = (await browser.get("/_sandbox/users")).json()["users"]
            assert [user["username"] for user in users] == ["alice", "bob", "carol", "dora"]


class TestPurchase:
    async def test_with_real_chains_and_a_kill_on_the_way(self, start):
        running, wallet = start(), Wallet("dora")
        async with running.browser() as browser:
            tokens = await AppSignIn(browser).tokens("dora")
            headers = {"authorization": f"Bearer {tokens['access_token']}", "x-app-name": "standalone"}
            own = {"address": wallet.address}
            answer = await browser.put("/api/user/address?network_key=ETH", json=own, headers=headers)
            assert answer.is_success
            body = {"network_key": "ETH", "amount": "20"} | own
            assert (await browser.post("/_sandbox/faucet", json=body)).status_code == 200
            body = {"amount": "10", "network_key": "ETH", "receiver": "bob"}
            created = await browser.post("/api/transactions/create", json=body, headers=headers)
            url = f"/api/transactions/details?index={created.json()['index']}"

            async def is_valid():
                return (await browser.get(url, headers=headers)).json()["status"] == "Valid"

            assert await wait_until(is_valid)
            details = (await browser.get(url, headers=headers)).json()
            signed = wallet.sign(31337, details["system_address"], 10 * 10**18)
            call = {"jsonrpc": "2.0", "id": 1, "method": "eth_sendRawTransaction", "params": [signed]}
            paid = (await browser.post("/nodes/ETH", json=call)).json()["result"]
            commit = {"index": created.json()["index"], "transaction_id": paid}
            answer = await browser.post("/api/transactions/commit", json=commit, headers=headers)
            assert answer.status_code == 202
        running.end(signal.SIGKILL)

        again = start()
        async with again.browser() as browser:

            async def is_done():
                return (await browser.get(url, headers=headers)).json()["status"] == "Completed"

            assert await wait_until(is_done)
            listed = await browser.get(
                "/api/transactions/txs-details?is_sender=false&start=0&limit=10", headers=headers
            )
            outgoing = listed.json()["txs"][0]["outgoing"]
            assert Decimal(outgoing["amount"]) == Decimal("9.5")
            call = {
                "jsonrpc": "2.0",
                "id": 1,
                "method": "eth_getBalance",
                "params": [outgoing["address"], "latest"],
            }
            balance = int((await browser.post("/nodes/ETH", json=call)).json()["result"], 16)
            # bob's seed coins, and this payout
            assert Decimal(balance).scaleb(-18) == Decimal("9.75")


class TestFaultsOnTheWire:
    async def test_dropped_and_hanging_connections(self, start):
        running = start()
        async with running.browser() as browser:
            headers = await alices_headers(browser)
            for stage in ("before", "after"):
                body = {"path": "/api/user/network", "kind": "drop", "stage": stage, "count": 1}
                await browser.post("/_sandbox/faults", json=body)
                with pytest.raises(httpx.TransportError):
                    await browser.put("/api/user/network", json={"network_key": "ETH"}, headers=headers)
                got = (await browser.get("/api/user/network", headers=headers)).json()["network_key"]
                assert got == ("ETH" if stage == "after" else "iota_rebased_testnet")
            await browser.post("/_sandbox/faults", json={"path": "/nodes/*", "kind": "hang"})
            with pytest.raises(httpx.ReadTimeout):
                await browser.post("/nodes/ETH", json={}, timeout=0.3)
            assert (await browser.delete("/_sandbox/faults")).status_code == 204


class TestRefusals:
    def run(self, *arguments):
        command = [sys.executable, "-m", "sandbox", "up", *arguments]
        return subprocess.run(
            command, env={**os.environ, **FAST}, capture_output=True, text=True, timeout=60, check=False
        )

    def test_taken_port(self, tmp_path):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = str(taken.getsockname()[1])
            done = self.run("--data", str(tmp_path / "data"), "--port", port)
        assert done.returncode == 3
        assert f"cannot listen on 127.0.0.1:{port}" in done.stderr
        assert len(done.stderr.splitlines()) == 1

    def test_folder_that_is_a_file(self, tmp_path):
        (tmp_path / "data").write_text("")
        done = self.run("--data", str(tmp_path / "data"))
        assert done.returncode == 3
        assert "cannot be written" in done.stderr
        assert len(done.stderr.splitlines()) == 1

    def test_folder_in_use(self, start, tmp_path):
        running = start()
        ready = str(running.ready_file)
        done = self.run("--data", str(tmp_path / "data"), "--ready-file", ready)
        assert done.returncode == 3
        assert "Another sandbox uses the data folder" in done.stderr
        assert running.ready_file.exists()

    def test_bad_seed(self, tmp_path):
        (tmp_path / "seed.toml").write_text('[[users]]\nusernam = "x"\npassword = "y"\n')
        done = self.run("--data", str(tmp_path / "data"), "--seed", str(tmp_path / "seed.toml"))
        assert done.returncode == 2
        assert "seed.toml, line 2: there is no key `usernam` here. Did you mean `username`?" in done.stderr

    def test_bad_settings_and_arguments(self, tmp_path):
        assert self.run("--data", str(tmp_path), "--public-url", "nonsense").returncode == 2
        assert self.run("--port", "99999").returncode == 2

    def test_ready_file_that_cannot_be_written(self, tmp_path):
        (tmp_path / "file").write_text("")
        done = self.run(
            "--data", str(tmp_path / "data"), "--ready-file", str(tmp_path / "file" / "ready.json")
        )
        assert done.returncode == 3
        assert "ready.json cannot be written" in done.stderr

    def test_damaged_chain(self, tmp_path):
        (tmp_path / "data").mkdir(mode=0o700)
        (tmp_path / "data" / "chains").mkdir()
        (tmp_path / "data" / "chains" / "eth.sqlite").write_bytes(b"this is no database" * 1000)
        done = self.run("--data", str(tmp_path / "data"))
        assert done.returncode == 3
        assert "chains cannot be opened" in done.stderr
        assert len(done.stderr.splitlines()) == 1

    def test_damaged_database(self, tmp_path):
        (tmp_path / "data").mkdir(mode=0o700)
        (tmp_path / "data" / "sandbox.sqlite").write_bytes(b"this is no database" * 1000)
        done = self.run("--data", str(tmp_path / "data"))
        assert done.returncode == 3
        assert "cannot be opened" in done.stderr
        assert len(done.stderr.splitlines()) == 1


async def test_secrets_are_not_logged(start):
    running = start("--log-level", "debug")
    async with running.browser() as browser:
        tokens = await AppSignIn(browser).tokens("dora")
        headers = {"authorization": f"Bearer {tokens['access_token']}", "x-app-name": "standalone"}
        shares = {"backup_share": "ME-RS-AesGcm-U0VDUkVU", "recovery_share": "ME-RS-N-U0VDUkVU"}
        await browser.put("/api/user/shares", json=shares, headers=headers)
        await browser.put("/api/user/shares", json={**shares, "x": 1}, headers=headers)
    _, log = running.end()
    assert "/api/user/shares 200" in log
    for secret in ("correct horse", "U0VDUkVU", *tokens["access_token"].split("."), tokens["refresh_token"]):
        assert secret not in log
