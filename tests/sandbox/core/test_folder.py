"""The data folder is for its owner alone, also one that was there before us."""

import logging
import os
import stat
import sys

import pytest

from sandbox.__main__ import main
from sandbox.core.errors import StartError
from sandbox.core.process import EXIT_ENVIRONMENT, clear_ready_file, prepare_folder

# It keeps no owner and mode of a folder: one below the user's profile is private there.
WINDOWS = sys.platform == "win32"


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "data"
    made.mkdir()
    made.chmod(0o755)
    return made


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.parametrize(
    "content", [[], ["lock", "sandbox.sqlite", "sandbox.sqlite-wal", "chains", "seed.toml"]]
)
def test_an_open_one_is_closed_with_a_line(folder, content, caplog):
    for name in content:
        (folder / name).touch()
    with caplog.at_level(logging.WARNING):
        prepare_folder(folder)
    told = f"{folder} was open to other users (mode 0755); now it is yours alone"
    assert mode(folder) == (0o777 if WINDOWS else 0o700)
    assert caplog.messages == ([] if WINDOWS else [told])


def test_one_with_other_things_in_it_is_left_with_a_warning(folder, caplog):
    (folder / "letters.txt").touch()
    before = mode(folder)
    prepare_folder(folder)
    assert mode(folder) == before
    assert (f"other users can look into {folder} (mode 0755)" in caplog.text) is not WINDOWS


def test_somebody_elses_is_refused(folder, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: folder.stat().st_uid + 1, raising=False)
    if WINDOWS:
        prepare_folder(folder)
        return
    with pytest.raises(StartError, match="belongs to another user") as caught:
        prepare_folder(folder)
    assert caught.value.exit_code == EXIT_ENVIRONMENT


def test_an_empty_name_is_a_wrong_argument(capsys):
    """It would be the folder that one stands in."""
    with pytest.raises(SystemExit) as ended:
        main(["up", "--data", ""])
    assert ended.value.code == 2
    assert "argument --data: it is empty" in capsys.readouterr().err


def test_a_folder_is_no_ready_file(folder):
    with pytest.raises(StartError, match="cannot be written"):
        clear_ready_file(folder)
