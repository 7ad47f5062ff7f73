"""What the demo prints: somebody to sign in as, somebody to pay, and lines that work as they are."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli import invocation
from cli.children import Children
from cli.commands import demo
from cli.places import Places
from cli.stack import Stack
from tests.cli.answering import Answering

SEED = """
[[users]]
username = "ann"
password = "first-password"

[[users]]
username = "ben"
password = "second-password"

[[users]]
username = "gone"
password = "third-password"
"""


def user(name: str, **addresses: str) -> dict[str, object]:
    return {"username": name, "is_verified": True, "addresses": addresses}


def printed(users: list[dict[str, object]], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> list[str]:
    networks = [{"key": key, "name": f"Net {key}", "symbol": key} for key in ("one", "two")]
    seed = tmp_path / "seed.toml"
    seed.write_text(SEED, encoding="utf-8")
    answers = {"/_sandbox/users": {"users": users}, "/_sandbox/networks": {"networks": networks}}
    with Answering(answers) as base, Children() as children:
        port = int(base.rpartition(":")[2])
        demo._tell(Stack(Places(tmp_path, port, 1), "etopay", children, seed=seed, app_url="http://x"))
    return [line.strip() for line in capsys.readouterr().out.splitlines()]


def test_names_an_address_to_pay_on_the_first_network(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    users = [
        user("ann", one="0xa1", two="0xa2"),
        user("ben", two="0xb2", one="0xb1"),
        user("new", one="0xc1"),
    ]
    lines = printed(users, tmp_path, capsys)
    assert "Or sign in   ann, password first-password" in lines
    assert not any("gone" in line or "third-password" in line for line in lines)
    at = lines.index("To pay       ben on Net one, at")
    assert lines[at + 1] == "0xb1"


def test_takes_the_only_one_there_is_or_none(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = printed([user("ann", one="0xa1"), user("ben", two="0xb2")], tmp_path, capsys)
    assert "To pay       ann on Net one, at" in lines
    lines = printed([user("ann"), user("ben", two="0xb2")], tmp_path, capsys)
    assert not any(line.startswith("To pay") for line in lines)


def test_its_lines_can_be_typed_as_they_are(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UV_RUN_RECURSION_DEPTH", "1")
    monkeypatch.setenv("UV_INTERNAL__PARENT_INTERPRETER", "python3")
    lines = printed([], tmp_path, capsys)
    data = invocation.shown(tmp_path)
    start = invocation.line("etopay")
    assert start.endswith("-m uv run etopay")
    assert f"Coins        {start} sandbox fund NAME --data {data}" in lines
    assert f"All users    {start} sandbox users --data {data}" in lines
