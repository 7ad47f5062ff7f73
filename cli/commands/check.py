"""`etopay check`: format, lint, types, imports, spelling, translations and sizes."""

from __future__ import annotations

from typing import Annotated

import typer

from cli import checks, console, options
from cli.problems import Exit, exit_codes, usage

EPILOG = f"Example: etopay check types imports\n\n{exit_codes(ok='all passed', failed='something failed')}"


def check(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[NAME]...", help=f"Some of: {', '.join(checks.NAMES)}.")
    ] = None,
    fix: Annotated[bool, typer.Option("--fix", help="First repair what can be repaired by itself.")] = False,
    as_json: options.Json = False,
) -> None:
    """Check the source: without names, everything that needs no Rust toolchain."""
    chosen = names or [name for name in checks.NAMES if name != "rust"]
    for name in chosen:
        if name not in checks.NAMES:
            raise usage(f"There is no check “{name}”; known checks: {', '.join(checks.NAMES)}.")
    results = {name: checks.run(name, fix=fix, quiet=as_json) for name in chosen}
    if as_json:
        console.out_json({name: "passed" if passed else "failed" for name, passed in results.items()})
    else:
        console.out(checks.summary(results))
    if not all(results.values()):
        raise typer.Exit(Exit.FAILED)
