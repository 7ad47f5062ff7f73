"""`etopay sandbox fault`: what it sends to a real sandbox, and what it says."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.main import cli
from sandbox.testing.process import SandboxProcess

runner = CliRunner()


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory):
    running = SandboxProcess(Path(tmp_path_factory.mktemp("sandbox")))
    yield running.url
    running.stop()


def fault(url: str, *args: str) -> str:
    result = runner.invoke(cli, ["sandbox", "fault", *args, "--url", url])
    assert result.exit_code == 0, result.output
    return result.output


def test_added_listed_removed_and_cleared(url):
    plan = ("--operation", "commit_*", "--user", "alice", "--stage", "after", "--count", "2")
    told = fault(url, "add", "drop", *plan, "--probability", "0.5", "--seed", "a", "--skip", "1")
    assert (
        "* * commit_* of alice: drop, after it was carried out (calls left: 2, 50% of them, so far: 0)"
        in told
    )
    added = json.loads(fault(url, "add", "status", "--path", "/api/*", "--status", "503", "--json"))
    assert (added["path"], added["status"], added["remaining"]) == ("/api/*", 503, None)
    listed = json.loads(fault(url, "list", "--json"))["faults"]
    assert [(one["kind"], one["seed"], one["skip"]) for one in listed] == [
        ("drop", "a", 1),
        ("status", "", 0),
    ]
    assert added["id"] not in fault(url, "remove", added["id"])
    assert fault(url, "clear") == "No failures are planned.\n"


def test_what_the_sandbox_refuses_is_told(url):
    args = ["sandbox", "fault", "add", "drop", "--path", "/x", "--probability", "2", "--url", url]
    result = runner.invoke(cli, args)
    assert result.exit_code == 1
    assert "`probability`: “2.0” must be 1 or less" in result.output
