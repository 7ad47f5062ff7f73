"""The scenarios that come along, each run on a real sandbox process and looked at through the public API."""

import time
from decimal import Decimal
from pathlib import Path

import pytest

from sandbox.control.scenarios.library import SHIPPED, Library
from sandbox.testing import Sandbox
from sandbox.testing.process import SandboxProcess

NAMES = sorted(path.stem for path in SHIPPED.glob("*.toml"))
PASSWORD = "scenario-Pass-1"


@pytest.fixture(scope="module")
def process(tmp_path_factory):
    running = SandboxProcess(tmp_path_factory.mktemp("scenarios"))
    yield running
    running.stop()


@pytest.fixture
def sandbox(process):
    found = Sandbox(process.url)
    yield found
    found.close()


def run(sandbox, name, **body):
    found = sandbox.control("POST", f"scenarios/{name}/run", {"reset": True, **body})
    ends = time.monotonic() + 60
    while found["state"] == "running" and time.monotonic() < ends:
        time.sleep(0.1)
        found = sandbox.control("GET", f"scenarios/runs/{found['id']}")
    return found


def passed(sandbox, name):
    found = run(sandbox, name)
    assert found["state"] == "passed", [step for step in found["steps"] if step["state"] != "passed"]
    assert {step["state"] for step in found["steps"]} == {"passed"}
    assert sandbox.control("GET", "ledger/check")["holds"]
    return found


def purchases(sandbox, user):
    headers = sandbox.sign_in(user, PASSWORD).headers
    path = "/api/transactions/txs-details?is_sender=true&start=0&limit=10"
    return sandbox.http.get(path, headers=headers).json()["txs"]


def balance(sandbox, user, network):
    wallets = sandbox.control("GET", f"users/{user}")["wallets"]
    return next(Decimal(one["balance"]) for one in wallets if one["network_key"] == network)


def orders(sandbox, user):
    headers = sandbox.sign_in(user, PASSWORD).headers
    return sandbox.http.get("/api/viviswap/orders?start=0&limit=10", headers=headers).json()["orders"]


@pytest.mark.parametrize("name", ["payment-mined-late", "reorg-of-a-paid-purchase"])
def test_bought_and_paid_once_on_the_evm(sandbox, name):
    passed(sandbox, name)
    (purchase,) = purchases(sandbox, "dora")
    assert purchase["status"] == "Completed"
    assert balance(sandbox, "emil", "ETH") == Decimal("0.95")
    assert Decimal("1.99") < balance(sandbox, "dora", "ETH") < 2


def test_lost_answer(sandbox):
    passed(sandbox, "lost-answer")
    (purchase,) = purchases(sandbox, "dora")
    assert purchase["status"] == "Completed"
    assert balance(sandbox, "emil", "iota_rebased_testnet") == Decimal("9.5")


def test_bank_holiday_weekend(sandbox):
    passed(sandbox, "bank-holiday-weekend")
    (order,) = orders(sandbox, "dora")
    assert order["status"] == 4
    assert balance(sandbox, "dora", "ETH") == Decimal(str(order["outgoing_amount"])).quantize(Decimal("1e-9"))
    settled = [one for one in sandbox.events("bank.transfer") if one["state"].get("state") == "settled"]
    assert settled[0]["at"].startswith("2026-12-29T07:00")


def test_bank_notices_mixed_up(sandbox):
    passed(sandbox, "bank-notices-mixed-up")
    found = orders(sandbox, "dora")
    assert sorted((order["incoming_amount"], order["status"]) for order in found) == [(100.0, 4), (200.0, 4)]
    paid = sum(Decimal(str(order["outgoing_amount"])) for order in found)
    assert abs(balance(sandbox, "dora", "ETH") - paid) < Decimal("1e-6")


def test_exchange_down_for_an_hour(sandbox):
    sandbox.clock.follow_machine()
    before = sandbox.clock.now()
    passed(sandbox, "exchange-down-for-an-hour")
    assert (sandbox.clock.now() - before).total_seconds() > 3600
    headers = sandbox.sign_in("dora", PASSWORD).headers
    assert len(sandbox.http.get("/api/viviswap/methods", headers=headers).json()["methods"]) == 3


def test_kyc_rejected_then_resubmitted(sandbox):
    passed(sandbox, "kyc-rejected-then-resubmitted")
    dora, emil = (sandbox.sign_in(name, PASSWORD).headers for name in ("dora", "emil"))
    assert sandbox.http.get("/api/kyc/check-status", headers=dora).json()["is_verified"]
    assert sandbox.http.get("/api/viviswap/kyc/status", headers=emil).json()["rejected"] == []
    assert not sandbox.http.get("/api/kyc/check-status", headers=emil).json()["is_verified"]


def test_rate_gone_stale(sandbox):
    passed(sandbox, "rate-gone-stale")
    (order,) = orders(sandbox, "dora")
    assert order["status"] == 4
    # At the old rate of 2000 it would be 0.049; the market's is never below 2300.
    assert order["outgoing_amount"] < 0.0431


def test_slow_identity_provider(sandbox):
    found = passed(sandbox, "slow-identity-provider")
    slow = next(step for step in found["steps"] if step["name"] == "dora signs in, slowly")
    assert slow["seconds"] > 0.9
    assert sandbox.faults.all() == []


def test_the_same_seed_gives_the_same(sandbox):
    first, second = (run(sandbox, "slow-identity-provider", seed="7") for _ in range(2))
    told = [[(step["name"], step["state"]) for step in found["steps"]] for found in (first, second)]
    assert told[0] == told[1]
    assert (first["seed"], second["seed"]) == ("7", "7")


def test_every_one_has_a_test_of_its_own():
    source = Path(__file__).read_text(encoding="utf-8")
    missing = [name for name in NAMES if f'"{name}"' not in source]
    assert missing == []
    assert all(entry.problem == "" for entry in Library(None).all())
