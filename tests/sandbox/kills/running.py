"""A sandbox process that is killed and started again on the same folder."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

_PATIENCE_SECONDS = 90.0
_SETTINGS = {
    "ETOPAY_SANDBOX_TOKEN_ALGORITHM": "ES256",
    "ETOPAY_SANDBOX_PASSWORD_HASH_MEMORY_KIB": "8",
    "ETOPAY_SANDBOX_PURCHASE_DELAY_SECONDS": "0.1",
    "ETOPAY_SANDBOX_ACCESS_TOKEN_SECONDS": "300000000",
    "ETOPAY_SANDBOX_PAYMENT_TIMEOUT_SECONDS": "1000000000",
}
"""Nothing times out while the clock is moved on, so that all that is begun can be brought to its end."""


class Process:
    """One start; the next one finds what this one left."""

    def __init__(self, folder: Path) -> None:
        self._log = folder / "sandbox.log"
        self._ready = folder / "ready.json"
        self._ready.unlink(missing_ok=True)
        command = [sys.executable, "-m", "sandbox", "up", "--data", str(folder / "data")]
        command += ["--ready-file", str(self._ready), "--parent-pid", str(os.getpid())]
        self._began = time.monotonic()
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                command, env={**os.environ, **_SETTINGS}, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        self.start_seconds = self.start_cpu_seconds = 0.0

    def wait(self) -> dict[str, Any]:
        """Wait until it is ready, and return the addresses; measure how long that took."""
        while not self._ready.exists():
            assert self._process.poll() is None, self.said()
            assert time.monotonic() - self._began < _PATIENCE_SECONDS, self.said()
            time.sleep(0.01)
        self.start_seconds = time.monotonic() - self._began
        times = Path(f"/proc/{self._process.pid}/stat")
        if times.exists():
            user, system = times.read_text(encoding="ascii").rpartition(") ")[2].split()[11:13]
            self.start_cpu_seconds = (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")
        return dict(json.loads(self._ready.read_text(encoding="utf-8")))

    def kill(self) -> None:
        """End it at once, as a power cut does."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGKILL)
        self._process.wait(20)

    def stop(self) -> None:
        """End it as usual."""
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(20)
            except subprocess.TimeoutExpired:
                self._process.kill()
        self._process.wait(20)

    def said(self) -> str:
        """Return the end of its log."""
        return self._log.read_text(encoding="utf-8", errors="replace")[-3000:]
