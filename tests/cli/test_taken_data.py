"""A data folder that somebody uses: the newcomer goes, and what the first one wrote stays."""

from __future__ import annotations

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest
from typer.testing import CliRunner

from cli import ports
from cli.lock import only_one
from cli.main import cli
from cli.problems import Exit

runner = CliRunner()


class Healthy(BaseHTTPRequestHandler):
    """Answers as a sandbox that runs."""

    def do_GET(self) -> None:
        self.send_response(200 if self.path == "/_sandbox/health" else 404)
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.fixture
def sandbox() -> Iterator[str]:
    with HTTPServer((ports.LOOPBACK, 0), Healthy) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://{ports.LOOPBACK}:{server.server_port}"
        server.shutdown()


def test_a_demo_leaves_the_sandbox_of_its_data_alone(sandbox: str, tmp_path: Path) -> None:
    ready = tmp_path / "sandbox.json"
    ready.write_text(json.dumps({"sandbox": sandbox}), encoding="utf-8")
    result = runner.invoke(cli, ["demo", "--view", "web", "--data", str(tmp_path)])
    assert result.exit_code == Exit.USAGE
    assert (
        f"A sandbox already runs on the data folder {tmp_path}, at {sandbox}; stop it first." in result.output
    )
    assert json.loads(ready.read_text(encoding="utf-8")) == {"sandbox": sandbox}


def test_a_second_demo_leaves_the_ready_file_of_the_first(tmp_path: Path) -> None:
    ready = tmp_path / "ready.json"
    ready.write_text("{}", encoding="utf-8")
    with only_one(tmp_path):
        result = runner.invoke(cli, ["demo", "--data", str(tmp_path), "--ready-file", str(ready)])
    assert result.exit_code == Exit.USAGE
    assert "A demo already runs on the data folder" in result.output
    assert ready.exists()
