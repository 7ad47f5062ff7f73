"""`python -m app` as a process: what it says, what it leaves, how it ends."""

from __future__ import annotations

import json
import os
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from app.__main__ import main
from app.host.folder import is_ours

ROOT = Path(__file__).resolve().parents[3]
START_SECONDS = 30


def command(folder: Path, *more: str) -> list[str]:
    given = ["--gateway", "demo", "--view", "web", "--data", str(folder / "data"), *more]
    return [sys.executable, "-m", "app", *given]


def environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("ETOPAY_")}


def said(folder: Path, *more: str, **variables: str) -> tuple[int, str]:
    """Exit code and complaint of a start that must fail."""
    done = subprocess.run(
        command(folder, *more),
        cwd=ROOT,
        env={**environment(), **variables},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    return done.returncode, done.stderr


@pytest.fixture
def running(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], dict[str, object]]]:
    ready = tmp_path / "ready.json"
    process = subprocess.Popen(
        command(tmp_path, "--ready-file", str(ready)),
        cwd=ROOT,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    deadline = time.monotonic() + START_SECONDS
    while not ready.exists():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.05)
    yield process, json.loads(ready.read_text())
    if process.poll() is None:
        process.kill()
    process.communicate(timeout=10)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_it_answers_and_ends_well(
    running: tuple[subprocess.Popen[str], dict[str, object]], number: signal.Signals, tmp_path: Path
) -> None:
    process, ready = running
    assert ready["pid"] == process.pid
    assert ready["data"] == str(tmp_path / "data")
    url = str(ready["app"])
    base = url.partition("/open")[0]
    assert httpx.get(f"{base}/healthz", trust_env=False).status_code == 200
    assert httpx.get(url, trust_env=False).status_code == 303
    process.send_signal(number)
    out, err = process.communicate(timeout=10)
    assert process.returncode == 0
    assert err == ""
    assert url in out
    assert "development and preview" in out
    assert not (tmp_path / "ready.json").exists()
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{base}/healthz", trust_env=False)


def test_what_it_leaves_is_for_this_user_alone(
    running: tuple[subprocess.Popen[str], dict[str, object]], tmp_path: Path
) -> None:
    data = tmp_path / "data"
    assert stat.S_IMODE(data.stat().st_mode) == 0o700
    assert (data / "app.log").exists()
    assert [entry.name for entry in data.iterdir() if not is_ours(entry.name)] == []
    key = str(running[1]["app"]).split("key=")[1]
    for path in data.rglob("*"):
        if path.is_file():
            assert stat.S_IMODE(path.stat().st_mode) == 0o600
            assert key.encode() not in path.read_bytes()


def test_an_empty_data_folder_is_a_wrong_argument(capsys: pytest.CaptureFixture[str]) -> None:
    """It would be the folder that one stands in."""
    with pytest.raises(SystemExit) as ended:
        main(["--data", ""])
    assert ended.value.code == 2
    assert "argument --data: it is empty" in capsys.readouterr().err


def test_a_taken_port(tmp_path: Path) -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        code, text = said(tmp_path, "--port", str(port))
    assert code == 3
    assert text == f"Port {port} is taken. Choose another one with --port, or 0 for a free one.\n"


def test_an_unwritable_folder(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file")
    code, text = said(tmp_path)
    assert code == 3
    assert text.startswith("The data folder ")
    assert text.count("\n") == 1


def test_an_unknown_brand(tmp_path: Path) -> None:
    code, text = said(tmp_path, "--brand", "nobody")
    assert code == 2
    assert "There is no brand 'nobody'" in text
    assert text.count("\n") == 1


def test_an_unknown_scenario(tmp_path: Path) -> None:
    code, text = said(tmp_path, "--demo-scenario", "rich")
    assert code == 2
    assert text == "There is no scenario 'rich'. Choose one of fresh, funded, locked, long.\n"
