"""What reaches app.log."""

from __future__ import annotations

import logging
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.gateway.phrases import make_phrase
from app.host.logs import LOG_NAME, redact, start_logging

PHRASE = make_phrase(bytes(range(32))).phrase()
TOKEN = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhbGljZSJ9.c2lnbmF0dXJl"


@pytest.mark.parametrize(
    "secret",
    [
        PHRASE,
        PHRASE.upper(),
        ", ".join(PHRASE.split()),
        str(PHRASE.split()),
        TOKEN,
        "135790",
        "ME-RS-N-Mi0xLUFB",
    ],
)
def test_secrets_are_removed(secret: str) -> None:
    line = redact(f"0x1 {secret} 0x2")
    assert line.startswith("0x1 ")
    assert line.endswith(" 0x2")
    assert not any(word in line.lower() for word in secret.lower().replace("'", " ").split() if len(word) > 5)


@pytest.mark.parametrize(
    "line",
    [
        "POST /token?code=abc-1&state=xyz-1",
        "Authorization: Bearer abc-1.xyz-1",
        '{"access_token": "abc-1", "refresh_token": "xyz-1"}',
        "password='abc-1' pin=xyz-1",
    ],
)
def test_named_secrets_are_removed(line: str) -> None:
    assert "abc-1" not in redact(line)
    assert "xyz-1" not in redact(line)


@pytest.mark.parametrize(
    "line",
    [
        "2026-11-24 23:10:31,123 INFO app.ui: Starting the app failed, reference 4F09A1",
        "balance of ETH read in 12 ms from http://127.0.0.1:8545",
        "transaction 0x7a250d5630b4cf539739df2c5dacb4c659f2488d is confirmed",
        "status code: 500",
        "we all will have this again",
    ],
)
def test_what_helps_stays(line: str) -> None:
    assert redact(line) == line


@pytest.fixture
def quiet() -> Iterator[None]:
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    yield
    for handler in root.handlers:
        handler.close()
    root.handlers[:] = before
    root.setLevel(level)


def test_the_file_is_private_and_covers_exceptions(tmp_path: Path, quiet: None) -> None:
    start_logging(tmp_path, "info")
    logging.getLogger("app.test").error("It failed with %s", TOKEN, exc_info=ValueError(PHRASE))
    path = tmp_path / LOG_NAME
    text = path.read_text(encoding="utf-8")
    assert "It failed with" in text
    assert "ValueError" in text
    assert TOKEN not in text
    assert PHRASE not in text
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_the_level_holds(tmp_path: Path, quiet: None) -> None:
    start_logging(tmp_path, "warning")
    logging.getLogger("app.test").info("not this")
    logging.getLogger("app.test").warning("but this")
    text = (tmp_path / LOG_NAME).read_text(encoding="utf-8")
    assert "but this" in text
    assert "not this" not in text
