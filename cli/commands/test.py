"""`etopay test`: all tests, one part of them, or long campaigns."""

from __future__ import annotations

from typing import Annotated

import typer

from cli import campaigns, console, options, testing
from cli.problems import Exit, exit_codes, usage

EPILOG = (
    "Example: etopay test unit contract\n\n"
    "Example: etopay test long addresses --runs 10000 --json\n\n"
    f"{exit_codes(ok='all passed', failed='something failed')}"
)


def test(
    parts: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[PART]...",
            help=f"Some of: {', '.join(testing.CHOICES)}. Or: long, and names of campaigns.",
        ),
    ] = None,
    runs: Annotated[
        int | None, typer.Option("--runs", metavar="N", min=1, help="long: runs of each campaign.")
    ] = None,
    seed: Annotated[
        int | None, typer.Option("--seed", metavar="N", min=0, help="long: seed, to see a run again.")
    ] = None,
    minutes: Annotated[
        float | None, typer.Option("--minutes", metavar="M", help="long: stop each campaign after this time.")
    ] = None,
    listed: Annotated[bool, typer.Option("--list", help="long: show the campaigns and run none.")] = False,
    as_json: options.Json = False,
) -> None:
    """Run the tests; without a part: checks, unit, contract, browser and window tests, and the smoke run.

    “long” runs campaigns: tests that repeat themselves thousands of times, with kills, faults and random
    input. Without names, all of them. The ordinary tests run a small sample of each.
    """
    chosen = parts or ["all"]
    if chosen[0] == "long":
        _long(chosen[1:], runs=runs, seed=seed, minutes=minutes, listed=listed, as_json=as_json)
        return
    if listed or (runs, seed, minutes) != (None, None, None):
        raise usage("--runs, --seed, --minutes and --list belong to campaigns: etopay test long --list")
    for part in chosen:
        if part not in testing.CHOICES:
            raise usage(f"There is no part “{part}”; known parts: {', '.join(testing.CHOICES)}, long.")
    results = testing.run(chosen)
    if as_json:
        console.out_json([result.as_dict() for result in results])
    else:
        console.out()
        for result in results:
            console.out(result.line())
    _close(sum(r.passed for r in results), sum(r.failed for r in results), as_json=as_json)


def _long(
    names: list[str],
    *,
    runs: int | None,
    seed: int | None,
    minutes: float | None,
    listed: bool,
    as_json: bool,
) -> None:
    chosen = campaigns.chosen(names)
    if listed:
        for one in chosen:
            console.out(f"{one.name:<12} {one.about}")
            console.out(f"{'':<12} {one.long} {one.unit}; {one.sample} in the ordinary tests")
        return
    outcomes = []
    for one in chosen:
        with console.progressing(one.name) as tell:
            outcome = campaigns.run(one, runs=runs, seed=seed, minutes=minutes, tell=tell)
        if outcome.output:
            console.note(outcome.output)
        console.note(outcome.line())
        outcomes.append(outcome)
    if as_json:
        console.out_json([outcome.as_dict() for outcome in outcomes])
    passed = sum(outcome.passed for outcome in outcomes)
    _close(passed, len(outcomes) - passed, as_json=as_json)


def _close(passed: int, failed: int, *, as_json: bool) -> None:
    # Alone on its line: CI reads it.
    (console.note if as_json else console.out)(f"{passed} passed, {failed} failed")
    if failed or not passed:
        raise typer.Exit(Exit.FAILED)
