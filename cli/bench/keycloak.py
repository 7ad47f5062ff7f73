"""A real Keycloak: fetched by Maven, checked, started on this machine with our realm, and stopped."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tarfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import platformdirs

from cli.places import ROOT
from cli.problems import CliError

VERSION = "26.5.6"
SHA256 = "fa3dd5df90b9ac006712c2f0991be4e8a6cb30ac538e0439ce2f45fc40f4c692"
REALM = Path(__file__).with_name("realm.json")
CACHE = Path(platformdirs.user_cache_dir("etopay")) / "keycloak"
_START_SECONDS = 180
_ADMIN = {"KC_BOOTSTRAP_ADMIN_USERNAME": "root", "KC_BOOTSTRAP_ADMIN_PASSWORD": "root-Pass-1"}


class KeycloakError(CliError):
    """Keycloak cannot be had or does not start."""


def distribution() -> Path:
    """The unpacked distribution; Maven fetches it once, by its own settings."""
    home = CACHE / f"keycloak-{VERSION}"
    if (home / "bin" / "kc.sh").is_file():
        return home
    for program in ("mvn", "java"):
        if shutil.which(program) is None:
            raise KeycloakError(f"{program} is not installed; Keycloak needs Maven and Java 17.")
    CACHE.mkdir(parents=True, exist_ok=True)
    artifact = f"org.keycloak:keycloak-quarkus-dist:{VERSION}:tar.gz"
    plugin = "org.apache.maven.plugins:maven-dependency-plugin:3.6.0"
    for goal in (
        [f"{plugin}:get", f"-Dartifact={artifact}", "-Dtransitive=false"],
        [f"{plugin}:copy", f"-Dartifact={artifact}", f"-DoutputDirectory={CACHE}"],
    ):
        subprocess.run(["mvn", "-B", "-q", *goal], check=True, cwd=CACHE, stdin=subprocess.DEVNULL)
    archive = CACHE / f"keycloak-quarkus-dist-{VERSION}.tar.gz"
    found = hashlib.sha256(archive.read_bytes()).hexdigest()
    if found != SHA256:
        archive.unlink()
        raise KeycloakError(f"The archive of Keycloak {VERSION} has the checksum {found}, not {SHA256}.")
    with tarfile.open(archive) as content:
        content.extractall(CACHE, filter="data")
    archive.unlink()
    return home


class Keycloak:
    """A running Keycloak."""

    def __init__(self, url: str, pid: int, start_seconds: float) -> None:
        self.url = url
        self.issuer = f"{url}/realms/etopay"
        self.pid = pid
        self.start_seconds = start_seconds


@contextmanager
def running(folder: Path, *, guarded: bool = True) -> Iterator[Keycloak]:
    """Start Keycloak with our realm in a folder of its own, and stop it.

    Its guard takes many sign-ins of one account in a short time for guessing, good ones too.
    """
    home = folder / "keycloak"
    shutil.copytree(distribution(), home, symlinks=True)
    (home / "data" / "import").mkdir(parents=True, exist_ok=True)
    realm = json.loads(REALM.read_text(encoding="utf-8")) | {"bruteForceProtected": guarded}
    (home / "data" / "import" / "etopay-realm.json").write_text(json.dumps(realm), encoding="utf-8")
    port = _free_port()
    url = f"http://127.0.0.1:{port}"
    command = [str(home / "bin" / "kc.sh"), "start-dev", "--import-realm", "--http-host=127.0.0.1"]
    command += [f"--http-port={port}", "--http-management-port", str(_free_port())]
    log = folder / "keycloak.log"
    began = time.monotonic()
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            env=os.environ | _ADMIN | {"JAVA_OPTS_APPEND": "-Xmx512m"},
        )
        with leashed(process):
            _wait(f"{url}/realms/etopay", process, log)
            yield Keycloak(url, process.pid, time.monotonic() - began)


@contextmanager
def leashed(process: subprocess.Popen[bytes], seconds: float = 20.0) -> Iterator[None]:
    """End a process group with the block, or with this process: a signal leaves no time for blocks."""
    watch = subprocess.Popen(
        [sys.executable, "-m", "cli.leash"], cwd=ROOT, stdin=subprocess.PIPE, start_new_session=True
    )
    assert watch.stdin is not None
    try:
        watch.stdin.write(f"add {process.pid}\n".encode())
        watch.stdin.flush()
        yield
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            process.wait(seconds)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        watch.stdin.close()
        watch.wait()


def _wait(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    ends = time.monotonic() + _START_SECONDS
    while time.monotonic() < ends and process.poll() is None:
        try:
            if httpx.get(url, trust_env=False, timeout=2).status_code == 200:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.2)
    tail = log.read_text(errors="replace")[-2000:]
    raise KeycloakError(f"Keycloak did not start within {_START_SECONDS} s:\n{tail}")


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
