"""Addresses that the user types: looked at before anybody is called."""

from __future__ import annotations

from urllib.parse import urlsplit

from cli.problems import CliError, usage


def require_url(text: str, option: str, example: str, *, path: bool = True) -> str:
    """The address without its last slash, or one sentence about what is wrong with it."""
    wrong = _fault(text, path=path)
    if wrong is not None:
        raise _refusal(text, option, example, wrong)
    return text.strip().rstrip("/")


def _refusal(text: str, option: str, example: str, wrong: str) -> CliError:
    return usage(f"“{text}” is no address for {option}: {wrong}. An example: {example}")


def _fault(text: str, *, path: bool) -> str | None:
    try:
        parts = urlsplit(text.strip())
        port = parts.port
    except ValueError:
        return "its host or port cannot be read; a port is a number from 1 to 65535"
    faults = {
        "it has to begin with http:// or https://": parts.scheme not in {"http", "https"}
        or "://" not in text,
        "there is no host name in it": not parts.hostname,
        "there is a space in it": any(sign.isspace() for sign in text.strip()),
        "its port is 0; a port is a number from 1 to 65535": port == 0,
        "it holds more than host, port and path": "@" in parts.netloc or parts.query or parts.fragment,
        f"leave out the path {parts.path}": not path and parts.path.strip("/"),
    }
    return next((words for words, found in faults.items() if found), None)
