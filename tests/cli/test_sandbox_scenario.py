"""`etopay sandbox scenario`: what is asked, what is said, and the exit code."""

from __future__ import annotations

import json
from typing import Any

import pytest
from typer.testing import CliRunner

from cli.main import cli
from cli.problems import Exit
from tests.cli.answering import Answering

runner = CliRunner()


def run_of(state: str, *steps: tuple[str, str, str]) -> dict[str, Any]:
    told = [
        {"name": name, "action": "call", "state": of, "detail": detail, "seconds": 0.1}
        for name, of, detail in steps
    ]
    return {"id": "r1", "scenario": "x", "title": "A case", "seed": "1", "state": state, "steps": told}


def answers(state: str, *steps: tuple[str, str, str]) -> dict[str, Any]:
    return {
        "/_sandbox/scenarios/x/run": (202, run_of("running", ("one", "running", ""))),
        "/_sandbox/scenarios/runs/r1": run_of(state, *steps),
    }


@pytest.mark.parametrize(
    ("state", "steps", "said", "code"),
    [
        (
            "passed",
            [("one", "passed", "Answered 200."), ("two", "passed", "")],
            ["ok     one", "ok     two", "A case: passed, seed 1"],
            Exit.OK,
        ),
        (
            "failed",
            [("one", "failed", "It was refused: 404."), ("two", "skipped", "")],
            ["FAILED one: It was refused: 404.", "A case: failed, seed 1"],
            Exit.FAILED,
        ),
    ],
)
def test_each_step_is_told(state: str, steps: Any, said: list[str], code: Exit) -> None:
    server = Answering(answers(state, *steps))
    with server as base:
        result = runner.invoke(cli, ["sandbox", "scenario", "run", "x", "--seed", "7", "--url", base])
    assert (result.output.splitlines(), result.exit_code) == (said, code)
    assert server.asked[0] == ("POST", "/_sandbox/scenarios/x/run", {"seed": "7", "reset": False})


def test_for_programs() -> None:
    with Answering(answers("passed", ("one", "passed", ""))) as base:
        result = runner.invoke(cli, ["sandbox", "scenario", "run", "x", "--url", base, "--json"])
    assert json.loads(result.output)["state"] == "passed"


def test_a_reset_is_asked_for() -> None:
    server = Answering(answers("passed", ("one", "passed", "")))
    with server as base:
        args = ["sandbox", "scenario", "run", "x", "--reset", "--url", base]
        refused = runner.invoke(cli, args, input="n\n")
        assert (refused.exit_code, server.asked) == (1, [])
        runner.invoke(cli, [*args, "--yes"])
    assert server.asked[0][2] == {"reset": True}


def test_the_list_tells_what_is_wrong() -> None:
    one = {"name": "good", "title": "A case", "about": "", "steps": ["a", "b"], "problem": ""}
    bad = {"name": "bad", "title": "", "about": "", "steps": [], "problem": "bad.toml, line 4: wrong."}
    with Answering({"/_sandbox/scenarios": {"scenarios": [bad, one]}}) as base:
        result = runner.invoke(cli, ["sandbox", "scenario", "list", "--url", base])
    assert result.output.splitlines() == [
        "bad   cannot be used:",
        "bad.toml, line 4: wrong.",
        "good  A case (2 steps)",
    ]
