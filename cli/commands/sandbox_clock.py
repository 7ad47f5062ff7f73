"""`etopay sandbox clock`: what time it is in the sandbox, and how fast it goes."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from cli import control, options
from cli.commands import sandbox_lines as lines
from cli.commands.sandbox_calls import part, registrar
from cli.commands.sandbox_calls import show as show_content
from cli.problems import usage

_SECONDS = {"w": 604_800, "d": 86_400, "h": 3600, "m": 60, "s": 1}
_DURATION = re.compile(r"(?:[0-9]+(?:\.[0-9]+)?[wdhms])+", re.ASCII)
_PART = re.compile(r"([0-9.]+)([wdhms])", re.ASCII)
_EXAMPLE = "etopay sandbox clock advance 3d"

group = part(
    "The one clock of the sandbox: tokens, purchases, bank days, blocks and checks follow it.", _EXAMPLE
)
_command = registrar(group)
At = Annotated[
    str | None,
    typer.Option("--at", metavar="MOMENT", help="Moment to show, such as 2026-12-31T23:59; UTC if no zone."),
]
Back = Annotated[bool, typer.Option("--back", help="Allow a moment before the one shown now.")]


@_command("show", "etopay sandbox clock show --json")
def show(
    url: options.Url = None, data: options.Data = options.DEFAULT_DATA, as_json: options.Json = False
) -> None:
    """Tell what the clock shows, and how it goes."""
    show_content(control.call(control.find(url, data), "GET", "clock"), as_json, lines.clock)


@_command("freeze", "etopay sandbox clock freeze --at 2026-12-31T23:59")
def freeze(
    at: At = None,
    back: Back = False,
    url: options.Url = None,
    data: options.Data = options.DEFAULT_DATA,
    as_json: options.Json = False,
) -> None:
    """Let the clock stand still, at the present moment or another."""
    _set({"mode": "frozen"}, at, back, url, data, as_json)


@_command("advance", _EXAMPLE)
def advance(
    by: Annotated[str, typer.Argument(metavar="DURATION", help="How far, such as 90s, 2h30m, 3d or 1w.")],
    url: options.Url = None,
    data: options.Data = options.DEFAULT_DATA,
    as_json: options.Json = False,
) -> None:
    """Jump forward; what waits for a moment on the way happens at once."""
    body = {"seconds": _seconds(by)}
    show_content(control.call(control.find(url, data), "POST", "clock/advance", body), as_json, lines.clock)


@_command("rate", "etopay sandbox clock rate 60")
def rate(
    factor: Annotated[
        float, typer.Argument(metavar="N", help="Seconds of the sandbox in one of the machine; 1 is usual.")
    ],
    at: At = None,
    back: Back = False,
    url: options.Url = None,
    data: options.Data = options.DEFAULT_DATA,
    as_json: options.Json = False,
) -> None:
    """Let the clock go on, faster or slower than the machine's."""
    if not 0 < factor <= 100_000:
        raise usage(f"“{factor:g}” is no rate: it has to be more than 0, and 100000 at most.")
    _set({"mode": "running", "rate": factor}, at, back, url, data, as_json)


@_command("real", "etopay sandbox clock real")
def real(
    url: options.Url = None, data: options.Data = options.DEFAULT_DATA, as_json: options.Json = False
) -> None:
    """Follow the machine's clock again, even if that goes back."""
    _set({"mode": "real"}, None, False, url, data, as_json)


def _set(
    body: dict[str, Any], at: str | None, back: bool, url: str | None, data: Path, as_json: bool
) -> None:
    if at is not None:
        body |= {"at": _moment(at)}
    if back:
        body |= {"back": True}
    show_content(control.call(control.find(url, data), "PUT", "clock", body), as_json, lines.clock)


def _moment(text: str) -> str:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise usage(f"“{text}” is no moment: write it as 2026-12-31T23:59 or 2026-12-31.") from error
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).isoformat()


def _seconds(text: str) -> float:
    plain = text.strip().lower()
    total = 0.0
    if _DURATION.fullmatch(plain):
        total = sum(float(number) * _SECONDS[unit] for number, unit in _PART.findall(plain))
    if total <= 0:
        raise usage(f"“{text}” is no duration: write it as 90s, 2h30m, 3d or 1w.")
    return total
