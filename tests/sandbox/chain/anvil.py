"""Anvil from npm, for comparison: fetched once, checked, kept outside the repository."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import shutil
import socket
import subprocess
import sys
import tarfile
import time
import urllib.request
from pathlib import Path
from typing import Any

VERSION = "1.7.1"
SHA512 = {
    "linux-amd64": (
        "f979928726c46b17c2aebd0e514670604cb63a7619b79a471fd4f306d2efdfe5"
        "6b2b43bf00db8d49511a86a3612879605fb191279f77f37a1f361c644562184e"
    ),
    "linux-arm64": (
        "ca41c998538674147cfbdb2638a066f596430820a42d072d88738075d2ef998c"
        "7d98f7810cc7eaea33f9d61298b0ee4c1bc0a53cb4a559ef89a625cf8e85e005"
    ),
    "darwin-amd64": (
        "3a0c33c18f85b06aec3f20efe2699b84ec0044ef2cdfb607ae6daa68dce0487e"
        "1594a9d78090ab9e84fb6e980e84bc813edc578c14fc2f61376fbf5d79eb1746"
    ),
    "darwin-arm64": (
        "24d7aedfe0377ff9e95cb9fc491f046a155ca84ec1a4ef5541931c3ef488cb6e"
        "ff44d7351aca0406f48b47df5a4afb7cb06296020360fc4cebb6300faba9b170"
    ),
    "win32-amd64": (
        "21eb8172643e010294c5703bedccd25487e9493f8a2c175768bef52652bf87a7"
        "b40e83f60989e65599fc584fdfb907e3014db3696c3b3c35e6ab591e75b21418"
    ),
}
START_SECONDS = 20
MINING_SECONDS = 10


class Anvil:
    """A running Anvil with the ten accounts of its test phrase."""

    def __init__(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        options = ["--chain-id", "31337", "--hardfork", "prague", "--gas-limit", "30000000"]
        self._process = subprocess.Popen(
            [executable(), "--port", str(port), "--silent", *options],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        self.url = f"http://127.0.0.1:{port}"
        self._await_start()

    def call(self, method: str, values: list[Any]) -> Any:
        """The result of a method; AnvilError if it refuses."""
        body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": values}).encode()
        request = urllib.request.Request(self.url, body, {"content-type": "application/json"})
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(request, timeout=10) as response:
            answer = json.load(response)
        if "error" in answer:
            raise AnvilError(answer["error"]["message"])
        return answer["result"]

    def receipt(self, tx_hash: str) -> dict[str, Any]:
        """The receipt of a transaction that was sent; Anvil mines a moment after it answers."""
        deadline = time.monotonic() + MINING_SECONDS
        while time.monotonic() < deadline:
            receipt: dict[str, Any] | None = self.call("eth_getTransactionReceipt", [tx_hash])
            if receipt is not None:
                return receipt
            time.sleep(0.01)
        raise RuntimeError(f"Anvil did not mine {tx_hash} within {MINING_SECONDS} s.")

    def close(self) -> None:
        """Ends the process."""
        self._process.kill()
        self._process.wait()

    def _await_start(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                break
            try:
                self.call("web3_clientVersion", [])
            except OSError:
                time.sleep(0.05)
            else:
                return
        self.close()
        stderr = self._process.stderr.read().decode() if self._process.stderr else ""
        raise RuntimeError(f"Anvil did not start within {START_SECONDS} s. {stderr}")


class AnvilError(Exception):
    """Anvil refused a call."""


def executable() -> str:
    """Path of Anvil's program, fetched from npm where it is not there yet."""
    target = _target()
    folder = _cache() / f"anvil-{VERSION}-{target}"
    program = folder / "package" / "bin" / ("anvil.exe" if target.startswith("win32") else "anvil")
    if not program.exists():
        folder.mkdir(parents=True, exist_ok=True)
        with tarfile.open(_fetch(target, folder)) as archive:
            archive.extractall(folder, filter="data")
        program.chmod(0o755)
    return str(program)


def _fetch(target: str, folder: Path) -> Path:
    npm = shutil.which("npm")
    if npm is None:
        raise RuntimeError("npm is needed to fetch Anvil, the oracle of these tests. Install Node.js.")
    subprocess.run(
        [npm, "pack", f"@foundry-rs/anvil-{target}@{VERSION}", "--silent"],
        cwd=folder,
        check=True,
        timeout=300,
    )
    (archive,) = folder.glob("*.tgz")
    digest = hashlib.sha512(archive.read_bytes()).hexdigest()
    if digest != SHA512[target]:
        archive.unlink()
        raise RuntimeError(f"The fetched Anvil for {target} is not the expected one: sha512 is {digest}.")
    return archive


def _target() -> str:
    machine = {"x86_64": "amd64", "AMD64": "amd64", "aarch64": "arm64"}.get(
        platform.machine(), platform.machine()
    )
    return f"{sys.platform}-{machine}"


def _cache() -> Path:
    return Path(os.environ.get("ETOPAY_TEST_CACHE") or Path.home() / ".cache" / "etopay-tests")
