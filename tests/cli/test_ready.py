"""Ready files appear whole or not at all."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from cli import ready
from cli.problems import CliError


def test_what_is_written_is_read(tmp_path: Path) -> None:
    path = tmp_path / "ready.json"
    assert ready.read(path) is None
    ready.write(path, {"app": None, "pid": 7})
    assert ready.read(path) == {"app": None, "pid": 7}
    assert [entry.name for entry in tmp_path.iterdir()] == ["ready.json"]
    # It may hold the link that opens the wallet's page.
    assert os.name == "nt" or stat.S_IMODE(path.stat().st_mode) == 0o600
    ready.remove(path)
    ready.remove(path)
    assert ready.read(path) is None


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(CliError, match=r"The ready file .+ cannot be written"):
        ready.write(tmp_path / "no" / "ready.json", {})


def test_another_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "ready.json").write_text("[1]", encoding="utf-8")
    with pytest.raises(CliError, match="is not a ready file"):
        ready.read(tmp_path / "ready.json")
