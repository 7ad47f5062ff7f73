"""Campaigns: each is in the table, runs as often as asked, and a failure is told with its seed."""

from __future__ import annotations

import ast
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli import campaigns
from cli.main import cli

runner = CliRunner()
ROOT = campaigns.ROOT


def marked() -> set[tuple[str, str]]:
    """Name in the marker and pytest's name of the test, for every campaign in the tests."""
    found = set()
    for path in (ROOT / "tests").rglob("test_*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            for mark in getattr(node, "decorator_list", []):
                if ast.unparse(mark).startswith("pytest.mark.campaign("):
                    name = ast.literal_eval(mark.args[0])
                    found.add((name, f"{path.relative_to(ROOT).as_posix()}::{node.name}"))
    return found


def test_the_table_names_every_campaign_and_no_other() -> None:
    known = campaigns.known()
    assert {name for name, _ in marked()} == set(known)
    for name, test in marked():
        # A whole file may be one campaign, and a whole folder.
        whole = known[name].test
        assert test == whole or test.startswith((f"{whole}::", f"{whole}/"))


def test_a_sample_is_small_and_a_long_run_is_not() -> None:
    for one in campaigns.known().values():
        assert 0 < one.sample < one.long, one.name


def test_the_list_tells_what_there_is() -> None:
    result = runner.invoke(cli, ["test", "long", "--list"])
    assert result.exit_code == 0
    for one in campaigns.known().values():
        assert one.about in result.output


@pytest.mark.parametrize(
    "arguments", [["long", "nothing"], ["unit", "--runs", "5"], ["unit", "long"], ["--list"]]
)
def test_wrong_arguments(arguments: list[str]) -> None:
    assert runner.invoke(cli, ["test", *arguments]).exit_code == 2


SAMPLE = """
import pytest
from tests.support.campaign import campaign

@pytest.mark.campaign("addresses")
def test_good(campaign):
    for number in campaign.each():
        campaign.figures["even"] += number % 2 == 0

@pytest.mark.campaign("addresses")
def test_bad(campaign):
    for number in campaign.each():
        assert number < 3

@pytest.mark.campaign("addresses")
def test_idle(campaign):
    pass
"""


@pytest.fixture
def table(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    source = tmp_path / "test_sample.py"
    source.write_text(SAMPLE, encoding="utf-8")
    rest = 'about = "-"\nunit = "steps"\nsample = 1\nlong = 7\n'
    entries = [
        f'[{name}]\n{rest}test = "{source.as_posix()}::test_{name}"\n' for name in ("good", "bad", "idle")
    ]
    made = tmp_path / "campaigns.toml"
    made.write_text("".join(entries), encoding="utf-8")
    monkeypatch.setattr(campaigns, "TABLE", made)


def test_runs_seed_and_figures_are_reported(table: None) -> None:
    result = runner.invoke(cli, ["test", "long", "good", "--seed", "5", "--json"])
    assert result.exit_code == 0, result.output
    (told,) = json.loads(result.stdout)
    assert (told["runs"], told["wanted"], told["seed"]) == (7, 7, 5)
    assert told["figures"] == {"even": 4}
    assert "passed  7 steps" in result.stderr


def test_a_failure_shows_how_far_it_came_and_its_seed(table: None) -> None:
    result = runner.invoke(cli, ["test", "long", "bad", "good", "--runs", "9", "--seed", "6", "--json"])
    assert result.exit_code == 1
    bad, good = json.loads(result.stdout)
    assert (bad["passed"], bad["runs"], good["passed"], good["runs"]) == (False, 3, True, 9)
    assert "assert 3 < 3" in result.stderr
    assert "seed 6" in result.stderr
    assert result.stderr.splitlines()[-1] == "1 passed, 1 failed"


def test_a_campaign_that_did_nothing_has_failed(table: None) -> None:
    assert runner.invoke(cli, ["test", "long", "idle"]).exit_code == 1
