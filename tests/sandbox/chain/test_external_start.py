"""The whole sandbox on an external node, by its settings."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest

from sandbox.services.chain import ETH, EURX
from sandbox.services.chain.keys import evm_account
from tests.sandbox.chain.external_node import SecondSandbox
from tests.sandbox.chain.test_external_node import says

ROOT = Path(__file__).parents[3]
KEY = evm_account("elsewhere", "treasury").key.hex()
START_SECONDS = 60


@pytest.fixture
def second(tmp_path: Path) -> Iterator[SecondSandbox]:
    second = SecondSandbox(tmp_path / "second")
    yield second
    second.close()


def start(folder: Path, **settings: str) -> subprocess.Popen[str]:
    environment = os.environ | {f"ETOPAY_SANDBOX_{name}": value for name, value in settings.items()}
    return subprocess.Popen(
        [sys.executable, "-m", "sandbox", "up", "--data", str(folder)],
        cwd=ROOT,
        env=environment,
        stderr=subprocess.PIPE,
        text=True,
    )


def ready(process: subprocess.Popen[str], folder: Path) -> dict[str, Any]:
    deadline = time.monotonic() + START_SECONDS
    while not (folder / "ready.json").exists():
        assert process.poll() is None, process.stderr.read() if process.stderr else ""
        assert time.monotonic() < deadline, "the sandbox did not start"
        time.sleep(0.05)
    content: dict[str, Any] = json.loads((folder / "ready.json").read_text())
    return content


def test_the_seed_is_paid_on_the_external_node(tmp_path: Path, second: SecondSandbox) -> None:
    folder = tmp_path / "data"
    nodes = json.dumps({ETH: second.url})
    process = start(folder, EXTERNAL_NODES=nodes, EXTERNAL_NODE_KEY=KEY)
    try:
        base = ready(process, folder)["sandbox"]
        users = httpx.get(f"{base}/_sandbox/users", trust_env=False).json()["users"]
        address = next(one for one in users if one["username"] == "alice")["addresses"][ETH]
        assert second.do(lambda hub: hub.balance(ETH, address)) == Decimal("1.5")
        assert second.do(lambda hub: hub.balance(EURX, address)) == Decimal("820.5")
        chain = httpx.get(f"{base}/_sandbox/chains/ETH", trust_env=False).json()
        assert chain["kind"] == "external"
    finally:
        process.terminate()
        _, told = process.communicate(timeout=20)
    assert KEY not in told


@pytest.mark.parametrize(("chain_id", "key", "message"), [(1, KEY, "not for real money"), (5, "", "no key")])
def test_a_start_that_is_refused(
    tmp_path: Path, second: SecondSandbox, chain_id: int, key: str, message: str
) -> None:
    server = says(hex(chain_id))
    url = f"http://127.0.0.1:{server.server_port}" if chain_id == 1 else second.url
    process = start(tmp_path / "data", EXTERNAL_NODES=json.dumps({ETH: url}), EXTERNAL_NODE_KEY=key)
    _, told = process.communicate(timeout=START_SECONDS)
    server.shutdown()
    server.server_close()
    assert process.returncode == 2, told
    assert message in told
    assert "Traceback" not in told
