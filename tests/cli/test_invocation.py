"""Printed command lines can be typed as they are, however this one was started."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from cli import invocation
from cli.problems import CliError

PYTHON = "py" if sys.platform == "win32" else "python3"


@pytest.fixture(autouse=True)
def plain(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Neither uv nor etopay anywhere, and a program called etopay that can be found."""
    for name in ("UV", "UV_RUN_RECURSION_DEPTH", "UV_INTERNAL__PARENT_INTERPRETER"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PATH", "")
    program = tmp_path / "bin" / "etopay"
    program.parent.mkdir()
    program.touch(mode=0o755)
    monkeypatch.setattr(sys, "argv", [str(program)])
    return program


def test_through_python_and_uv(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UV_RUN_RECURSION_DEPTH", "1")
    monkeypatch.setenv("UV_INTERNAL__PARENT_INTERPRETER", sys.executable)
    assert invocation.line("etopay sandbox users") == f"{PYTHON} -m uv run etopay sandbox users"


@pytest.mark.parametrize("on_path", [True, False])
def test_through_uv_itself(monkeypatch: pytest.MonkeyPatch, plain: Path, *, on_path: bool) -> None:
    uv = plain.with_name("uv.EXE" if sys.platform == "win32" else "uv")
    uv.touch(mode=0o755)
    monkeypatch.setenv("UV_RUN_RECURSION_DEPTH", "1")
    monkeypatch.setenv("UV", str(uv))
    monkeypatch.setattr(shutil, "which", lambda name: str(uv) if on_path and name == "uv" else None)
    start = "uv" if on_path else f"{PYTHON} -m uv"
    assert invocation.line("etopay sandbox users") == f"{start} run etopay sandbox users"


def test_as_a_program_on_the_path(monkeypatch: pytest.MonkeyPatch, plain: Path) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: str(plain) if name == "etopay" else None)
    assert invocation.line("etopay demo") == "etopay demo"


def test_as_a_program_that_is_not_on_the_path(plain: Path) -> None:
    assert invocation.line("etopay demo") == f"{invocation.shown(plain)} demo"


def test_as_a_module(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", [str(Path("somewhere") / "cli" / "main.py")])
    assert invocation.line("etopay demo") == f"{invocation.shown(Path(sys.executable))} -m cli.main demo"


def test_other_programs_stay_as_they_are() -> None:
    assert CliError("No.", fix="uv sync").lines() == ["No.", "  Fix it with: uv sync"]


def test_a_folder_with_a_space_is_quoted() -> None:
    assert invocation.shown(Path("my data")) in {"'my data'", '"my data"'}
