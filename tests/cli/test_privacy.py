"""A data folder that was there before us is closed to others, and said so; nobody else's is touched."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

import pytest

from cli.places import data_folder
from cli.privacy import keep_private
from cli.problems import CliError, Exit

# It keeps no owner and mode of a folder: one below the user's profile is private there.
WINDOWS = sys.platform == "win32"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "data"
    made.mkdir()
    made.chmod(0o755)
    return made


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.parametrize("content", [[], ["ports.json", "demo.lock", "logs", "sandbox", "app"]])
def test_an_open_one_is_closed_with_a_line(
    folder: Path, content: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    for name in content:
        (folder / name).touch()
    assert data_folder(folder) == folder
    assert mode(folder) == (0o777 if WINDOWS else 0o700)
    told = f"The data folder {folder} was open to other users (mode 0755); now it is yours alone."
    assert capsys.readouterr().err.splitlines() == ([] if WINDOWS else [told])
    data_folder(folder)
    assert capsys.readouterr().err == ""


def test_one_that_holds_other_things_is_left_with_a_warning(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It may be a home folder, a checkout or what all users share."""
    (folder / "letters.txt").touch()
    before = mode(folder)
    data_folder(folder)
    assert mode(folder) == before
    warned = f"Warning: other users can look into {folder} (mode 0755)." in capsys.readouterr().err
    assert warned is not WINDOWS


def test_somebody_elses_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: folder.stat().st_uid + 1, raising=False)
    before = mode(folder)
    if WINDOWS:
        keep_private(folder)
    else:
        with pytest.raises(CliError, match="belongs to another user") as caught:
            keep_private(folder)
        assert caught.value.code == Exit.MACHINE
    assert mode(folder) == before
