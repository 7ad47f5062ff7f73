"""The same seed, planted twice: the same ids, addresses and transactions."""

from pathlib import Path

import httpx

from sandbox.testing.process import SandboxProcess


def planted(folder: Path):
    process = SandboxProcess(folder)
    try:
        with httpx.Client(base_url=process.url, trust_env=False, timeout=30) as http:
            users = http.get("/_sandbox/users").json()["users"]
            events = http.get("/_sandbox/events", params={"kind": "purchase"}).json()["events"]
            call = {"jsonrpc": "2.0", "id": 1, "method": "eth_getBlockByNumber", "params": ["0x1", False]}
            block = http.post("/nodes/ETH", json=call).json()["result"]
            assert http.post("/_sandbox/reset").status_code == 204
            again = http.get("/_sandbox/users").json()["users"]
    finally:
        process.stop()
    assert again == users
    return users, [event["subject"] for event in events], block["transactions"]


def test_two_starts_hold_the_same(tmp_path):
    users, purchases, transactions = planted(tmp_path / "one")
    assert [user["username"] for user in users] == ["alice", "bob", "carol"]
    assert len({user["id"] for user in users} | {user["subject"] for user in users}) == 6
    assert users[0]["addresses"]["ETH"].startswith("0x")
    assert len(purchases) == 1
    assert transactions
    assert planted(tmp_path / "two") == (users, purchases, transactions)
