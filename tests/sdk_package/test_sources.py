"""The archive of the sources holds all that it takes to build the package from it."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from tests.sdk_package.conftest import SDK

PACK = "import sys; sys.path.insert(0, 'build_backend'); import backend; backend.build_sdist(sys.argv[1])"


@pytest.fixture(scope="module")
def archive(on_path: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sources")
    # maturin is called as a program, which build tools have beside Python.
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    command = [sys.executable, "-c", PACK, str(folder)]
    subprocess.run(command, cwd=SDK, env={**os.environ, "PATH": path}, check=True, capture_output=True)
    [found] = folder.iterdir()
    return found


def test_every_file_of_the_package_is_in_it(archive: Path) -> None:
    tracked = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=SDK,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.split("\0")
    files = {name for name in tracked if name and (SDK / name).is_file()}
    # The benchmark is a crate of its own, which cargo leaves out.
    wanted = {name for name in files if not name.startswith("bench/")}
    with tarfile.open(archive) as packed:
        held = {name.split("/", 1)[1] for name in packed.getnames()}
    assert {"Cargo.lock", "build_backend/legal/texts/MIT.txt", "src/lib.rs"} <= wanted
    assert wanted - held == set()
    assert held - wanted == {"PKG-INFO"}


def test_it_holds_nothing_of_the_time_or_the_machine_it_was_made_on(archive: Path) -> None:
    with tarfile.open(archive) as packed:
        entries = packed.getmembers()
    assert {(entry.uid, entry.gid, entry.uname, entry.gname) for entry in entries} == {(0, 0, "", "")}
    assert len({entry.mtime for entry in entries}) == 1
