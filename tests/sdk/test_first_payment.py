"""The page that leads to a first payment, as it stands, with the sandbox it talks about."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "sdk" / "first-payment.md"
BLOCK = re.compile(r"^ *```(\w+)\n(.*?)^ *```$", re.DOTALL | re.MULTILINE)
RUNNER = "python3 -m uv run etopay "
START_SECONDS = 60
ENVIRONMENT = {**os.environ, "NO_PROXY": "127.0.0.1,localhost", "no_proxy": "127.0.0.1,localhost"}


def blocks() -> list[tuple[str, str]]:
    """Kind and content of each block of the page."""
    found = BLOCK.findall(PAGE.read_text(encoding="utf-8"))
    return [(kind, textwrap.dedent(content)) for kind, content in found]


def command(line: str, port: int, data: Path) -> list[str]:
    """A command of the page, for this test's sandbox."""
    assert line.startswith(RUNNER)
    words = line.removeprefix(RUNNER).replace("8790", str(port)).split()
    return [sys.executable, "-m", "cli.main", *words, "--data", str(data)]


@pytest.fixture
def port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


@pytest.fixture
def started(port: int, tmp_path: Path) -> Iterator[Path]:
    """The data folder of the sandbox that the page's first command has started."""
    (_, line), data = blocks()[0], tmp_path / "data"
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(
            command(line, port, data), cwd=ROOT, env=ENVIRONMENT, stdout=log, stderr=subprocess.STDOUT
        )
        try:
            until = time.monotonic() + START_SECONDS
            while socket.socket().connect_ex(("127.0.0.1", port)) != 0:
                assert process.poll() is None, (tmp_path / "log").read_text(encoding="utf-8")
                assert time.monotonic() < until, "the sandbox does not answer"
                time.sleep(0.2)
            yield data
        finally:
            process.terminate()
            process.wait(30)


def test_it_leads_to_a_payment(started: Path, port: int, tmp_path: Path) -> None:
    [_, (_, program), (_, fund), (_, wanted)] = blocks()
    (tmp_path / "first_payment.py").write_text(program.replace("8790", str(port)), encoding="utf-8")
    running = subprocess.Popen(
        [sys.executable, "-u", "first_payment.py"],
        cwd=tmp_path,
        env=ENVIRONMENT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert running.stdout is not None
    asked = running.stdout.readline()
    found = re.search(r"etopay sandbox fund (0x[0-9a-fA-F]{40}) --network ETH", asked)
    assert found, running.communicate(timeout=60)[1]
    assert running.stdout.readline() == "Then press Enter.\n"
    funded = subprocess.run(
        command(fund.replace("ADDRESS", found[1]), port, started),
        cwd=ROOT,
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert funded.returncode == 0, funded.stderr
    printed, errors = running.communicate("\n", timeout=120)
    assert (running.returncode, errors) == (0, "")
    assert re.fullmatch(r"\S+".join(map(re.escape, wanted.split("…"))), printed), printed
