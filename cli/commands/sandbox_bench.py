"""`etopay sandbox bench`: how fast the sandbox starts and answers, and what it takes."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Annotated

import typer

from cli import console, options
from cli.problems import Exit


def bench(
    apps: Annotated[
        int, typer.Option("--apps", metavar="N", min=0, max=200, help="Simulated apps; 0 leaves them out.")
    ] = 20,
    cycles: Annotated[
        int, typer.Option("--cycles", metavar="N", min=1, max=50, help="Purchases of each.")
    ] = 3,
    seconds: Annotated[
        float, typer.Option("--seconds", metavar="S", min=0.5, max=60, help="How long tokens are asked for.")
    ] = 5.0,
    keycloak: Annotated[
        bool, typer.Option("--keycloak", help="A real Keycloak too; Maven fetches it, Java 17 runs it.")
    ] = False,
    as_json: options.Json = False,
) -> None:
    """Measure a sandbox that is started for this: starts, memory, tokens, and apps that buy from each other.

    The apps use the real SDK. It fails if a goal is missed, or a purchase is lost or doubled.
    """
    from cli.bench import run  # noqa: PLC0415 - loads what only this command needs

    with tempfile.TemporaryDirectory() as folder:
        found = run.measure(Path(folder), apps, cycles, seconds, beside=keycloak)
    if as_json:
        console.out_json(found)
    else:
        for line in run.lines(found):
            console.out(line)
    if found["missed"]:
        raise typer.Exit(Exit.FAILED)
