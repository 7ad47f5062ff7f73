"""The sandbox's control endpoints, as the command line uses them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from cli import ready
from cli.problems import CliError, usage

if TYPE_CHECKING:
    import httpx

_TIMEOUT = 60.0


def find(url: str | None, data: Path) -> str:
    """The sandbox to talk to: the given address, else the one that runs on the data folder."""
    if url:
        return url.rstrip("/")
    content = ready.read(data / "sandbox.json")
    if content is None or "sandbox" not in content:
        raise usage(f"No sandbox runs on the data folder {data}.", fix="etopay sandbox up")
    return str(content["sandbox"]).rstrip("/")


def call(base: str, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
    """One request to ``/_sandbox``; the answer's JSON, or one sentence about what went wrong."""
    import httpx  # noqa: PLC0415 - commands that talk to nobody start faster without it

    try:
        answer = httpx.request(
            method, f"{base}/_sandbox/{path}", json=body, timeout=_TIMEOUT, trust_env=False
        )
    except httpx.HTTPError as error:
        raise CliError(f"The sandbox at {base} does not answer.", fix="etopay sandbox up") from error
    if answer.is_success:
        return answer.json() if answer.content else None
    raise CliError(f"The sandbox refused ({answer.status_code}): {_reason(answer)}")


def _reason(answer: httpx.Response) -> str:
    try:
        content = answer.json()
    except ValueError:
        return answer.text.strip()
    if isinstance(content, dict):
        for name in ("detail", "message", "error"):
            if name in content:
                return str(content[name])
    return str(content)
