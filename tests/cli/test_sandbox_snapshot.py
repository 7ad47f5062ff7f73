"""`etopay sandbox snapshot` and `branch`, with a sandbox that runs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.main import cli
from cli.problems import Exit
from sandbox.testing import Sandbox
from sandbox.testing.process import SandboxProcess

runner = CliRunner()


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[Sandbox]:
    process = SandboxProcess(tmp_path / "first")
    found = Sandbox(process.url)
    yield found
    found.close()
    process.stop()


def run(sandbox: Sandbox, *args: str, expected: Exit = Exit.OK) -> str:
    result = runner.invoke(cli, ["sandbox", *args, "--url", sandbox.url])
    assert result.exit_code == expected, result.output
    return " ".join(result.output.split())


def names(sandbox: Sandbox) -> list[str]:
    return [user["username"] for user in sandbox.control("GET", "users")["users"]]


def test_there_and_back(sandbox: Sandbox, tmp_path: Path) -> None:
    assert run(sandbox, "snapshot", "list") == "There are no snapshots."
    assert run(sandbox, "snapshot", "save", "before").startswith("Saved: before 20")
    sandbox.user("dora")
    run(sandbox, "snapshot", "save", "before", "--replace")
    sandbox.user("emil")
    assert run(sandbox, "snapshot", "restore", "before", "--yes").startswith("Restored: before")
    assert names(sandbox)[-1] == "dora"

    file = tmp_path / "before.zip"
    assert run(sandbox, "snapshot", "export", "before", "--to", str(file)) == f"Written: {file}"
    assert run(sandbox, "snapshot", "import", str(file), "--name", "again").startswith("Imported: again")
    listed = json.loads(run(sandbox, "snapshot", "list", "--json"))["snapshots"]
    assert sorted(one["name"] for one in listed) == ["again", "before"]
    assert run(sandbox, "snapshot", "delete", "again") == "Deleted: again"

    second = tmp_path / "second"
    told = run(sandbox, "branch", "before", "--data-dir", str(second))
    assert told.startswith(f"Made: {second}. Start it with:")
    assert (second / "sandbox" / "sandbox.sqlite").is_file()
    assert "is not empty" in run(
        sandbox, "branch", "before", "--data-dir", str(second), expected=Exit.MACHINE
    )


def test_what_is_refused(sandbox: Sandbox, tmp_path: Path) -> None:
    run(sandbox, "snapshot", "save", "x")
    assert "There is a snapshot 'x' already" in run(sandbox, "snapshot", "save", "x", expected=Exit.FAILED)
    missing = tmp_path / "missing.zip"
    assert "cannot be read" in run(sandbox, "snapshot", "import", str(missing), expected=Exit.USAGE)
    missing.write_text("no zip")
    assert "not a whole ZIP" in run(sandbox, "snapshot", "import", str(missing), expected=Exit.FAILED)
    told = run(sandbox, "snapshot", "export", "none", "--to", str(tmp_path / "x.zip"), expected=Exit.FAILED)
    assert "There is no snapshot 'none'" in told
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["first", "missing.zip"]
