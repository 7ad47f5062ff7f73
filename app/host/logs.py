"""The log file: rotating, readable by this user alone, and without anything that looks like a secret."""

from __future__ import annotations

import logging
import os
import re
from itertools import groupby
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import IO, Final

from app.gateway.phrases import phrase_words

LOG_NAME: Final = "app.log"
_BYTES: Final = 1_000_000
_OLD_FILES: Final = 3
_FORMAT: Final = "%(asctime)s %(levelname)s %(name)s: %(message)s"

_TOKENS: Final = re.compile(r"\beyJ[\w-]+\.[\w-]+(\.[\w-]+)?")
_NAMED: Final = re.compile(
    r"(?i)\b((?:access|refresh|id)_?token|code_verifier|password|passwd|secret|pin|authorization)"
    r"([\"']?\s*[=:]\s*[\"']?)(?:bearer\s+)?[^\s\"'&,;)}]+"
)
_QUERY: Final = re.compile(r"(?i)([?&](?:code|state|key|session_state)=)[^\s\"'&]+")
_BEARER: Final = re.compile(r"(?i)\bbearer\s+[\w.~+/=-]+")
_SHARES: Final = re.compile(r"\bME-RS-\w+-[\w+/=-]+")
_PINS: Final = re.compile(r"(?<![\w.:/#-])\d{6,12}(?![\w.:/-])")
_WORDS: Final = re.compile(r"[A-Za-z]+")
# Fewer words of the list in a row are likely to be a sentence.
_SHORTEST_PHRASE: Final = 6
_GONE: Final = "[removed]"


def redact(text: str) -> str:
    """The text without what looks like a token, a share, a password, a PIN or a recovery phrase."""
    text = _TOKENS.sub(_GONE, text)
    text = _SHARES.sub(_GONE, text)
    text = _BEARER.sub(_GONE, text)
    text = _NAMED.sub(rf"\1\2{_GONE}", text)
    text = _QUERY.sub(rf"\1{_GONE}", text)
    text = _PINS.sub(_GONE, text)
    return _without_phrases(text)


def _without_phrases(text: str) -> str:
    known = frozenset(phrase_words())
    spans = [(match.start(), match.end(), match.group().lower() in known) for match in _WORDS.finditer(text)]
    for listed, run in reversed([(key, list(group)) for key, group in groupby(spans, key=lambda s: s[2])]):
        if listed and len(run) >= _SHORTEST_PHRASE:
            text = text[: run[0][0]] + _GONE + text[run[-1][1] :]
    return text


class RedactingFormatter(logging.Formatter):
    """Redacts the finished text, so that exceptions and arguments are covered too."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, redacted."""
        return redact(super().format(record))


class _PrivateFile(RotatingFileHandler):
    def _open(self) -> IO[str]:  # type: ignore[override]
        Path(self.baseFilename).touch(mode=0o600)
        os.chmod(self.baseFilename, 0o600)  # noqa: PTH101 - the handler keeps a string
        return super()._open()


def start_logging(folder: Path, level: str) -> None:
    """Send everything that is logged to ``app.log`` in the data folder."""
    handler = _PrivateFile(folder / LOG_NAME, maxBytes=_BYTES, backupCount=_OLD_FILES, encoding="utf-8")
    handler.setFormatter(RedactingFormatter(_FORMAT))
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    # These write what they move: the UI protocol and every request.
    for noisy in ("flet_transport", "flet_object_patch", "httpcore", "httpx", "websockets"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    for noisy in ("flet", "flet_web", "flet_desktop", "flet_components", "asyncio"):
        logging.getLogger(noisy).setLevel(max(logging.INFO, logging.getLevelName(level.upper())))
