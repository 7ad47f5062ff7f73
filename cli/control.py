"""The sandbox's control endpoints, as the command line uses them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cli import ready
from cli.invocation import shown
from cli.places import DEFAULT_DATA, SANDBOX_READY
from cli.problems import CliError, blocked, usage
from cli.urls import require_url

if TYPE_CHECKING:
    import httpx

_TIMEOUT = 60.0
_HEALTH_TIMEOUT = 10.0
_NOT_OURS = "It is none of ours: leave it there and choose another folder with --data DIR."


def find(url: str | None, data: Path) -> str:
    """The sandbox to talk to: the given address, else the one that runs on the data folder."""
    if url is not None:
        return require_url(url, "--url", "http://127.0.0.1:8790", path=False)
    folder = data.expanduser().absolute()
    base = running(folder)
    if base is None:
        option = "" if folder == DEFAULT_DATA else f" --data {shown(folder)}"
        raise CliError(
            f"No sandbox runs on the data folder {folder}. Name another folder with --data DIR.",
            fix=f"etopay sandbox up{option}",
        )
    return base


def running(data: Path) -> str | None:
    """The sandbox that runs on a data folder: one of ours, or one that was started on that folder itself."""
    for folder in (data / "sandbox", data):
        content = ready.read(folder / SANDBOX_READY, otherwise=_NOT_OURS) or {}
        base = str(content.get("sandbox", "")).rstrip("/")
        if not base:
            continue
        try:
            health = call(base, "GET", "health", timeout=_HEALTH_TIMEOUT)
        except CliError:
            # It was killed and could not take its file away.
            continue
        # Its port may be another sandbox's by now, which must not be reset in its place.
        if isinstance(health, dict) and Path(str(health.get("data"))).resolve() == folder.resolve():
            return base
    return None


def call(
    base: str, method: str, path: str, body: dict[str, Any] | None = None, *, timeout: float = _TIMEOUT
) -> Any:
    """One request to ``/_sandbox``; the answer's JSON, or one sentence about what went wrong."""
    import httpx  # noqa: PLC0415 - commands that talk to nobody start faster without it

    try:
        answer = httpx.request(
            method, f"{base}/_sandbox/{path}", json=body, headers=_secret(), timeout=timeout, trust_env=False
        )
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise CliError(f"No sandbox answers at {base}. Check the address, and that it runs.") from error
    if answer.is_success:
        return _json(answer, base) if answer.content else None
    raise CliError(f"The sandbox refused: {_reason(answer, base)}")


def fetch(base: str, path: str, target: Path) -> None:
    """Write what a GET below ``/_sandbox`` answers into a file, whole or not at all."""
    import httpx  # noqa: PLC0415 - as in `call`

    part = target.with_name(f".{target.name}.part")
    try:
        with (
            httpx.stream(
                "GET", f"{base}/_sandbox/{path}", headers=_secret(), timeout=_TIMEOUT, trust_env=False
            ) as answer,
            part.open("wb") as file,
        ):
            if not answer.is_success:
                answer.read()
                raise CliError(f"The sandbox refused: {_reason(answer, base)}")
            for piece in answer.iter_bytes():
                file.write(piece)
        part.replace(target)
    except httpx.HTTPError as error:
        raise CliError(f"No sandbox answers at {base}. Check the address, and that it runs.") from error
    except OSError as error:
        raise blocked(f"The file {target} cannot be written: {error.strerror or error}.") from error
    finally:
        part.unlink(missing_ok=True)


def send(base: str, path: str, source: Path) -> Any:
    """POST a file below ``/_sandbox``; the answer's JSON."""
    import httpx  # noqa: PLC0415 - as in `call`

    try:
        with source.open("rb") as file:
            headers = {"content-type": "application/zip", **_secret()}
            answer = httpx.post(
                f"{base}/_sandbox/{path}", content=file, headers=headers, timeout=_TIMEOUT, trust_env=False
            )
    except httpx.HTTPError as error:
        raise CliError(f"No sandbox answers at {base}. Check the address, and that it runs.") from error
    except OSError as error:
        raise usage(f"The file {source} cannot be read: {error.strerror or error}.") from error
    if answer.is_success:
        return _json(answer, base)
    raise CliError(f"The sandbox refused: {_reason(answer, base)}")


def _secret() -> dict[str, str]:
    """What opens the control room of a sandbox on another machine."""
    secret = os.environ.get("ETOPAY_SANDBOX_CONTROL_SECRET", "")
    return {"X-Control-Secret": secret} if secret else {}


def _json(answer: httpx.Response, base: str) -> Any:
    try:
        return answer.json()
    except ValueError as error:
        raise CliError(f"What answers at {base} is no sandbox. Check the address.") from error


def _reason(answer: httpx.Response, base: str) -> str:
    try:
        content = answer.json()
    except ValueError:
        return f"what answers at {base} is no sandbox (status {answer.status_code}). Check the address."
    if isinstance(content, dict):
        for name in ("detail", "message", "error"):
            if name in content:
                return str(content[name])
    return str(content)
