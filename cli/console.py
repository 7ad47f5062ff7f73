"""What commands print: lines for people on standard error, results on standard output."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import typer

from cli.problems import CliError

P = ParamSpec("P")
R = TypeVar("R")


def note(line: str) -> None:
    """A line about what is going on."""
    typer.echo(line, err=True)


def out(line: str = "") -> None:
    """A line of the result."""
    typer.echo(line)


def out_json(content: Any) -> None:
    """The result for a program."""
    typer.echo(json.dumps(content, indent=2, default=str))


@contextmanager
def progress(text: str) -> Iterator[None]:
    """Show that something takes a while: a spinner on a terminal, a plain line elsewhere."""
    if not sys.stderr.isatty():
        note(f"{text} …")
        yield
        return
    from rich.console import Console  # noqa: PLC0415 - only long work pays for loading it

    with Console(stderr=True).status(text):
        yield


@contextmanager
def progressing(text: str, every: float = 30.0) -> Iterator[Callable[[str], None]]:
    """Like `progress`, with a text that moves on: elsewhere than on a terminal, a line now and then."""
    if sys.stderr.isatty():
        from rich.console import Console  # noqa: PLC0415 - only long work pays for loading it

        with Console(stderr=True).status(text) as status:
            yield status.update
        return
    note(f"{text} …")
    told = time.monotonic()

    def tell(line: str) -> None:
        nonlocal told
        if time.monotonic() - told >= every:
            told = time.monotonic()
            note(line)

    yield tell


def explained(command: Callable[P, R]) -> Callable[P, R]:
    """Turn a problem into its sentence and exit code."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except CliError as problem:
            for line in problem.lines():
                typer.secho(line, err=True, fg=typer.colors.RED if line == problem.sentence else None)
            raise typer.Exit(problem.code) from problem

    return run
