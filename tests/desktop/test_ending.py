"""The desktop app ends well: by signal and by closing its window, with nothing left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from cli.desktop import client
from cli.desktop.screen import Screen, virtual_screen
from cli.places import ROOT

pytestmark = pytest.mark.desktop
PATIENCE = 60.0


@pytest.fixture(scope="module")
def screen() -> Iterator[Screen]:
    client.require_system()
    with virtual_screen() as started:
        yield started


def children_of(pid: int) -> list[int]:
    found = subprocess.run(
        ["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False
    )
    direct = [int(child) for child in found.stdout.split()]
    return [*direct, *(below for child in direct for below in children_of(child))]


def private_folders() -> set[Path]:
    return set(Path(tempfile.gettempdir()).glob("etopay-window-*"))


def started(screen: Screen, folder: Path, ready: Path) -> subprocess.Popen[str]:
    environment = {**os.environ, **client.client_environment(), "DISPLAY": screen.display}
    environment["XDG_RUNTIME_DIR"] = str(folder)
    command = [sys.executable, "-m", "app", "--gateway", "demo", "--view", "auto"]
    command += ["--data", str(folder / "data"), "--ready-file", str(ready)]
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    deadline = time.monotonic() + PATIENCE
    while not (ready.exists() and any("etopay" in title.lower() for title in screen.titles())):
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.2)
    return process


def all_gone(processes: list[int]) -> bool:
    """Whether all have ended, within the moment that the system takes."""
    deadline = time.monotonic() + 5
    while any(Path(f"/proc/{pid}").exists() for pid in processes) and time.monotonic() < deadline:
        time.sleep(0.1)
    return not any(Path(f"/proc/{pid}").exists() for pid in processes)


@pytest.mark.parametrize("how", ["signal", "window"])
def test_nothing_is_left(screen: Screen, tmp_path: Path, how: str) -> None:
    before = private_folders()
    process = started(screen, tmp_path, tmp_path / "ready.json")
    (private,) = private_folders() - before
    assert private.stat().st_mode & 0o077 == 0
    below = children_of(process.pid)
    assert below
    if how == "signal":
        process.send_signal(signal.SIGTERM)
    else:
        os.kill(below[-1], signal.SIGTERM)
    process.communicate(timeout=30)
    assert process.returncode == 0
    assert private_folders() == before
    assert all_gone(below)
