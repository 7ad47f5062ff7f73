"""`etopay test`: all tests, or one part of them."""

from __future__ import annotations

from typing import Annotated

import typer

from cli import console, options, testing
from cli.problems import Exit, exit_codes, usage

EPILOG = f"Example: etopay test unit contract\n\n{exit_codes(ok='all passed', failed='something failed')}"


def test(
    parts: Annotated[
        list[str] | None, typer.Argument(metavar="[PART]...", help=f"Some of: {', '.join(testing.CHOICES)}.")
    ] = None,
    as_json: options.Json = False,
) -> None:
    """Run the tests; without a part: checks, unit, contract, browser and window tests, and the smoke run.

    “long” runs the fast parts with many more random examples and repeats the tests that kill processes.
    """
    chosen = parts or ["all"]
    for part in chosen:
        if part not in testing.CHOICES:
            raise usage(f"There is no part “{part}”; known parts: {', '.join(testing.CHOICES)}.")
    results = testing.run(chosen)
    if as_json:
        console.out_json([result.as_dict() for result in results])
    else:
        console.out()
        for result in results:
            console.out(result.line())
    passed, failed = sum(r.passed for r in results), sum(r.failed for r in results)
    # Alone on its line: CI reads it.
    (console.note if as_json else console.out)(f"{passed} passed, {failed} failed")
    if failed or not passed:
        raise typer.Exit(Exit.FAILED)
