"""The command line as its user meets it: help, wrong arguments, exit codes."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from cli import ports
from cli.main import cli
from cli.places import ROOT
from cli.problems import Exit

runner = CliRunner()


def commands() -> Iterator[list[str]]:
    root = get_command(cli)
    for name, command in root.commands.items():  # type: ignore[attr-defined]
        yield [name]
        for inner in getattr(command, "commands", {}):
            yield [name, inner]


@pytest.mark.parametrize("path", list(commands()), ids=" ".join)
def test_help_has_an_example_of_that_command_and_exit_codes(path: list[str]) -> None:
    result = runner.invoke(cli, [*path, "--help"])
    assert result.exit_code == 0
    text = " ".join(result.output.split())
    assert re.search(rf"Example: etopay {' '.join(path)}\b", text)
    assert path == ["sandbox"] or "Exit codes: 0" in text


def test_all_commands_are_there() -> None:
    assert {" ".join(path) for path in commands()} >= {
        *("app", "check", "demo", "smoke", "test", "sandbox"),
        *(f"sandbox {name}" for name in ("up", "status", "fund", "users", "faults", "reset")),
    }


@pytest.mark.parametrize(
    ("args", "sentence"),
    [
        (["demo", "--brand", "nobody"], "There is no brand “nobody” here; known brands: etopay, juno."),
        (["app", "--brand", "nobody"], "There is no brand “nobody” here"),
        (["smoke", "--brand", "nobody"], "There is no brand “nobody” here"),
        (["demo", "--data", str(Path(__file__) / "x")], "cannot be written"),
        (["demo", "--seed", "nowhere.toml"], "The seed file nowhere.toml is not there."),
        (["sandbox", "up", "--seed", "nowhere.toml"], "The seed file nowhere.toml is not there."),
        (["test", "everything"], "There is no part “everything”; known parts: check, unit"),
        (["check", "everything"], "There is no check “everything”; known checks: format, lint"),
        (["sandbox", "fund", "0xabc", "--url", "http://127.0.0.1:1"], "An address needs --network"),
        (["demo", "--view", "hologram"], "hologram"),
        (["demo", "--port", "70000"], "70000 is not a port number"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_wrong_arguments_are_told_in_a_sentence(
    args: list[str], sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    if args[0] in {"demo", "sandbox"} and "--data" not in args and "--url" not in args:
        args = [*args, "--data", str(tmp_path / "data")]
    result = runner.invoke(cli, args)
    assert result.exit_code == Exit.USAGE
    assert sentence in result.output
    assert "Traceback" not in result.output


def test_a_taken_port_is_told_before_anything_starts(tmp_path: Path) -> None:

    with socket.socket() as holder:
        holder.bind((ports.LOOPBACK, 0))
        holder.listen()
        port = holder.getsockname()[1]
        result = runner.invoke(cli, ["demo", "--data", str(tmp_path), "--port", str(port)])
    assert result.exit_code == Exit.USAGE
    assert f"Port {port}, which the app needs, is taken by another program." in result.output


def test_no_sandbox_is_told_with_the_line_that_starts_one(tmp_path: Path) -> None:
    result = runner.invoke(cli, ["sandbox", "users", "--data", str(tmp_path)])
    assert result.exit_code == Exit.USAGE
    assert f"No sandbox runs on the data folder {tmp_path}." in result.output
    assert "Fix it with: etopay sandbox up" in result.output


def test_a_sandbox_that_does_not_answer() -> None:
    port = ports.free_port()
    result = runner.invoke(cli, ["sandbox", "status", "--url", f"http://127.0.0.1:{port}", "--json"])
    assert result.exit_code == Exit.FAILED
    assert f"The sandbox at http://127.0.0.1:{port} does not answer." in result.output


def test_a_user_is_found_however_the_name_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    """The identity provider keeps names in lower case; people write them as they signed up."""
    asked = []

    def call(_: str, method: str, path: str, body: dict[str, str] | None = None) -> object:
        asked.append((path, body))
        return {"users": [{"username": "ann.b", "addresses": {"ETH": "0x1"}}], "tx_id": "0x2"}

    monkeypatch.setattr("cli.control.call", call)
    result = runner.invoke(cli, ["sandbox", "fund", "Ann.B", "--url", "http://127.0.0.1:1", "--amount", "3"])
    assert result.exit_code == Exit.OK, result.output
    assert asked[-1] == ("faucet", {"network_key": "ETH", "amount": "3", "username": "Ann.B"})


def test_the_command_starts_fast() -> None:
    """Nothing heavy is loaded for a help text: no browser driver, no HTTP client, no toolkit."""
    code = (
        "import sys; from cli.main import cli; "
        "print([m for m in ('playwright', 'httpx', 'flet', 'PIL', 'rich', 'pytest') if m in sys.modules])"
    )
    began = time.monotonic()
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
    assert time.monotonic() - began < 5
