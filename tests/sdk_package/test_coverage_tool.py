"""The command that measures which lines the tests run: what it makes of the counters."""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path
from types import ModuleType

import pytest

from tests.sdk_package.conftest import SDK

LCOV = """\
SF:{src}/vault/file.rs
FN:3,open
FNDA:1,open
DA:3,1
DA:4,0
DA:5,0
DA:9,7
LF:4
LH:2
end_of_record
SF:{src}/amount.rs
DA:1,1
end_of_record
"""


@pytest.fixture(scope="module")
def measure() -> ModuleType:
    found = importlib.util.spec_from_file_location("measure", SDK / "coverage" / "measure.py")
    assert found
    assert found.loader
    module = importlib.util.module_from_spec(found)
    sys.modules["measure"] = module
    found.loader.exec_module(module)
    return module


def programs(folder: Path, lcov: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """LLVM's two programs, of which one prints these counters."""
    (folder / "lcov.txt").write_text(lcov)
    for name, line in (("llvm-profdata", ":"), ("llvm-cov", f'cat "{folder / "lcov.txt"}"')):
        (folder / name).write_text(f"#!/bin/sh\n{line}\n")
        (folder / name).chmod(0o700)
    monkeypatch.setattr("measure.llvm", lambda name: str(folder / name))


def test_rust_lines_are_counted_by_file(
    measure: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(measure, "WORK", tmp_path)
    programs(tmp_path, LCOV.format(src=SDK / "src"), monkeypatch)
    files = measure.rust_files(tmp_path / "_native.abi3.so")
    assert [(file.name, file.lines, file.covered, file.missed) for file in files] == [
        ("amount.rs", 1, 1, ()),
        ("vault/file.rs", 4, 2, (4, 5)),
    ]
    assert measure.percent(files) == 60


def test_python_lines_are_counted_by_file(
    measure: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(measure, "WORK", tmp_path)
    found = {"summary": {"num_statements": 10}, "missing_lines": [7, 8]}
    (tmp_path / "python.json").write_text(json.dumps({"files": {"packages/etopay_sdk/sdk.py": found}}))
    [file] = measure.python_files()
    assert (file.name, file.lines, file.covered) == ("sdk.py", 10, 8)


def test_the_table_names_what_was_missed(measure: ModuleType) -> None:
    files = [measure.File("amount.rs", 10, (2, 3, 4, 9)), measure.File("turn.rs", 10, ())]
    text = measure.table("Rust", files)
    assert "| `amount.rs` | 10 | 6 | 60.0 |" in text
    assert text.endswith("| all | 20 | 16 | 80.0 |")
    assert measure.ranges(files[0].missed) == "2-4, 9"


@pytest.mark.parametrize(("missed", "passed", "code"), [((), True, 0), ((), False, 1), ((1, 2), True, 1)])
def test_a_failed_test_and_too_few_lines_fail_the_command(
    measure: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    missed: tuple[int, ...],
    passed: bool,
    code: int,
) -> None:
    report = tmp_path / "report.json"
    monkeypatch.setattr(sys, "argv", ["measure.py", "--json", str(report)])
    monkeypatch.setattr(measure, "build", lambda: tmp_path)
    monkeypatch.setattr(measure, "run_tests", lambda tests: passed and tests == list(measure.TESTS))
    monkeypatch.setattr(measure, "rust_files", lambda _: [measure.File("a.rs", 10, missed)])
    monkeypatch.setattr(measure, "python_files", lambda: [measure.File("a.py", 10, ())])
    assert measure.main() == code
    assert json.loads(report.read_text())["percent"] == {"Rust": 100 - 10 * len(missed), "Python": 100}


def test_a_missing_program_is_named(measure: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measure.shutil, "which", lambda *_, **__: None)
    monkeypatch.setattr(measure, "_output", lambda *_: "host: x86_64-unknown-linux-gnu")
    with pytest.raises(SystemExit, match="llvm-cov was not found"):
        measure.llvm("llvm-cov")
