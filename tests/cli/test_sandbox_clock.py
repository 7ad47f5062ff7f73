"""`etopay sandbox clock`: what it asks of the sandbox, and what it says."""

from __future__ import annotations

import json
from typing import Any

import pytest
from typer.testing import CliRunner

from cli.main import cli
from cli.problems import Exit
from tests.cli.answering import Answering

runner = CliRunner()
SHOWN = {
    "now": "2026-12-31T23:59:00.000Z",
    "mode": "running",
    "rate": 60.0,
    "machine_now": "2026-12-28T22:58:57.000Z",
    "ahead_seconds": 262_803.2,
}
PATHS = {"/_sandbox/clock": SHOWN, "/_sandbox/clock/advance": SHOWN}


@pytest.mark.parametrize(
    ("args", "asked"),
    [
        (["show"], ("GET", "/_sandbox/clock", None)),
        (["freeze"], ("PUT", "/_sandbox/clock", {"mode": "frozen"})),
        (
            ["freeze", "--at", "2026-12-31T23:59", "--back"],
            ("PUT", "/_sandbox/clock", {"mode": "frozen", "at": "2026-12-31T23:59:00+00:00", "back": True}),
        ),
        (
            ["freeze", "--at", "2026-12-31T23:59+01:00"],
            ("PUT", "/_sandbox/clock", {"mode": "frozen", "at": "2026-12-31T23:59:00+01:00"}),
        ),
        (["rate", "60"], ("PUT", "/_sandbox/clock", {"mode": "running", "rate": 60.0})),
        (["real"], ("PUT", "/_sandbox/clock", {"mode": "real"})),
        (["advance", "3d"], ("POST", "/_sandbox/clock/advance", {"seconds": 259_200})),
        (["advance", "1w2d3h4m5.5s"], ("POST", "/_sandbox/clock/advance", {"seconds": 788_645.5})),
        (["advance", "90S"], ("POST", "/_sandbox/clock/advance", {"seconds": 90})),
    ],
)
def test_what_is_asked(args: list[str], asked: Any) -> None:
    server = Answering(PATHS)
    with server as base:
        result = runner.invoke(cli, ["sandbox", "clock", *args, "--url", base])
    assert result.exit_code == Exit.OK, result.output
    assert server.asked == [asked]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (
            {},
            [
                "2026-12-31T23:59:00.000Z (60 times as fast as this machine's clock)",
                "This machine's clock is 3 days, 01:00:03 behind.",
            ],
        ),
        (
            {"mode": "frozen", "rate": 0, "ahead_seconds": -61},
            [
                "2026-12-31T23:59:00.000Z (it stands still)",
                "This machine's clock is 0 days, 00:01:01 ahead.",
            ],
        ),
        (
            {"mode": "real", "ahead_seconds": 0},
            ["2026-12-31T23:59:00.000Z (as this machine's clock)"],
        ),
    ],
)
def test_what_is_said(changes: dict[str, Any], said: list[str]) -> None:
    with Answering({"/_sandbox/clock": {**SHOWN, **changes}}) as base:
        result = runner.invoke(cli, ["sandbox", "clock", "show", "--url", base])
    assert result.output.splitlines() == said


def test_for_programs() -> None:
    with Answering(PATHS) as base:
        result = runner.invoke(cli, ["sandbox", "clock", "show", "--url", base, "--json"])
    assert json.loads(result.output) == SHOWN


@pytest.mark.parametrize(
    ("args", "sentence"),
    [
        (["advance", "3x"], "“3x” is no duration: write it as 90s, 2h30m, 3d or 1w."),
        (["advance", "5"], "“5” is no duration"),
        (["advance", "0s"], "“0s” is no duration"),
        (["advance", "1.2.3s"], "“1.2.3s” is no duration"),
        (["freeze", "--at", "noon"], "“noon” is no moment: write it as 2026-12-31T23:59"),
        (["rate", "0"], "“0” is no rate: it has to be more than 0, and 100000 at most."),
        (["rate", "nan"], "“nan” is no rate"),
        (["rate", "fast"], "“fast” is no number"),
    ],
)
def test_wrong_arguments_ask_nothing(args: list[str], sentence: str) -> None:
    server = Answering(PATHS)
    with server as base:
        result = runner.invoke(cli, ["sandbox", "clock", *args, "--url", base])
    assert result.exit_code == Exit.USAGE
    assert sentence in result.output
    assert server.asked == []


def test_a_refusal_is_told() -> None:
    refused = (422, {"error": "invalid", "detail": "That moment has passed."})
    with Answering({"/_sandbox/clock": refused}) as base:
        args = ["sandbox", "clock", "freeze", "--at", "2020-01-01", "--url", base]
        result = runner.invoke(cli, args)
    assert result.exit_code == Exit.FAILED
    assert "The sandbox refused: That moment has passed." in result.output
