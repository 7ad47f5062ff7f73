"""A sandbox process that lives as long as the tests."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

_PATIENCE_SECONDS = 60.0
_FAST = {"ETOPAY_SANDBOX_PASSWORD_HASH_MEMORY_KIB": "8", "ETOPAY_SANDBOX_PURCHASE_DELAY_SECONDS": "0.1"}
"""What makes tests quick; what the environment says comes first."""


class SandboxNotStartedError(Exception):
    """The process ended or did not get ready; the text has what it said."""


class SandboxProcess:
    """Starts the sandbox on a folder of its own and a free port, and ends it."""

    def __init__(self, folder: Path, seed: Path | None = None) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._log = folder / "sandbox.log"
        ready = folder / "ready.json"
        command = [sys.executable, "-m", "sandbox", "up", "--data", str(folder / "data")]
        command += ["--ready-file", str(ready), "--parent-pid", str(os.getpid())]
        command += ["--seed", str(seed)] if seed else []
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(  # noqa: S603 — our own program
                command, env={**_FAST, **os.environ}, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        try:
            self.url = self._wait(ready)
        except BaseException:
            self.stop()
            raise

    def _wait(self, ready: Path) -> str:
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while time.monotonic() < deadline and self._process.poll() is None:
            if ready.exists():
                return str(json.loads(ready.read_text(encoding="utf-8"))["sandbox"])
            time.sleep(0.02)
        said = self._log.read_text(encoding="utf-8", errors="replace").strip()
        raise SandboxNotStartedError(f"The sandbox did not start. It said: {said[-1500:] or 'nothing'}")

    def stop(self) -> None:
        """End the process, by force if it does not listen."""
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                self._process.kill()
        self._process.wait()
