"""How the commands of the sandbox's parts are registered, make their call and show the answer."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

import typer

from cli import console, control
from cli.problems import exit_codes

Command = TypeVar("Command", bound=Callable[..., None])
Written = Callable[[dict[str, Any]], list[str]]
_LONGEST = 100


def part(help_text: str, example: str) -> typer.Typer:
    """A group of commands."""
    return typer.Typer(
        help=help_text,
        epilog=f"Example: {example}\n\n{exit_codes()}",
        no_args_is_help=True,
        rich_markup_mode=None,
    )


def registrar(group: typer.Typer) -> Callable[[str, str], Callable[[Command], Command]]:
    """What adds commands to a group, each with an example."""

    def command(name: str, example: str) -> Callable[[Command], Command]:
        def register(function: Command) -> Command:
            group.command(name, epilog=f"Example: {example}\n\n{exit_codes()}")(console.explained(function))
            return function

        return register

    return command


def ask(
    where: tuple[str | None, Path, bool],
    method: str,
    path: str,
    body: dict[str, Any] | None = None,
    written: Written | None = None,
) -> None:
    """Make one call to the sandbox at (URL, data folder), and show the answer (as JSON, or for people)."""
    url, data, as_json = where
    content = control.call(control.find(url, data), method, path, body)
    if content is None:
        show({}, as_json, lambda _: ["Done."])
    else:
        show(content, as_json, written or _written)


def show(content: dict[str, Any], as_json: bool, written: Written) -> None:
    """Show an answer as JSON, or in the lines that are written for people."""
    if as_json:
        console.out_json(content)
        return
    for line in written(content):
        console.out(line)


def safe(text: str) -> str:
    """A text as one piece of a path."""
    return quote(text, safe="")


def given(**members: Any) -> dict[str, Any]:
    """The members that were given."""
    return {name: value for name, value in members.items() if value is not None}


def _written(content: dict[str, Any], indent: str = "") -> list[str]:
    found = []
    for name, value in content.items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            found.append(f"{indent}{name}:")
            found += [f"{indent}- {_line(item)}" for item in value]
        elif isinstance(value, dict) and value:
            found += [f"{indent}{name}:", *_written(value, indent + "  ")]
        else:
            found.append(f"{indent}{name}: {_plain(value)}")
    return found


def _line(item: dict[str, Any]) -> str:
    return ", ".join(f"{name} {_plain(value)}" for name, value in item.items() if value not in (None, "", []))


def _plain(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(str(item) for item in value) or "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = "none" if value is None else str(value)
    return text if len(text) <= _LONGEST or " " not in text else f"{text[:_LONGEST]}…"
