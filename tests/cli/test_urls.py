"""Addresses are looked at before anybody is called."""

from __future__ import annotations

import pytest

from cli.problems import CliError, Exit
from cli.urls import require_url

EXAMPLE = "http://127.0.0.1:8790"


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("nonsense", "it has to begin with http:// or https://"),
        ("127.0.0.1:8790", "it has to begin with http:// or https://"),
        ("ftp://host", "it has to begin with http:// or https://"),
        ("", "it has to begin with http:// or https://"),
        ("http:host", "it has to begin with http:// or https://"),
        ("http://", "there is no host name in it"),
        ("http://:8790", "there is no host name in it"),
        ("http://my host", "there is a space in it"),
        ("http://host:99999", "its host or port cannot be read; a port is a number from 1 to 65535"),
        ("http://host:abc", "its host or port cannot be read; a port is a number from 1 to 65535"),
        ("http://host:0", "its port is 0; a port is a number from 1 to 65535"),
        ("http://[::1", "its host or port cannot be read; a port is a number from 1 to 65535"),
        ("http://me@host", "it holds more than host, port and path"),
        ("http://host?x=1", "it holds more than host, port and path"),
        ("http://host/api", "leave out the path /api"),
    ],
)
def test_says_what_is_wrong_and_shows_a_good_one(text: str, wrong: str) -> None:
    with pytest.raises(CliError) as caught:
        require_url(text, "--url", EXAMPLE, path=False)
    assert str(caught.value) == f"“{text}” is no address for --url: {wrong}. An example: {EXAMPLE}"
    assert caught.value.code == Exit.USAGE


@pytest.mark.parametrize(
    "text", [EXAMPLE, f"{EXAMPLE}/", "https://localhost", "http://[::1]:9000", f" {EXAMPLE} "]
)
def test_good_ones_lose_their_last_slash(text: str) -> None:
    assert require_url(text, "--url", EXAMPLE, path=False) == text.strip().rstrip("/")


def test_a_path_where_one_belongs() -> None:
    assert require_url("https://pay.example.com/api/", "--backend", EXAMPLE) == "https://pay.example.com/api"
