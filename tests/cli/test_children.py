"""Children are awaited, explained when they fail, and gone when their owner is."""

from __future__ import annotations

import os
import signal
import socket
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from cli import ports
from cli.children import Children, environment, wait_ready
from cli.places import ROOT
from cli.problems import CliError

OWNER = """
import sys, time
from pathlib import Path
from cli.children import Children
children = Children()
child = children.start("web", ["http.server", sys.argv[1], "--bind", "127.0.0.1"], Path(sys.argv[2]))
print(child.process.pid, flush=True)
time.sleep(60)
"""


def answers(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex((ports.LOOPBACK, port)) == 0


def eventually(condition: object, seconds: float = 15.0) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():  # type: ignore[operator]
            return True
        time.sleep(0.05)
    return False


def serve(children: Children, tmp_path: Path) -> tuple[object, int]:
    port = ports.free_port()
    child = children.start("web", ["http.server", str(port), "--bind", ports.LOOPBACK], tmp_path / "web.log")
    assert eventually(lambda: answers(port))
    return child, port


def test_children_end_with_the_block(tmp_path: Path) -> None:
    with Children() as children:
        _, port = serve(children, tmp_path)
    assert not answers(port)


def test_what_they_print_is_for_this_user_alone(tmp_path: Path) -> None:
    """The app prints the link that opens the wallet's page."""
    with Children() as children:
        child, _ = serve(children, tmp_path)
        assert os.name == "nt" or stat.S_IMODE(child.log.stat().st_mode) == 0o600  # type: ignore[attr-defined]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
def test_the_app_alone_ends_with_its_command(tmp_path: Path, number: signal.Signals) -> None:
    ready_file, port = tmp_path / "ready.json", ports.free_port()
    command = [sys.executable, "-m", "cli.main", "app", "--view", "web", "--port", str(port)]
    command += ["--backend", "http://127.0.0.1:1/api", "--idp", "http://127.0.0.1:1/realms/none"]
    command += ["--data", str(tmp_path / "data"), "--ready-file", str(ready_file)]

    def as_from_a_terminal() -> None:
        # The tests may run where a closed terminal is ignored (nohup), and children inherit that.
        signal.signal(signal.SIGHUP, signal.SIG_DFL)

    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        preexec_fn=as_from_a_terminal,  # noqa: PLW1509 - the child of a test, which has no other thread
    )
    try:
        assert eventually(ready_file.exists, 30)
        assert answers(port)
        process.send_signal(number)
        process.wait(10)
        assert eventually(lambda: not answers(port), 5)
    finally:
        process.kill()


def test_one_child_can_be_killed(tmp_path: Path) -> None:
    with Children() as children:
        child, port = serve(children, tmp_path)
        children.kill(child)  # type: ignore[arg-type]
        assert not answers(port)


def test_children_of_a_killed_command_end_too(tmp_path: Path) -> None:
    port = ports.free_port()
    owner = subprocess.Popen(
        [sys.executable, "-c", OWNER, str(port), str(tmp_path / "web.log")], cwd=ROOT, stdout=subprocess.PIPE
    )
    assert eventually(lambda: answers(port))
    os.kill(owner.pid, signal.SIGKILL)
    owner.communicate()
    assert eventually(lambda: not answers(port))


def test_a_child_that_fails_is_quoted(tmp_path: Path) -> None:
    with Children() as children:
        child = children.start("app", ["http.server", "no-port"], tmp_path / "app.log")
        with pytest.raises(CliError, match=r"The app ended while it started. It said:\n(.|\n)*no-port"):
            wait_ready(child, tmp_path / "ready.json")


def test_a_child_that_never_answers_is_given_up(tmp_path: Path) -> None:
    with Children() as children:
        child, _ = serve(children, tmp_path)
        with pytest.raises(CliError, match="did not answer within 0 seconds"):
            wait_ready(child, tmp_path / "ready.json", 0.2)  # type: ignore[arg-type]


def test_loopback_never_goes_through_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "example.com,localhost")
    env = environment({"EXTRA": "1"})
    assert env["NO_PROXY"] == "example.com,localhost,127.0.0.1,::1"
    assert "127.0.0.1" in env["no_proxy"]
    assert env["EXTRA"] == "1"
