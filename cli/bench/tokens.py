"""How many tokens an identity provider gives in a second."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx

_SIGN_IN = {
    "grant_type": "password",
    "client_id": "etopay-test",
    "username": "alice",
    "password": "sandbox-Pass-1",
    "scope": "openid",
}


def password_tokens_per_second(issuer: str, seconds: float = 5.0, clients: int = 1) -> float:
    """Tokens by the password grant, to so many clients that each wait for one before they ask again."""

    def client(ends: float) -> int:
        with _Client(issuer) as http:
            return _until(ends, lambda: http.token(_SIGN_IN))

    return _rate(client, seconds, clients)


def refreshed_tokens_per_second(issuer: str, seconds: float = 5.0, clients: int = 1) -> float:
    """Tokens by refresh tokens, each of which is used once."""

    def client(ends: float) -> int:
        with _Client(issuer) as http:
            last = http.token(_SIGN_IN)

            def again() -> None:
                nonlocal last
                form = {"grant_type": "refresh_token", "client_id": _SIGN_IN["client_id"]}
                last = http.token(form | {"refresh_token": last["refresh_token"]})

            return _until(ends, again)

    return _rate(client, seconds, clients)


class _Client:
    def __init__(self, issuer: str) -> None:
        self._http = httpx.Client(trust_env=False, timeout=30)
        self._url = f"{issuer}/protocol/openid-connect/token"

    def __enter__(self) -> _Client:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def token(self, form: dict[str, str]) -> dict[str, Any]:
        answer = self._http.post(self._url, data=form).raise_for_status()
        content: dict[str, Any] = answer.json()
        return content


def _until(ends: float, one: Callable[[], object]) -> int:
    done = 0
    while time.monotonic() < ends:
        one()
        done += 1
    return done


def _rate(client: Callable[[float], int], seconds: float, clients: int) -> float:
    began = time.monotonic()
    with ThreadPoolExecutor(clients) as pool:
        done = sum(pool.map(client, [began + seconds] * clients))
    return done / (time.monotonic() - began)
