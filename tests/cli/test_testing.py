"""The test command counts honestly: a skipped test, a crash and an empty run are failures."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli import checks, testing
from cli.main import cli
from cli.problems import CliError

runner = CliRunner()


def result_of(tmp_path: Path, source: str) -> tuple[int, int, str]:
    file = tmp_path / "test_sample.py"
    file.write_text(source, encoding="utf-8")
    return testing._pytest(f"--rootdir={tmp_path}", "-c", "pyproject.toml", str(file))


@pytest.mark.parametrize(
    ("source", "passed", "failed"),
    [
        ("def test_a(): pass\ndef test_b(): pass\n", 2, 0),
        ("def test_a(): pass\ndef test_b(): assert False\n", 1, 1),
        ("import pytest\ndef test_a(): pytest.ski" + "p('later')\n", 0, 1),
        ("raise RuntimeError\n", 0, 1),
        ("x = 1\n", 0, 1),
    ],
    ids=["passes", "fails", "skips", "does not load", "is empty"],
)
def test_counts(tmp_path: Path, source: str, passed: int, failed: int) -> None:
    assert result_of(tmp_path, source)[:2] == (passed, failed)


def test_each_part_counts_and_the_last_line_is_for_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(testing, "_RUNNERS", dict.fromkeys(testing.PARTS, lambda: (3, 0, "")))
    result = runner.invoke(cli, ["test"])
    assert result.exit_code == 0
    assert result.output.splitlines()[-1] == f"{3 * len(testing.PARTS)} passed, 0 failed"


def test_a_failed_part_fails_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> tuple[int, int, str]:
        raise CliError("No Chromium was found.", fix="get one")

    monkeypatch.setattr(testing, "_RUNNERS", {"unit": lambda: (3, 0, ""), "e2e": broken})
    result = runner.invoke(cli, ["test", "unit", "e2e"])
    assert result.exit_code == 1
    assert "Fix it with: get one" in result.output
    assert result.output.splitlines()[-1] == "3 passed, 1 failed"


def test_no_test_at_all_is_no_success(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(testing, "_RUNNERS", {"unit": lambda: (0, 0, "")})
    assert runner.invoke(cli, ["test", "unit"]).exit_code == 1


def test_a_failed_check_fails_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "_COMMANDS", {"good": [["true"]], "bad": [["false"], ["true"]]})
    monkeypatch.setattr(checks, "NAMES", ("good", "bad"))
    result = runner.invoke(cli, ["check"])
    assert result.exit_code == 1
    assert "checks: 1 passed, 1 failed (bad)" in result.output
    assert runner.invoke(cli, ["check", "good"]).exit_code == 0


def test_a_program_that_is_not_there_is_named() -> None:
    with pytest.raises(CliError, match="The program no-such-program"):
        checks._find("no-such-program")


def test_every_folder_of_tests_belongs_to_a_part() -> None:
    folders = {path.parts[1] for path in map(Path, tracked_tests())}
    covered = {folder.split("/")[1] for folder in testing.fast_folders()} | testing._OWN_PART
    assert folders <= covered


def tracked_tests() -> list[str]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "tests/*/*test_*.py"],
        cwd=testing.ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return listed.stdout.split()
