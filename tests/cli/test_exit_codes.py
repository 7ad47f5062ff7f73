"""One scheme of exit codes: for every command, each code it promises is reached by a case of its own."""

from __future__ import annotations

import json
import signal
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from cli import checks, ports, testing
from cli.commands import app as app_module
from cli.commands import demo as demo_module
from cli.commands import sandbox as sandbox_module
from cli.main import cli
from cli.problems import CliError, Exit, blocked
from tests.cli.answering import Answering

runner = CliRunner()
USER = {"username": "ann", "is_verified": True, "addresses": {"ETH": "0x1"}}
ANSWERS: dict[str, Any] = {
    "/_sandbox/health": {"status": "ok"},
    "/_sandbox/networks": {"networks": [{"key": "ETH", "name": "Ethereum", "symbol": "ETH"}]},
    "/_sandbox/users": {"users": [USER]},
    "/_sandbox/faucet": {"tx_id": "0x2"},
    "/_sandbox/faults": {"faults": []},
    "/_sandbox/reset": None,
}
ASKING = [["status"], ["fund", "ann"], ["users"], ["faults"], ["reset", "--yes"]]

STOPPING = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]


def code(*args: str) -> int:
    result = runner.invoke(cli, args)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.output
    return result.exit_code


@pytest.fixture
def base() -> Iterator[str]:
    with Answering(ANSWERS) as address:
        yield address


@pytest.fixture
def taken() -> Iterator[str]:
    with socket.socket() as holder:
        holder.bind((ports.LOOPBACK, 0))
        holder.listen()
        yield str(holder.getsockname()[1])


@pytest.mark.parametrize("args", ASKING, ids=lambda args: args[0])
class TestCommandsThatAskTheSandbox:
    def test_done(self, args: list[str], base: str) -> None:
        assert code("sandbox", *args, "--url", base) == Exit.OK

    def test_nothing_answers(self, args: list[str]) -> None:
        assert code("sandbox", *args, "--url", f"http://127.0.0.1:{ports.free_port()}") == Exit.FAILED

    def test_refused(self, args: list[str]) -> None:
        refusing = {path: (422, {"error": "invalid", "detail": "No."}) for path in ANSWERS}
        with Answering(refusing) as address:
            result = runner.invoke(cli, ["sandbox", *args, "--url", address])
        assert result.exit_code == Exit.FAILED
        assert "The sandbox refused: No." in result.output

    def test_no_sandbox_on_this_data(self, args: list[str], tmp_path: Path) -> None:
        assert code("sandbox", *args, "--data", str(tmp_path)) == Exit.FAILED

    def test_wrong_argument(self, args: list[str]) -> None:
        assert code("sandbox", *args, "--url", "nonsense") == Exit.USAGE
        assert code("sandbox", *args, "--data", "") == Exit.USAGE

    def test_a_ready_file_that_is_none(self, args: list[str], tmp_path: Path) -> None:
        (tmp_path / "ready.json").write_text("{", encoding="utf-8")
        assert code("sandbox", *args, "--data", str(tmp_path)) == Exit.MACHINE


