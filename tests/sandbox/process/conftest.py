"""The sandbox as a process of its own."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

FAST = {
    "ETOPAY_SANDBOX_TOKEN_ALGORITHM": "ES256",
    "ETOPAY_SANDBOX_PASSWORD_HASH_MEMORY_KIB": "8",
    "ETOPAY_SANDBOX_PURCHASE_DELAY_SECONDS": "0.1",
}


class Running:
    """A sandbox process started for one test."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        self.ready_file = folder / "ready.json"
        command = [sys.executable, "-m", "sandbox", "up", "--data", str(folder / "data")]
        command += ["--ready-file", str(self.ready_file), *arguments]
        self.process = subprocess.Popen(
            command, env={**os.environ, **FAST}, stderr=subprocess.PIPE, text=True
        )
        self.ready = self._wait()
        self.url = self.ready["sandbox"]

    def _wait(self):
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and self.process.poll() is None:
            if self.ready_file.exists():
                ready = json.loads(self.ready_file.read_text())
                if ready["pid"] == self.process.pid:  # not what a killed one left behind
                    return ready
            time.sleep(0.05)
        raise AssertionError(f"not ready: {self.process.communicate(timeout=5)[1]}")

    def browser(self):
        return httpx.AsyncClient(base_url=self.url, trust_env=False, timeout=20)

    def end(self, number=signal.SIGTERM):
        self.process.send_signal(number)
        errors = self.process.communicate(timeout=20)[1]
        return self.process.returncode, errors


@pytest.fixture
def start(tmp_path):
    started = []

    def run(*arguments):
        started.append(Running(tmp_path, *arguments))
        return started[-1]

    yield run
    for item in started:
        if item.process.poll() is None:
            item.process.kill()
            item.process.communicate(timeout=10)
