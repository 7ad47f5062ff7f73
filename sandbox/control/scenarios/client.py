"""How a scenario acts: by the calls that everybody has, inside this process."""

import asyncio
import re
from dataclasses import dataclass
from typing import Any

import httpx
from fastapi import FastAPI

from sandbox.control.scenarios.shape import VARIABLE
from sandbox.core.connection import ConnectionDroppedError
from sandbox.core.settings import Settings

_PATIENCE = 30.0
PASSWORD = "scenario-Pass-1"  # noqa: S105 — of users that a scenario makes, and says so
MISSING = object()


class StepFailedError(Exception):
    """A step did not come to what was expected; the text says why."""


@dataclass(frozen=True)
class Answer:
    """What came back; status 0 if nothing did."""

    status: int
    content: Any
    seconds: float = 0.0

    def said(self) -> str:
        """Return what it says about a refusal, briefly."""
        if self.status == 0:
            return str(self.content)
        content = self.content if isinstance(self.content, dict) else {}
        detail = content.get("detail") or content.get("error_description") or content.get("error") or ""
        return f"{self.status} {detail}".strip()


class Client:
    """Calls the sandbox from within, as this machine."""

    def __init__(self, app: FastAPI, settings: Settings, patience: float = _PATIENCE) -> None:
        transport = httpx.ASGITransport(app, client=("127.0.0.1", 1), raise_app_exceptions=True)
        self._http = httpx.AsyncClient(
            transport=transport, base_url=settings.public_url, follow_redirects=False
        )
        self._patience = patience
        self._app_name = settings.app_names[0]

    async def call(
        self,
        method: str,
        path: str,
        *,
        user: str | None = None,
        body: dict[str, Any] | None = None,
        form: dict[str, str] | None = None,
    ) -> Answer:
        """Make a call, as a user if one is named."""
        headers = {}
        if user is not None:
            token = await self.control("POST", f"users/{user}/token")
            headers = {"authorization": f"Bearer {token['access_token']}", "x-app-name": self._app_name}
        # Inside this process the time limits of httpx do not hold. The control room gets none: no planned
        # failure strikes it, and a limit would break off its handler half-way.
        limit = asyncio.timeout(None if path.startswith("/_sandbox") else self._patience)
        try:
            async with limit:
                answer = await self._http.request(method, path, json=body, data=form, headers=headers)
        except ConnectionDroppedError:
            return Answer(0, "The connection was cut.")
        except TimeoutError:
            if not limit.expired():
                raise
            return Answer(0, f"No answer within {self._patience:g} s.")
        try:
            content = answer.json() if answer.content else None
        except ValueError:
            content = answer.text
        return Answer(answer.status_code, content, answer.elapsed.total_seconds())

    async def control(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """Make a call of the control room that has to go well."""
        answer = await self.call(method, f"/_sandbox/{path}", body=body)
        if not 200 <= answer.status < 300:
            raise StepFailedError(f"The sandbox refused: {answer.said()}")
        return answer.content

    async def close(self) -> None:
        """Close it."""
        await self._http.aclose()


def filled(value: Any, known: dict[str, Any]) -> Any:
    """Put what was kept in the place of `${name}`; a text that is nothing else becomes the value itself."""
    if isinstance(value, str):
        whole = VARIABLE.fullmatch(value)
        return known[whole[1]] if whole else VARIABLE.sub(lambda found: str(known[found[1]]), value)
    if isinstance(value, dict):
        return {name: filled(part, known) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [filled(part, known) for part in value]
    return value


def member(content: Any, path: str) -> Any:
    """Return a member by its path, MISSING if there is none; `-1` is the last of a list."""
    for step in path.split("."):
        if isinstance(content, dict) and step in content:
            content = content[step]
        elif isinstance(content, list) and re.fullmatch(r"-?[0-9]+", step) and _has(content, int(step)):
            content = content[int(step)]
        else:
            return MISSING
    return content


def _has(content: list[Any], place: int) -> bool:
    return -len(content) <= place < len(content)
