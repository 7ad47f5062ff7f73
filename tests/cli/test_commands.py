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

from cli import invocation, ports
from cli.main import cli
from cli.places import ROOT
from cli.problems import Exit
from tests.cli.answering import Answering

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
    assert re.search(
        r"Exit codes: 0 [^·]+ · 1 [^·]+ · 2 wrong argument · 3 something is missing, taken", text
    )


def test_all_commands_are_there() -> None:
    assert {" ".join(path) for path in commands()} >= {
        *("app", "check", "demo", "smoke", "test", "sandbox"),
        *(f"sandbox {name}" for name in ("up", "status", "fund", "users", "fault", "faults", "reset")),
    }


@pytest.mark.parametrize(
    ("args", "sentence"),
    [
        (["demo", "--brand", "nobody"], "There is no brand “nobody” here; known brands: etopay, juno."),
        (["app", "--brand", "nobody"], "There is no brand “nobody” here"),
        (["smoke", "--brand", "nobody"], "There is no brand “nobody” here"),
        (["demo", "--seed", "nowhere.toml"], "The seed file nowhere.toml is not there."),
        (["sandbox", "up", "--seed", "nowhere.toml"], "The seed file nowhere.toml is not there."),
        (["test", "everything"], "There is no part “everything”; known parts: check, unit"),
        (["check", "everything"], "There is no check “everything”; known checks: format, lint"),
        (["sandbox", "fund", "0xabc", "--url", "http://127.0.0.1:1"], "An address needs --network"),
        (["sandbox", "fund", "bob", "--amount=-5"], "“-5” is no amount: --amount takes a number above 0"),
        (
            ["sandbox", "fund", "bob", "--amount", "abc"],
            "“abc” is no amount: --amount takes a number above 0",
        ),
        (["sandbox", "fund", "bob", "--amount", "0.00"], "“0.00” is no amount"),
        (
            ["sandbox", "fault", "add", "boom", "--path", "/x"],
            "“boom” is no kind of failure; there are status,",
        ),
        (
            ["sandbox", "fault", "add", "drop"],
            "Say which calls are meant, with --path, --operation, --rpc or --partner.",
        ),
        (["sandbox", "fault", "remove", "../users"], "“../users” is no id of a failure"),
        (["sandbox", "faults", "--path", "api"], "“api” is no path: it has to begin with a slash"),
        (["sandbox", "faults", "--path", "/api", "--kind", "boom"], "“boom” is not one of 'status',"),
        (["sandbox", "faults", "--status", "99"], "'--status': “99” is too small; the least is 200."),
        (["sandbox", "faults", "--seconds", "601"], "'--seconds': “601” is too large; the most is 600."),
        (["sandbox", "faults", "--count", "abc"], "'--count': “abc” is no whole number."),
        (["sandbox", "faults", "--seconds", "abc"], "'--seconds': “abc” is no number."),
        (["sandbox", "status", "--url", "nonsense"], "it has to begin with http:// or https://. An example:"),
        (["app", "--backend", "pay.example.com"], "“pay.example.com” is no address for --backend"),
        (["app", "--idp", "http://"], "“http://” is no address for --idp: there is no host name in it"),
        (["demo", "--view", "hologram"], "'--view': “hologram” is not one of 'auto', 'desktop', 'web'."),
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
    for raw in ("Traceback", "Value error", "Input should"):
        assert raw not in result.output


def test_a_taken_port_is_told_before_anything_starts(tmp_path: Path) -> None:

    with socket.socket() as holder:
        holder.bind((ports.LOOPBACK, 0))
        holder.listen()
        port = holder.getsockname()[1]
        result = runner.invoke(cli, ["demo", "--data", str(tmp_path), "--port", str(port)])
    assert result.exit_code == Exit.MACHINE
    assert f"Port {port}, which the app needs, is taken by another program." in result.output


def test_no_sandbox_is_told_with_the_line_that_starts_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UV_RUN_RECURSION_DEPTH", "1")
    monkeypatch.setenv("UV_INTERNAL__PARENT_INTERPRETER", sys.executable)
    result = runner.invoke(cli, ["sandbox", "users", "--data", str(tmp_path)])
    assert result.exit_code == Exit.FAILED
    assert f"No sandbox runs on the data folder {tmp_path}." in result.output
    python = "py" if sys.platform == "win32" else "python3"
    fix = f"Fix it with: {python} -m uv run etopay sandbox up --data {invocation.shown(tmp_path)}"
    assert fix in result.output


def test_a_sandbox_that_does_not_answer() -> None:
    port = ports.free_port()
    result = runner.invoke(cli, ["sandbox", "status", "--url", f"http://127.0.0.1:{port}", "--json"])
    assert result.exit_code == Exit.FAILED
    assert f"No sandbox answers at http://127.0.0.1:{port}. Check the address" in result.output
    assert "Fix it with" not in result.output, "starting another sandbox does not correct an address"


def test_a_strange_ready_file_is_left_alone(tmp_path: Path) -> None:
    strange = tmp_path / "ready.json"
    strange.write_text("[1, 2]", encoding="utf-8")
    result = runner.invoke(cli, ["sandbox", "users", "--data", str(tmp_path)])
    assert result.exit_code == Exit.MACHINE
    said = " ".join(result.output.split())
    assert "choose another folder with --data" in said
    assert "Remove it" not in said
    assert strange.read_text(encoding="utf-8") == "[1, 2]"


ANSWERS = {
    "/_sandbox/networks": {"networks": [{"key": "ETH", "name": "Ethereum", "symbol": "ETH"}]},
    "/_sandbox/users": {
        "users": [
            {"username": "ann.b", "is_verified": True, "addresses": {"ETH": "0x1"}},
            {"username": "carol", "is_verified": False, "addresses": {}},
        ]
    },
    "/_sandbox/faucet": {"tx_id": "0x2"},
}


def test_a_user_is_found_however_the_name_is_written() -> None:
    """The identity provider keeps names in lower case; people write them as they signed up."""
    server = Answering(ANSWERS)
    with server as base:
        result = runner.invoke(cli, ["sandbox", "fund", "Ann.B", "--url", base, "--amount", "3"])
    assert result.exit_code == Exit.OK, result.output
    body = {"network_key": "ETH", "amount": "3", "username": "Ann.B"}
    assert server.asked[-1] == ("POST", "/_sandbox/faucet", body)
    assert "Sent 3 ETH on Ethereum, transaction 0x2" in result.output


def test_an_unknown_network_is_answered_with_the_known_ones() -> None:
    with Answering(ANSWERS) as base:
        args = ["sandbox", "fund", "ann.b", "--network", "BTC", "--url", base]
        result = runner.invoke(cli, args)
    assert result.exit_code == Exit.USAGE
    assert "There is no network “BTC”; known networks: ETH." in result.output


def test_users_are_listed_with_what_one_needs_to_pay_them() -> None:
    with Answering(ANSWERS) as base:
        result = runner.invoke(cli, ["sandbox", "users", "--url", base])
    assert result.output.splitlines() == [
        "ann.b (verified)",
        "  ETH  0x1",
        "carol (not verified, no wallet yet)",
    ]


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
