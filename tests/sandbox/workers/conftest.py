"""A keeper and three workers, as processes of their own, on one PostgreSQL database."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from tests.sandbox.workers.balancer import balancer
from tests.support import postgres

PASSWORD = "sandbox-Pass-1"
TEST_NET = "iota_rebased_testnet"
SETTINGS = {
    "ETOPAY_SANDBOX_TOKEN_ALGORITHM": "ES256",
    "ETOPAY_SANDBOX_PASSWORD_HASH_MEMORY_KIB": "8",
    "ETOPAY_SANDBOX_PURCHASE_DELAY_SECONDS": "0.1",
}


class Process:
    """One process of the cluster."""

    def __init__(self, folder: Path, name: str, database: str, *arguments: str, **settings: str) -> None:
        self._ready = folder / f"{name}.json"
        self._log = folder / f"{name}.log"
        self._environment = {**os.environ, **SETTINGS, "ETOPAY_SANDBOX_DATABASE_URL": database, **settings}
        self._command = [sys.executable, "-m", "sandbox", *arguments, "--ready-file", str(self._ready)]
        self.start()

    def start(self) -> None:
        self._ready.unlink(missing_ok=True)
        with self._log.open("ab") as log:
            self.process = subprocess.Popen(self._command, env=self._environment, stdout=log, stderr=log)

    def wait(self) -> None:
        ends = time.monotonic() + 90
        while not self._ready.exists():
            assert self.process.poll() is None, self.said()
            assert time.monotonic() < ends, self.said()
            time.sleep(0.05)
        self.url = json.loads(self._ready.read_text())["address"]

    def said(self) -> str:
        return self._log.read_text(errors="replace")[-3000:]

    def client(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(base_url=self.url, trust_env=False, timeout=30)

    def end(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()
        self.process.wait(20)


class Cluster:
    """The processes, and what tests ask of them."""

    def __init__(self, folder: Path, database: str, public_url: str) -> None:
        self.folder, self.database, self.url = folder, database, public_url
        up = ("up", "--data", str(folder / "data"), "--public-url", public_url)
        self.keeper = Process(folder, "keeper", database, *up)
        self.keeper.wait()
        self.workers = [self.worker(f"worker-{number}") for number in range(3)]
        for one in self.workers:
            one.wait()

    def worker(self, name: str, **settings: str) -> Process:
        arguments = ("worker", "--keeper-url", self.keeper.url)
        return Process(self.folder, name, self.database, *arguments, **settings)

    def control(self, method: str, path: str, body: object = None) -> httpx.Response:
        """Give an order, through a worker: it is the keeper who follows it."""
        url = f"{self.workers[-1].url}/_sandbox/{path}"
        answer = httpx.request(method, url, json=body, trust_env=False, timeout=60)
        assert answer.is_success, answer.text
        return answer

    def end(self) -> None:
        for one in (*self.workers, self.keeper):
            one.end()


@pytest.fixture(scope="session")
def cluster(tmp_path_factory):
    with postgres.server() as database, balancer() as (url, tell):
        one = Cluster(tmp_path_factory.mktemp("cluster"), database, url)
        tell(lambda: [urlsplit(worker.url).port for worker in one.workers])
        yield one
        one.end()


async def sign_in(http: httpx.AsyncClient, username: str) -> dict[str, str]:
    """Sign in by password and return the headers of the user's calls."""
    form = {"grant_type": "password", "client_id": "etopay-test", "scope": "openid"}
    form |= {"username": username, "password": PASSWORD}
    answer = await http.post("/realms/etopay/protocol/openid-connect/token", data=form)
    assert answer.status_code == 200, answer.text
    return {"authorization": f"Bearer {answer.json()['access_token']}", "x-app-name": "standalone"}
