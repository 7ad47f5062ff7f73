"""A data folder that somebody uses: the newcomer goes, and what the first one wrote stays."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli import control
from cli.lock import only_one
from cli.main import cli
from cli.problems import Exit
from tests.cli.answering import Answering

runner = CliRunner()


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[str]:
    """Somebody who answers as the sandbox of this folder does, with its ready file in its data."""
    with Answering({"/_sandbox/health": {"data": str(tmp_path / "sandbox")}}) as base:
        (tmp_path / "sandbox").mkdir()
        (tmp_path / "sandbox" / "ready.json").write_text(json.dumps({"sandbox": base}), encoding="utf-8")
        yield base


def test_a_demo_leaves_the_sandbox_of_its_data_alone(sandbox: str, tmp_path: Path) -> None:
    result = runner.invoke(cli, ["demo", "--view", "web", "--data", str(tmp_path)])
    assert result.exit_code == Exit.MACHINE
    assert (
        f"A sandbox already runs on the data folder {tmp_path}, at {sandbox}; stop it first." in result.output
    )
    ready = tmp_path / "sandbox" / "ready.json"
    assert json.loads(ready.read_text(encoding="utf-8")) == {"sandbox": sandbox}


def test_a_second_demo_leaves_the_ready_file_of_the_first(tmp_path: Path) -> None:
    ready = tmp_path / "ready.json"
    ready.write_text("{}", encoding="utf-8")
    with only_one(tmp_path):
        result = runner.invoke(cli, ["demo", "--data", str(tmp_path), "--ready-file", str(ready)])
    assert result.exit_code == Exit.MACHINE
    assert "A demo already runs on the data folder" in result.output
    assert ready.exists()


@pytest.mark.parametrize("folder", ["sandbox", "."], ids=["ours", "started on the folder itself"])
def test_a_sandbox_is_found_by_its_data(tmp_path: Path, folder: str) -> None:
    place = tmp_path / folder
    place.mkdir(exist_ok=True)
    with Answering({"/_sandbox/health": {"data": str(place)}}) as base:
        (place / "ready.json").write_text(json.dumps({"sandbox": base}), encoding="utf-8")
        assert control.running(tmp_path) == base
        assert control.find(None, tmp_path) == base
    assert control.running(tmp_path) is None, "it was killed and left its file behind"


def test_another_sandbox_on_the_same_port_is_not_taken_for_it(tmp_path: Path) -> None:
    """Else `sandbox reset` would empty a stranger's."""
    with Answering({"/_sandbox/health": {"data": str(tmp_path / "another")}}) as base:
        (tmp_path / "ready.json").write_text(json.dumps({"sandbox": base}), encoding="utf-8")
        result = runner.invoke(cli, ["sandbox", "reset", "--yes", "--data", str(tmp_path)])
    assert result.exit_code == Exit.FAILED
    assert f"No sandbox runs on the data folder {tmp_path}." in result.output
