"""The plugin in a project of somebody else's, with a real sandbox process."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sandbox.testing import Sandbox, SandboxRefusedError
from sandbox.testing.process import SandboxNotStartedError, SandboxProcess

ROOT = Path(__file__).parents[3]

CLIENT_TESTS = """
from datetime import timedelta
import pytest

STATUS = "/api/kyc/check-status"

def test_users_have_tokens(sandbox):
    dora = sandbox.user("dora", is_verified=True)
    told = sandbox.http.get(STATUS, headers=dora.headers).json()
    assert told["username"] == "dora" and told["is_verified"]
    assert dora.access_token not in repr(dora)

def test_each_test_starts_anew(sandbox):
    names = [user["username"] for user in sandbox.control("GET", "users")["users"]]
    assert names == ["alice", "bob", "carol"]
    sandbox.user("dora")

def test_and_so_does_the_next(sandbox):
    sandbox.user("dora")

def test_tokens_end_by_the_sandboxs_clock(sandbox):
    dora = sandbox.user()
    before = sandbox.clock.now()
    sandbox.clock.advance(hours=1)
    assert sandbox.clock.now() - before >= timedelta(hours=1)
    assert sandbox.http.get(STATUS, headers=dora.headers).status_code == 401

def test_failures(sandbox):
    dora = sandbox.user()
    with sandbox.faults.planned(path="/api/*", kind="status", status=503):
        assert sandbox.http.get(STATUS, headers=dora.headers).status_code == 503
    assert sandbox.faults.all() == []
    assert sandbox.http.get(STATUS, headers=dora.headers).status_code == 200

def test_state_goes_back(sandbox):
    dora = sandbox.user("dora")
    sandbox.snapshot("with-dora")
    sandbox.user("emil")
    sandbox.clock.advance(days=2)
    sandbox.restore("with-dora")
    names = [user["username"] for user in sandbox.control("GET", "users")["users"]]
    assert names == ["alice", "bob", "carol", "dora"]
    assert sandbox.http.get(STATUS, headers=dora.headers).status_code == 200

def test_mails(sandbox):
    dora = sandbox.user("dora", email="dora@example.org")
    assert sandbox.mails.all() == []
    with pytest.raises(AssertionError, match="No mail with"):
        sandbox.mails.wait(to="dora@", seconds=0)
    form = {"grant_type": "password", "client_id": "admin-cli", "username": "admin"}
    token = f"{sandbox.idp}/protocol/openid-connect/token"
    told = sandbox.http.post(token, data={**form, "password": "sandbox-admin"}).json()
    admin = {"authorization": f"Bearer {told['access_token']}"}
    users = "/admin/realms/etopay/users"
    (user,) = sandbox.http.get(f"{users}?username=dora", headers=admin).json()
    sandbox.http.put(f"{users}/{user['id']}/send-verify-email", headers=admin)
    mail = sandbox.mails.wait(to="dora@", kind="verify-email")
    assert sandbox.http.get(mail["links"][0]).status_code == 200
    sandbox.mails.clear()
    assert sandbox.mails.all() == []

def test_coins_and_events(sandbox):
    dora = sandbox.user()
    address = "0x" + "d0" * 20
    sandbox.http.put("/api/user/address?network_key=ETH", json={"address": address}, headers=dora.headers)
    tx = sandbox.fund(dora, "ETH", "1.5")
    assert [event["subject"] for event in sandbox.events("faucet")] == [tx]
"""


def run(folder, *arguments, tests=CLIENT_TESTS):
    (folder / "test_app.py").write_text(tests)
    (folder / "pytest.ini").write_text("[pytest]\n")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "xdist.plugin"]
    command += ["-p", "sandbox.testing.plugin", *arguments]
    return subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture
def process(tmp_path):
    running = SandboxProcess(tmp_path / "sandbox")
    yield running
    running.stop()


@pytest.mark.parametrize("workers", [(), ("-n", "2")])
def test_a_client_needs_one_word(tmp_path, workers):
    done = run(tmp_path, *workers)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "8 passed" in done.stdout


def test_a_sandbox_that_runs_already_is_used_and_left_as_it_is(tmp_path, process):
    known = Sandbox(process.url)
    known.user("emil")
    tests = "def test_it(sandbox):\n    sandbox.sign_in('emil', 'sandbox-Pass-1')\n"
    done = run(tmp_path, "--sandbox-url", process.url, tests=tests)
    assert "1 passed" in done.stdout, done.stdout
    refused = run(tmp_path, "-n", "2", "--sandbox-url", process.url, "--sandbox-reset", "always", tests=tests)
    assert "none may reset it" in refused.stdout
    assert known.sign_in("emil", "sandbox-Pass-1").username == "emil"
    known.close()


def test_refusals_say_why(process):
    sandbox = Sandbox(process.url)
    with pytest.raises(SandboxRefusedError, match=r"refused POST /_sandbox/users: .*exists"):
        sandbox.user("alice")
    sandbox.close()


def test_a_sandbox_that_cannot_start_says_why(tmp_path):
    seed = tmp_path / "seed.toml"
    seed.write_text("usrs = []\n")
    with pytest.raises(SandboxNotStartedError, match=r"there is no key `usrs` here\. Did you mean `users`"):
        SandboxProcess(tmp_path / "sandbox", seed)


def test_a_reset_takes_less_than_a_second(process):
    sandbox = Sandbox(process.url)
    took = []
    while min(took, default=1) >= 1 and len(took) < 20:  # the machine may have other work just now
        start = time.perf_counter()
        sandbox.reset()
        took.append(time.perf_counter() - start)
    sandbox.close()
    assert min(took) < 1, took


def test_the_plugin_imports_nothing_of_the_sandbox():
    code = (
        "import sys; import sandbox.testing.plugin, sandbox.testing, sandbox.testing.process;"
        "print([name for name in sys.modules if name.startswith('sandbox.') and 'testing' not in name])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