@pytest.mark.parametrize("args", [["demo"], ["sandbox", "up"], ["app"]], ids=" ".join)
class TestCommandsThatStartSomething:
    def test_wrong_argument(self, args: list[str], tmp_path: Path) -> None:
        wrong = {"app": ["--brand", "nobody"]}.get(args[0], ["--seed", "nowhere.toml"])
        assert code(*args, *wrong, "--data", str(tmp_path)) == Exit.USAGE

    def test_an_empty_data_folder_is_a_wrong_argument(self, args: list[str]) -> None:
        """It would be the folder that one stands in."""
        result = runner.invoke(cli, [*args, "--data", ""])
        assert result.exit_code == Exit.USAGE, result.output
        assert "It is empty; name a folder" in result.output

    def test_a_taken_port(self, args: list[str], tmp_path: Path, taken: str) -> None:
        assert code(*args, "--port", taken, "--data", str(tmp_path)) == Exit.MACHINE

    def test_a_folder_that_cannot_be_written(self, args: list[str], tmp_path: Path) -> None:
        (tmp_path / "file").touch()
        assert code(*args, "--data", str(tmp_path / "file" / "data")) == Exit.MACHINE

    @pytest.mark.parametrize("name", ["file/ready.json", "."], ids=["below a file", "a folder"])
    def test_a_ready_file_that_cannot_be_written_stops_it_before_it_starts(
        self, args: list[str], name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for module in (app_module, sandbox_module):
            monkeypatch.setattr(module, "foreground", never)
        monkeypatch.setattr(demo_module, "Stack", never)
        (tmp_path / "file").touch()
        ready = str(tmp_path / name)
        result = runner.invoke(cli, [*args, "--data", str(tmp_path / "data"), "--ready-file", ready])
        assert result.exit_code == Exit.MACHINE, result.output
        assert f"The ready file {ready} cannot be written" in result.output


def never(*_: object, **__: object) -> int:
    raise AssertionError("it was started")


@pytest.mark.parametrize("number", Exit)
def test_app_and_sandbox_up_end_with_the_code_of_what_they_started(
    number: Exit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (app_module, sandbox_module):
        monkeypatch.setattr(module, "foreground", lambda *_: int(number))
    assert code("app", "--data", str(tmp_path / "app")) == number
    assert code("sandbox", "up", "--data", str(tmp_path / "data")) == number


def interrupted() -> None:
    raise KeyboardInterrupt


def ended() -> None:
    raise CliError("The app ended.")


@pytest.mark.parametrize(("how", "expected"), [(interrupted, Exit.OK), (ended, Exit.FAILED)])
def test_a_demo_that_you_stop_is_done_and_one_that_ends_has_failed(
    how: Callable[[], None], expected: Exit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(demo_module.Stack, "start_sandbox", lambda _: how())
    before = {number: signal.getsignal(number) for number in STOPPING}
    try:
        assert code("demo", "--data", str(tmp_path)) == expected
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@pytest.mark.parametrize(("passes", "expected"), [(True, Exit.OK), (False, Exit.FAILED)])
def test_check_test_and_smoke(
    *, passes: bool, expected: Exit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checks, "run", lambda *_, **__: passes)
    result = testing.Result("unit", passed=int(passes), failed=int(not passes), seconds=0)
    monkeypatch.setattr(testing, "run", lambda _: [result])
    monkeypatch.setattr("cli.smoke.run.play", lambda *_: (int(passes), int(not passes)))
    assert code("check") == expected
    assert code("test") == expected
    assert code("smoke", "--out", str(tmp_path)) == expected


@pytest.mark.parametrize("args", [["check", "x"], ["test", "x"], ["smoke", "--brand", "x"]], ids=" ".join)
def test_wrong_names_are_wrong_arguments(args: list[str]) -> None:
    assert code(*args) == Exit.USAGE


def test_what_is_missing_on_this_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def lacking(*_: object, **__: object) -> Any:
        raise blocked("The program x is not installed.")

    for place in ("cli.checks.run", "cli.testing.run", "cli.smoke.run.play"):
        monkeypatch.setattr(place, lacking)
    assert [code("check"), code("test"), code("smoke", "--out", str(tmp_path))] == [Exit.MACHINE] * 3


def test_a_question_answered_with_no_is_a_refusal(base: str) -> None:
    result = runner.invoke(cli, ["sandbox", "reset", "--url", base], input="n\n")
    assert result.exit_code == Exit.FAILED
    assert "Aborted" in result.output


def test_json_stays_json(base: str) -> None:
    for args in ASKING:
        result = runner.invoke(cli, ["sandbox", *args, "--url", base, "--json"])
        assert isinstance(json.loads(result.stdout), dict)


def test_interrupting_any_other_command_is_130(base: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cli.control.call", lambda *_, **__: interrupted())
    assert code("sandbox", "users", "--url", base) == 130
    assert typer.Exit(130).exit_code == 130


def test_a_demo_with_a_damaged_seed_is_a_wrong_argument(tmp_path: Path) -> None:
    """The sandbox finds it; the demo hands its code on."""
    seed = tmp_path / "seed.toml"
    seed.write_text("[[users]]\nusernam = 'x'\n", encoding="utf-8")
    before = {number: signal.getsignal(number) for number in STOPPING}
    try:
        result = runner.invoke(cli, ["demo", "--data", str(tmp_path / "data"), "--seed", str(seed)])
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    assert result.exit_code == Exit.USAGE, result.output
    assert "Did you mean `username`?" in result.output
