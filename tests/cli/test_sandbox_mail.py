"""`etopay sandbox mail`: what it asks of the sandbox, and what it prints."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from typer.testing import CliRunner

from cli.main import cli
from cli.problems import Exit
from tests.cli.answering import Answering

runner = CliRunner()
LINE = {"id": 7, "at": "2026-03-01T12:00:00.000Z", "to": "dora@example.org", "subject": "Hello", "kind": "t"}
MAIL = {
    **LINE,
    "sender": "us",
    "language": "en",
    "text": "Look: http://x/y",
    "html": "<p>",
    "links": ["http://x/y"],
}


def run(base: str, words: str) -> Any:
    return runner.invoke(cli, ["sandbox", "mail", *words.split(), "--url", base])


def test_a_list_is_a_line_for_each_and_tells_of_more() -> None:
    path = "/_sandbox/mails?to=dora%40x&subject=Hello&limit=50"
    server = Answering({path: {"mails": [LINE], "next_before": 7}})
    with server as base:
        shown = run(base, "list --to dora@x --subject Hello")
    assert server.asked == [("GET", path, None)]
    assert shown.stdout.splitlines() == [
        "7  2026-03-01T12:00:00.000Z  dora@example.org  Hello",
        "There are more: --before 7",
    ]


def test_none_is_said() -> None:
    with Answering({"/_sandbox/mails?limit=50": {"mails": [], "next_before": None}}) as base:
        assert run(base, "list").stdout == "There are no mails.\n"


def test_one_mail_is_printed_as_a_letter_or_as_json() -> None:
    with Answering({"/_sandbox/mails/7": MAIL}) as base:
        letter, as_json = run(base, "show 7"), run(base, "show 7 --json")
    assert letter.stdout.splitlines()[0] == "To: dora@example.org"
    assert letter.stdout.splitlines()[-2:] == ["", "Look: http://x/y"]
    assert json.loads(as_json.stdout) == MAIL


@pytest.mark.parametrize(("words", "path"), [("delete 7", "mails/7"), ("clear", "mails")])
def test_mails_are_deleted(words: str, path: str) -> None:
    server = Answering({f"/_sandbox/{path}": None})
    with server as base:
        assert run(base, words).exit_code == Exit.OK
    assert server.asked == [("DELETE", f"/_sandbox/{path}", None)]


def test_waiting_ends_with_the_mail(monkeypatch: pytest.MonkeyPatch) -> None:
    query = "/_sandbox/mails?to=dora&kind=t&after=3&limit=1"
    answers: dict[str, Any] = {query: {"mails": [], "next_before": None}, "/_sandbox/mails/7": MAIL}
    monkeypatch.setattr(
        time, "sleep", lambda _: answers.update({query: {"mails": [LINE], "next_before": None}})
    )
    with Answering(answers) as base:
        shown = run(base, "wait --to dora --kind t --after 3 --link")
    assert (shown.exit_code, shown.stdout) == (Exit.OK, "http://x/y\n")


def test_waiting_in_vain_fails() -> None:
    with Answering({"/_sandbox/mails?limit=1": {"mails": [], "next_before": None}}) as base:
        shown = run(base, "wait --seconds 0")
    assert shown.exit_code == Exit.FAILED
    assert "No such mail" in shown.output
