"""`etopay sandbox user, purchases, log, bank, kyc, chains`: what each asks of the sandbox."""

from __future__ import annotations

import json
from typing import Any

import pytest
from typer.testing import CliRunner

from cli.main import cli
from cli.problems import Exit
from tests.cli.answering import Answering

runner = CliRunner()
CALLS: list[tuple[str, str, str, Any]] = [
    ("user show al%", "GET", "users/al%25", None),
    ("user verify al", "PUT", "users/al/kyc", {"is_verified": True}),
    ("user verify al --no", "PUT", "users/al/kyc", {"is_verified": False}),
    ("user token al", "POST", "users/al/token", None),
    ("user sign-out al", "DELETE", "users/al/sessions", None),
    ("purchases list", "GET", "purchases", None),
    ("purchases show 7", "GET", "purchases/7", None),
    ("purchases payments", "GET", "payments", None),
    ("purchases refund ETH 17", "POST", "payments/ETH/17/refund", None),
    ("log requests --user al --status 4xx", "GET", "requests?user=al&status=4xx", None),
    ("log requests --clear", "DELETE", "requests", None),
    ("log events --kind user --after 3", "GET", "events?after=3&kind=user", None),
    ("bank accounts", "GET", "bank/accounts", None),
    ("bank open Dora --balance 5", "POST", "bank/accounts", {"holder": "Dora", "balance": "5"}),
    ("bank fund DE1 0.50", "POST", "bank/accounts/DE1/funds", {"amount": "0.50"}),
    ("bank close DE1", "DELETE", "bank/accounts/DE1", None),
    ("bank statement DE1", "GET", "bank/accounts/DE1/statement", None),
    ("kyc applications", "GET", "kyc/applications", None),
    (
        "kyc decide al identity --reject --reason Blurred",
        "POST",
        "kyc/applications/al/verdicts",
        {"part": "identity", "verdict": "reject", "reason": "Blurred"},
    ),
    ("kyc close al --reason Fake", "POST", "kyc/applications/al/closure", {"reason": "Fake"}),
    ("kyc cases", "GET", "kyc/cases", None),
    ("kyc case 7 archive", "POST", "kyc/cases/7/decisions", {"decision": "archive", "reason": ""}),
    ("chains list", "GET", "chains", None),
    (
        "chains mining ETH interval --seconds 2",
        "PUT",
        "chains/ETH/mining",
        {"mode": "interval", "seconds": 2.0},
    ),
    ("chains mining ETH manual", "PUT", "chains/ETH/mining", {"mode": "manual"}),
    ("chains mine ETH --count 3", "POST", "chains/ETH/blocks", {"count": 3}),
    ("chains reorg ETH --vanish", "POST", "chains/ETH/reorg", {"depth": 1, "transactions": "vanish"}),
    ("chains plan ETH stuck", "POST", "chains/ETH/plans", {"outcome": "stuck", "count": 1}),
    ("chains clear ETH", "DELETE", "chains/ETH/plans", None),
    ("chains hold ETH 0x1 --no", "PUT", "chains/ETH/pool/0x1", {"held": False}),
    ("chains drop ETH 0x1", "DELETE", "chains/ETH/pool/0x1", None),
    ("chains release iota", "POST", "chains/iota/checkpoints/release", None),
]


@pytest.mark.parametrize(("command", "method", "path", "body"), CALLS)
def test_what_is_asked(command: str, method: str, path: str, body: Any) -> None:
    answer = {"things": [{"name": "one", "left": None}], "is_good": True}
    server = Answering({f"/_sandbox/{path}": answer})
    with server as base:
        shown = runner.invoke(cli, ["sandbox", *command.split(), "--url", base])
        asked = [*server.asked]
        as_json = runner.invoke(cli, ["sandbox", *command.split(), "--url", base, "--json"])
    assert shown.exit_code == Exit.OK, shown.output
    assert asked == [(method, f"/_sandbox/{path}", body)]
    assert shown.stdout.splitlines() == ["things:", "- name one", "is_good: yes"]
    assert json.loads(as_json.stdout) == answer


def test_a_rejection_needs_a_reason() -> None:
    result = runner.invoke(
        cli, ["sandbox", "kyc", "decide", "al", "identity", "--reject", "--url", "http://127.0.0.1:9"]
    )
    assert result.exit_code == Exit.USAGE
    assert "--reason" in result.output


def test_a_refusal_is_told() -> None:
    with Answering({}) as base:
        result = runner.invoke(cli, ["sandbox", "user", "show", "nobody", "--url", base])
    assert result.exit_code == Exit.FAILED
    assert "refused" in result.output
