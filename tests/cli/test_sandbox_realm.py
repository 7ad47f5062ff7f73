"""`etopay sandbox realm` and `keys`: what each asks of the sandbox."""

from __future__ import annotations

from typing import Any

import pytest
from typer.testing import CliRunner

from cli.main import cli
from cli.problems import Exit
from tests.cli.answering import Answering

runner = CliRunner()


@pytest.mark.parametrize(
    ("words", "method", "path", "body"),
    [
        ("realm show", "GET", "identity/realm", None),
        (
            "realm set verify_email=true access_token_lifespan=60",
            "PUT",
            "identity/realm",
            {"verify_email": True, "access_token_lifespan": 60},
        ),
        ("keys list", "GET", "identity/keys", None),
        ("keys rotate", "POST", "identity/keys", None),
        ("clients list", "GET", "identity/clients", None),
        ("clients notices", "GET", "identity/logout-notices", None),
        ("clients set app --consent", "PUT", "identity/clients/app", {"consent_required": True}),
        (
            "clients set app --no-consent --sign-outs http://a/b",
            "PUT",
            "identity/clients/app",
            {"consent_required": False, "backchannel_logout_url": "http://a/b"},
        ),
        ("keys retire a-b", "DELETE", "identity/keys/a-b", None),
    ],
)
def test_what_is_asked(words: str, method: str, path: str, body: Any) -> None:
    server = Answering({f"/_sandbox/{path}": {"is_good": True}})
    with server as base:
        shown = runner.invoke(cli, ["sandbox", *words.split(), "--url", base])
    assert shown.exit_code == Exit.OK, shown.output
    assert server.asked == [(method, f"/_sandbox/{path}", body)]
    assert shown.stdout == "is_good: yes\n"


@pytest.mark.parametrize("setting", ["verify_email", "verify_email=maybe", "x=1.5", 'x="a"'])
def test_what_is_no_setting_is_refused(setting: str) -> None:
    shown = runner.invoke(cli, ["sandbox", "realm", "set", setting, "--url", "http://127.0.0.1:9"])
    assert shown.exit_code == Exit.USAGE
    assert "is no setting" in shown.output
